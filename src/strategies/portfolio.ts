import type { ControlContext, Strategy, StrategyType } from '../control/thread/strategy.ts';
import { H, THREADS_MAX } from '../control/words/layout.ts';
import { dpor } from './dpor.ts';
import { pct } from './pct.ts';
import { pos } from './pos.ts';
import { randomWalk } from './random_walk.ts';
import { surw } from './surw.ts';

/**
 * Who has which of 16 schedules, as indices of `members`: more for those that find more bugs of `npm run bench:bugs` in a turn.
 * None begins with a random walk, for an exploration has one behind it when it begins.
 */
const TURN: readonly number[] = [3, 4, 0, 4, 3, 1, 4, 2, 3, 4, 0, 4, 1, 3, 0, 4];

const MEMBERS: readonly StrategyType[] = [dpor, pct, randomWalk, pos, surw];
const DPOR = 0;
const SURW = 4;
/** SURW counts the accesses of so many first schedules, whoever ran them: its own begin with some counts. */
const LEARNS_FROM = 16;
/** Words of its own: whose schedule this is, and whether DPOR has come to its end. */
const OWN_WORDS = 2;
/** Who takes the turns of DPOR once that has come to its end. */
const INSTEAD: readonly number[] = [1, 2, 3, 4];

/**
 * All strategies in turns: none is best for every bug. Three schedules of sixteen go to DPOR; the others are random and
 * find deep bugs sooner. When DPOR has run every order of the operations it ends the exploration, unless something
 * was noticed that is not watched or was not run in all ways: then there is more to find, and the others go on.
 */
class Portfolio implements Strategy {
  private readonly words: Int32Array;
  /** The word that holds who has this schedule: it is that one's to its end, whatever turns up in it. */
  private readonly member: number;
  /** 1 once DPOR has come to its end. */
  private readonly ended: number;
  private readonly members: readonly Strategy[];

  constructor(context: ControlContext, base: number) {
    const { words } = context;
    this.words = words;
    this.member = base;
    this.ended = base + 1;
    const stepLimit = words[H.STEP_LIMIT];
    let next = base + OWN_WORDS;
    this.members = MEMBERS.map((type) => {
      const member = type.create(context, next);
      next += type.words(THREADS_MAX, stepLimit);
      return member;
    });
  }

  get random(): boolean {
    return this.words[this.member] !== DPOR;
  }

  begin(): void {
    this.words[this.member] = this.whoseTurn();
    this.members[this.words[this.member]].begin();
  }

  private whoseTurn(): number {
    const { words } = this;
    const turn = words[H.SCHEDULE];
    const index = TURN[turn & 15];
    // Which of several events of a thread comes first is nothing that DPOR tries.
    const none = words[this.ended] | words[H.PROGRAM] | words[H.MESSAGES];
    return index === DPOR && none !== 0 ? INSTEAD[(turn >>> 4) & 3] : index;
  }

  pick(candidates: number): number {
    return this.members[this.words[this.member]].pick(candidates);
  }

  end(outcome: number): boolean {
    const words = this.words;
    const index = words[this.member];
    // What it knows of a schedule does not depend on who ran it.
    if (index !== SURW && words[H.SCHEDULE] < LEARNS_FROM) this.members[SURW].end(outcome);
    const more = this.members[index].end(outcome);
    if (more || index !== DPOR) return more;
    words[H.SPACE_DONE] = 1;
    words[this.ended] = 1;
    return words[H.OPEN] !== 0;
  }
}

export const portfolio: StrategyType = {
  name: 'portfolio',
  description: 'all of these but dfs in turns; ends when dpor has run everything',
  systematic: false,
  // Its dpor is never shared out: the others would do the same in every share.
  params: Object.assign({}, ...MEMBERS.filter((type) => type !== dpor).map(({ params }) => params)),
  words: (threads, stepLimit) =>
    MEMBERS.reduce((sum, type) => sum + type.words(threads, stepLimit), OWN_WORDS),
  create: (context, base) => new Portfolio(context, base),
};
