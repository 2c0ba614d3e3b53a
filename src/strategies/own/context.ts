import { type ControlContext, stay, type TakesEffect } from '../../control/thread/strategy.ts';
import type { ActorSet } from '../../control/words/actor_set.ts';
import { H, type Layout, T } from '../../control/words/layout.ts';
import { KIND_NAMES } from '../../control/words/operation.ts';
import { readStep, type Step } from '../../control/words/trace.ts';
import { below } from '../../control/words/word_random.ts';
import { shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { pendingDependsOn } from '../dependence.ts';
import { readMask } from './mask.ts';
import type { OwnStrategy, PendingOperation, StrategyContext } from './own_strategy.ts';

/** More numbers than this a 32-bit draw does not tell apart. */
const BOUND_MAX = 2 ** 32;

/** A user's view of the control words: it reads them, and writes its own state only. */
export class OwnContext implements StrategyContext {
  readonly state: Int32Array;
  readonly params: Readonly<Record<string, number>>;
  readonly members: readonly Required<OwnStrategy>[];
  readonly random: { below(bound: number): number };
  // Not enumerable fields of the object, so that what a user prints of it is what it can use.
  readonly #words: Int32Array;
  readonly #layout: Layout;
  readonly #takesEffect: TakesEffect;
  /** Those of the step that is to be decided; and those of them that the strategy asks about. */
  readonly #candidates: ActorSet;
  readonly #chosen: ActorSet;

  /** @param state the words that the strategy asked for; @param candidates of the step that is to be decided, whichever that is */
  constructor(
    control: ControlContext,
    state: Int32Array,
    members: readonly Required<OwnStrategy>[],
    candidates: ActorSet,
  ) {
    const { words, layout, params, takesEffect } = control;
    this.state = state;
    this.params = params;
    this.members = members;
    this.#words = words;
    this.#layout = layout;
    this.#takesEffect = takesEffect;
    this.#candidates = candidates;
    this.#chosen = control.sets.own();
    this.random = {
      below(bound) {
        requireWhole(bound, 'random.below()', 1, BOUND_MAX);
        return below(words, bound);
      },
    };
  }

  get threads(): number {
    return this.#words[H.THREADS];
  }

  get schedule(): number {
    return this.#words[H.SCHEDULE];
  }

  get step(): number {
    return this.#words[H.STEP];
  }

  get current(): number {
    return this.#words[H.CURRENT];
  }

  get stepsSeen(): number {
    return this.#words[H.STEPS_MAX];
  }

  pending(thread: number): PendingOperation {
    requireWhole(thread, 'pending()', 0, this.threads - 1);
    const words = this.#words;
    const block = this.#layout.threads + thread * T.WORDS;
    return {
      operation: KIND_NAMES[words[block + T.KIND]],
      buffer: words[block + T.BUFFER],
      offset: words[block + T.OFFSET],
      size: words[block + T.SIZE],
      a: words[block + T.A],
      b: words[block + T.B],
    };
  }

  last(): Step | undefined {
    const { step } = this;
    return step === 0 ? undefined : readStep(this.#words, this.#layout, step - 1);
  }

  dependsOnLast(thread: number): boolean {
    requireWhole(thread, 'dependsOnLast()', 0, this.threads - 1);
    const { step } = this;
    if (step === 0) return false;
    if (thread === this.current) return true;
    return pendingDependsOn(this.#words, this.#layout, thread, step - 1, this.#takesEffect);
  }

  get candidates(): readonly number[] {
    return this.#candidates.toArray();
  }

  stay(candidates: number): number {
    return stay(this.#words, readMask(candidates, this.#candidates, this.#chosen));
  }
}

/** @throws `InvalidArgs`; not from `platform`, whose frames would be taken for the user's */
function requireWhole(value: unknown, call: string, least: number, most: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new LabError('InvalidArgs', `${call} was given ${shown(value)}; allowed: ${least} to ${most}`);
}
