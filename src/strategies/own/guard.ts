import { isOwnFrame } from '../../control/notes/own_frame.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { atomicAdd, atomicSub } from '../../control/thread/originals.ts';
import { type ControlContext, OUTCOME, type Strategy } from '../../control/thread/strategy.ts';
import { ABANDON, H, STRATEGY_CALL, THREADS_MAX } from '../../control/words/layout.ts';
import { causeText, shown } from '../../platform/arguments.ts';
import { OwnContext } from './context.ts';
import { makeMembers, OUTCOME_NAMES, wordsOfMembers } from './members.ts';
import type { OwnStrategy, OwnStrategyType } from './own_strategy.ts';

/** Schedules in a row that it may give up: one that gives up all would never come to an end. */
const ABANDONED_MAX = 10_000;
/** Words before its state: schedules given up in a row. */
const GUARD_WORDS = 1;

/** Words of the control memory that a user's strategy takes, with so many of state. */
export function wordsOfGuarded(type: OwnStrategyType, stateWords: number, stepLimit: number): number {
  return GUARD_WORDS + stateWords + wordsOfMembers(type.members ?? [], stepLimit);
}

/**
 * A user's strategy at work. It runs outside control, and what it answers is checked: whatever is wrong with it ends the
 * exploration as an error of the strategy's, and is never taken for one of the code under test.
 */
export class GuardedStrategy implements Strategy {
  readonly random: boolean;
  private readonly engine: Engine;
  private readonly words: Int32Array;
  private readonly abandoned: number;
  /** What `leave` puts back. */
  private controlled = false;
  private ownWork = 0;
  private strategy: OwnStrategy | undefined;
  /** Why there is none. */
  private broken: unknown;

  /**
   * @param base where its words begin: see `wordsOfGuarded`
   * @param stateWords how many of them are its state
   */
  constructor(
    type: OwnStrategyType,
    engine: Engine,
    control: ControlContext,
    base: number,
    stateWords: number,
  ) {
    this.engine = engine;
    this.words = engine.words;
    this.abandoned = base;
    this.create(type, control, base + GUARD_WORDS, stateWords);
    this.random = this.strategy?.random ?? type.systematic !== true;
  }

  private create(type: OwnStrategyType, control: ControlContext, base: number, stateWords: number): void {
    const { words } = this;
    const behind = base + stateWords;
    // All threads do this at the same time.
    atomicAdd(words, H.STRATEGY_CREATES, 1);
    this.engine.aside = true;
    try {
      const members = makeMembers(type.members ?? [], control, behind, words[H.STEP_LIMIT]);
      const made = type.create(new OwnContext(control, words.subarray(base, behind), members));
      requireStrategy(made);
      this.strategy = made;
    } catch (error) {
      this.broken = error;
    }
    this.engine.aside = false;
    atomicSub(words, H.STRATEGY_CREATES, 1);
  }

  begin(): void {
    if (this.strategy === undefined) {
      this.threw('create()', this.broken);
      return;
    }
    if (this.strategy.begin === undefined) return;
    this.enter(STRATEGY_CALL.BEGIN);
    try {
      this.strategy.begin();
    } catch (error) {
      this.threw('begin()', error);
    }
    this.leave();
  }

  pick(candidates: number): number {
    const { words, strategy } = this;
    if (words[H.ABANDON] !== ABANDON.NONE) return -1;
    if (strategy === undefined) return this.threw('create()', this.broken);
    this.enter(STRATEGY_CALL.PICK);
    let answer: unknown;
    try {
      answer = strategy.pick(candidates);
    } catch (error) {
      this.threw('pick()', error);
      answer = -1;
    }
    this.leave();
    if (answer === -1 || isAmong(answer, candidates)) return answer as number;
    return this.engine.refuseStrategy(
      `answered pick() with ${shown(answer)} at step ${words[H.STEP]}; allowed: ${threadsOf(candidates)} (the threads that can run), or -1`,
    );
  }

  end(outcome: number): boolean {
    const { words, strategy } = this;
    if (strategy === undefined) return true;
    words[this.abandoned] = outcome === OUTCOME.PRUNED ? words[this.abandoned] + 1 : 0;
    if (words[this.abandoned] >= ABANDONED_MAX) {
      this.engine.refuseStrategy(
        `answered pick() with -1 in ${ABANDONED_MAX} schedules in a row: it runs none`,
      );
      return true;
    }
    if (strategy.end === undefined) return true;
    this.enter(STRATEGY_CALL.END);
    let more: unknown = true;
    try {
      more = strategy.end(OUTCOME_NAMES[outcome]);
    } catch (error) {
      this.threw('end()', error);
    }
    this.leave();
    if (more !== undefined && typeof more !== 'boolean') {
      this.engine.refuseStrategy(`answered end() with ${shown(more)}; allowed: true and false`);
    }
    return more !== false;
  }

  /** What is done until `leave` is no step, and must come to an end like the code under test. */
  private enter(call: number): void {
    const { engine, words } = this;
    this.controlled = engine.controlled;
    this.ownWork = words[H.OWN_WORK];
    engine.controlled = false;
    engine.aside = true;
    words[H.STRATEGY_CALL] = call;
    words[H.OWN_WORK] = 0;
  }

  private leave(): void {
    const { engine, words } = this;
    words[H.OWN_WORK] = this.ownWork;
    words[H.STRATEGY_CALL] = STRATEGY_CALL.NONE;
    engine.aside = false;
    engine.controlled = this.controlled;
  }

  private threw(call: string, error: unknown): number {
    const when = call === 'pick()' ? ` at step ${this.words[H.STEP]}` : '';
    const name = error instanceof Error ? `${error.name}: ` : '';
    return this.engine.refuseStrategy(`threw in ${call}${when}: ${name}${causeText(error)}`, framesOf(error));
  }
}

function requireStrategy(made: unknown): asserts made is OwnStrategy {
  if (typeof made !== 'object' || made === null) {
    throw new TypeError(`create() returned ${shown(made)}; it must return an object with pick()`);
  }
  const given = made as Record<string, unknown>;
  for (const [part, needed] of [
    ['pick', true],
    ['begin', false],
    ['end', false],
  ] as const) {
    if (typeof given[part] === 'function' || (!needed && given[part] === undefined)) continue;
    throw new TypeError(`create() returned an object whose ${part} is ${shown(given[part])}, not a function`);
  }
  if (given.random !== undefined && typeof given.random !== 'boolean') {
    throw new TypeError(
      `create() returned an object whose random is ${shown(given.random)}, not true or false`,
    );
  }
}

function isAmong(answer: unknown, candidates: number): boolean {
  return Number.isInteger(answer) && (answer as number) >= 0 && (answer as number) < THREADS_MAX
    ? ((candidates >>> (answer as number)) & 1) !== 0
    : false;
}

function threadsOf(candidates: number): string {
  return Array.from({ length: THREADS_MAX }, (_, thread) => thread)
    .filter((thread) => (candidates & (1 << thread)) !== 0)
    .join(', ');
}

/** The frames of the user's module: those between the explorer's, for it is called from there, and may call it. */
function framesOf(error: unknown): string {
  const stack = error instanceof Error ? String(error.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const first = frames.findIndex((line) => !isOwnFrame(line));
  if (first < 0) return '';
  const rest = frames.slice(first);
  const end = rest.findIndex((line) => isOwnFrame(line));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}
