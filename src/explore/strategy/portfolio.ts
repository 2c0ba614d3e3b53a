import { H } from '../control/layout.ts';
import { Dpor } from './dpor.ts';
import { Pct } from './pct.ts';
import { Pos } from './pos.ts';
import { RandomWalk } from './random_walk.ts';
import type { Strategy, StrategyContext } from './strategy.ts';
import { Surw } from './surw.ts';

/** Who has which of 16 schedules, as indices of `members`. Shallow bugs fall to the random ones at once. */
const TURN: readonly number[] = [2, 4, 3, 0, 4, 2, 1, 0, 3, 4, 0, 2, 1, 0, 3, 0];

/**
 * All strategies in turns: none is best for every bug. Five schedules of sixteen go to DPOR, which ends
 * the exploration early when it has seen everything; the others are random and find deep bugs sooner.
 */
export class Portfolio implements Strategy {
  private readonly words: Int32Array;
  private readonly turn: number;
  private readonly members: readonly Strategy[];

  constructor(context: StrategyContext) {
    this.words = context.words;
    this.turn = context.layout.strategy + 902;
    this.members = [
      new Dpor(context),
      new Pct(context),
      new RandomWalk(context),
      new Pos(context),
      new Surw(context),
    ];
  }

  get random(): boolean {
    return TURN[this.words[this.turn] & 15] !== 0;
  }

  private get member(): Strategy {
    return this.members[TURN[this.words[this.turn] & 15]];
  }

  begin(): void {
    this.words[this.turn] = this.words[H.SCHEDULE];
    this.member.begin();
  }

  pick(candidates: number): number {
    return this.member.pick(candidates);
  }

  end(outcome: number): boolean {
    return this.member.end(outcome);
  }
}
