import { isOwnFrame } from '../../control/notes/own_frame.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { atomicAdd, atomicSub } from '../../control/thread/originals.ts';
import { type ControlContext, OUTCOME, type Strategy } from '../../control/thread/strategy.ts';
import type { ActorSet } from '../../control/words/actor_set.ts';
import { ABANDON, H, STRATEGY_CALL } from '../../control/words/layout.ts';
import { causeText, shown } from '../../platform/arguments.ts';
import { OwnContext } from './context.ts';
import { MASK_THREADS, maskOf } from './mask.ts';
import { makeMembers, OUTCOME_NAMES, wordsOfMembers } from './members.ts';
import type { OwnStrategy, OwnStrategyType } from './own_strategy.ts';

/** Schedules in a row that it may give up: one that gives up all would never come to an end. */
const ABANDONED_MAX = 10_000;
/** Words before those of its members: schedules given up in a row, and whether this one is random. */
const GUARD_WORDS = 2;

/** Words of the control memory that a user's strategy takes, beside its state. */
export function wordsOfGuarded(type: OwnStrategyType, stepLimit: number): number {
  return GUARD_WORDS + wordsOfMembers(type.members ?? [], stepLimit);
}

/**
 * A user's strategy at work. It runs outside control, and what it answers is checked: whatever is wrong with it ends the
 * exploration as an error of the strategy's, and is never taken for one of the code under test.
 */
export class GuardedStrategy implements Strategy {
  private readonly engine: Engine;
  private readonly words: Int32Array;
  private readonly abandoned: number;
  private readonly isRandom: number;
  /** By default, and in schedules of a member's as that says. */
  private readonly randomByDefault: boolean;
  private memberRandom: boolean | undefined;
  /** What `leave` puts back. */
  private controlled = false;
  private ownWork = 0;
  private strategy: OwnStrategy | undefined;
  /** Those of the step that is to be decided. */
  private readonly candidates: ActorSet;
  /** Why there is none. */
  private broken: Trouble = { message: '', stack: '' };

  /**
   * @param base where its words begin: see `wordsOfGuarded`
   * @param state its state, which nothing else is beside
   */
  constructor(
    type: OwnStrategyType,
    engine: Engine,
    control: ControlContext,
    base: number,
    state: SharedArrayBuffer,
  ) {
    this.engine = engine;
    this.words = engine.words;
    this.candidates = control.sets.own();
    this.abandoned = base;
    this.isRandom = base + 1;
    this.randomByDefault = type.systematic !== true;
    this.create(type, control, base + GUARD_WORDS, new Int32Array(state));
  }

  private create(type: OwnStrategyType, control: ControlContext, base: number, state: Int32Array): void {
    const { words, candidates } = this;
    // All threads do this at the same time.
    atomicAdd(words, H.STRATEGY_CREATES, 1);
    this.engine.aside = true;
    try {
      const members = makeMembers(
        type.members ?? [],
        control,
        base,
        words[H.STEP_LIMIT],
        candidates,
        (random) => {
          this.memberRandom = random;
        },
      );
      const made = type.create(new OwnContext(control, state, members, candidates));
      const why = whyNoStrategy(made);
      if (why === undefined) this.strategy = made;
      else this.broken = { message: `answered create() with ${why}`, stack: '' };
    } catch (error) {
      this.broken = troubleOf(error, 'create()');
    }
    this.engine.aside = false;
    atomicSub(words, H.STRATEGY_CREATES, 1);
  }

  get random(): boolean {
    return this.words[this.isRandom] !== 0;
  }

  begin(): void {
    const { strategy } = this;
    if (strategy === undefined) {
      this.refuse(this.broken);
      return;
    }
    this.memberRandom = undefined;
    this.candidates.clear();
    this.enter(STRATEGY_CALL.BEGIN);
    try {
      strategy.begin?.();
      const random = strategy.random ?? this.memberRandom ?? this.randomByDefault;
      this.words[this.isRandom] = random ? 1 : 0;
    } catch (error) {
      this.refuse(troubleOf(error, 'begin()'));
    }
    this.leave();
  }

  pick(candidates: ActorSet): number {
    const { words, strategy } = this;
    if (words[H.ABANDON] !== ABANDON.NONE) return -1;
    if (strategy === undefined) return this.refuse(this.broken);
    this.enter(STRATEGY_CALL.PICK);
    let answer: unknown;
    try {
      this.candidates.copy(candidates);
      answer = strategy.pick(maskOf(candidates, words[H.THREADS]));
    } catch (error) {
      this.refuse(troubleOf(error, `pick() at step ${words[H.STEP]}`));
      answer = -1;
    }
    this.leave();
    if (isAmong(answer, candidates, words[H.THREADS])) return answer as number;
    if (answer === -1) {
      if (words[H.STEP] > 0 || words[H.ABANDON] !== ABANDON.NONE) return -1;
      return this.engine.refuseStrategy(
        `answered pick() with -1 at step 0; let end() return false instead${this.maskText}`,
      );
    }
    return this.engine.refuseStrategy(
      `answered pick() with ${shown(answer)} at step ${words[H.STEP]}; allowed: ${candidates.toArray().join(', ')} (the threads that can run), or -1${this.maskText}`,
    );
  }

  /** With more threads than a mask holds: what to read instead. */
  private get maskText(): string {
    return this.words[H.THREADS] > MASK_THREADS
      ? `; with more than ${MASK_THREADS} threads pick() is given 0, and context.candidates names them`
      : '';
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
      // That a member has come to its end is no end of this one.
      words[H.SPACE_DONE] = 0;
    } catch (error) {
      this.refuse(troubleOf(error, 'end()'));
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

  private refuse({ message, stack }: Trouble): number {
    return this.engine.refuseStrategy(message, stack);
  }
}

/** What is wrong, as the rest of a sentence about the strategy, and where in its source. */
interface Trouble {
  readonly message: string;
  readonly stack: string;
}

function troubleOf(error: unknown, call: string): Trouble {
  const name = error instanceof Error ? `${error.name}: ` : '';
  return { message: `threw in ${call}: ${name}${causeText(error)}`, stack: framesOf(error) };
}

/** What is wrong with what create() made; undefined if nothing is. */
function whyNoStrategy(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return `${shown(made)}; allowed: an object with pick()`;
  const { pick, begin, end, random } = made as Record<string, unknown>;
  const rules = [
    ['pick', pick, typeof pick === 'function', 'a function'],
    ['begin', begin, begin === undefined || typeof begin === 'function', 'a function'],
    ['end', end, end === undefined || typeof end === 'function', 'a function'],
    ['random', random, random === undefined || typeof random === 'boolean', 'true and false'],
  ] as const;
  const [part, value, , allowed] = rules.find(([, , right]) => !right) ?? [];
  return part === undefined ? undefined : `an object whose ${part} is ${shown(value)}; allowed: ${allowed}`;
}

function isAmong(answer: unknown, candidates: ActorSet, threads: number): boolean {
  const thread = Number.isInteger(answer) ? (answer as number) : -1;
  return thread >= 0 && thread < threads && candidates.has(thread);
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
