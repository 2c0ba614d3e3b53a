import {
  type ControlContext,
  OUTCOME,
  type Strategy,
  type StrategyType,
} from '../control/thread/strategy.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { H, THREADS_MAX } from '../control/words/layout.ts';
import { dpor } from './dpor.ts';
import { pct } from './pct.ts';
import { pos } from './pos.ts';
import { randomWalk } from './random_walk.ts';
import { surw } from './surw.ts';
import { Turns, turnsWords } from './turns.ts';

const MEMBERS: readonly StrategyType[] = [dpor, pct, randomWalk, pos, surw];
const DPOR = 0;
const SURW = 4;
/** Turns of sixteen, as long as all show something new: more for those that find more bugs of `npm run bench:bugs` in a turn. */
const WORTH: readonly number[] = [3, 2, 1, 4, 6];
const ALL = (1 << MEMBERS.length) - 1;
/** SURW counts the accesses of so many first schedules, whoever ran them: its own begin with some counts. */
const LEARNS_FROM = 16;
/** Words of its own: whose schedule this is, and of which schedule that is said; whether DPOR has come to its end. */
const OWN_WORDS = 3;

/**
 * All strategies in turns: none is best for every bug. At first three schedules of sixteen go to DPOR; the others are random
 * and find deep bugs sooner. Those get fewer whose schedules show what was seen before. When DPOR has run every order of the
 * operations it ends the exploration, unless something was noticed that is not watched or was not run in all ways: then there
 * is more to find, and the others go on.
 */
class Portfolio implements Strategy {
  private readonly words: Int32Array;
  /** The word that holds who has this schedule: it is that one's to its end, whatever turns up in it. */
  private readonly member: number;
  /** The word that holds the number of that schedule, from 1. */
  private readonly drawnFor: number;
  /** 1 once DPOR has come to its end. */
  private readonly ended: number;
  private readonly members: readonly Strategy[];
  private readonly turns: Turns;

  constructor(context: ControlContext, base: number) {
    const { words } = context;
    this.words = words;
    this.member = base;
    this.drawnFor = base + 1;
    this.ended = base + 2;
    const stepLimit = words[H.STEP_LIMIT];
    let next = base + OWN_WORDS;
    this.turns = new Turns(context, next, WORTH);
    next += turnsWords(WORTH.length);
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
    const { words, member, drawnFor } = this;
    // One that begins again, since a loop was tried in it, is the same one's.
    if (words[drawnFor] !== words[H.SCHEDULE] + 1) {
      words[drawnFor] = words[H.SCHEDULE] + 1;
      words[member] = this.turns.next(this.whoMay());
    }
    this.members[words[member]].begin();
  }

  private whoMay(): number {
    const { words } = this;
    // It has no counts yet, and would walk at random, as the schedule before any other has.
    if (words[H.SCHEDULE] === 0) return ALL & ~(1 << SURW);
    // Which of several events of a thread comes first is nothing that DPOR tries.
    return (words[this.ended] | words[H.PROGRAM] | words[H.MESSAGES]) === 0 ? ALL : ALL & ~(1 << DPOR);
  }

  pick(candidates: ActorSet): number {
    return this.members[this.words[this.member]].pick(candidates);
  }

  end(outcome: number): boolean {
    const words = this.words;
    const index = words[this.member];
    // What it knows of a schedule does not depend on who ran it.
    if (index !== SURW && words[H.SCHEDULE] < LEARNS_FROM) this.members[SURW].end(outcome);
    // A schedule of DPOR is a step to the end of its search, even where others came to that behaviour by chance.
    if (outcome !== OUTCOME.PRUNED) this.turns.took(index, index === DPOR);
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
    MEMBERS.reduce((sum, type) => sum + type.words(threads, stepLimit), OWN_WORDS + turnsWords(WORTH.length)),
  create: (context, base) => new Portfolio(context, base),
};
