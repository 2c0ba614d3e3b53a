import { FAULT, unpackFault } from '../control/words/fault.ts';
import { EFFECT, KIND, READS, WRITES, wordAfter } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';

/** Bytes of a buffer of the memory under test. */
export interface Place {
  readonly buffer: number;
  readonly offset: number;
  readonly size: number;
}

/** A wait that went to sleep: one of `Atomics.wait`, or one of `Atomics.waitAsync`. */
export interface Wait extends Place {
  readonly thread: number;
  readonly expected: number;
  /** Step of the wait. */
  readonly step: number;
  readonly asynchronous: boolean;
  readonly timed: boolean;
  /** Step of the notify that woke it, or -1. */
  readonly notify: number;
  /** Step at which its thread came back from it, or -1. */
  readonly returned: number;
}

type Sleeper = { -readonly [K in keyof Wait]: Wait[K] };

/**
 * What a trace says about who woke whom: the queue of waiters, played again. Knows nothing but the trace, so that
 * plain accesses are out of its sight: where they show (a word holds what nobody stored), `steady` says no.
 */
export class History {
  readonly steps: readonly Step[];
  readonly waits: readonly Wait[];
  /** False if the trace does not fit the queue: then nothing may be concluded from the waits. */
  readonly consistent: boolean;
  private readonly woken = new Map<number, Sleeper[]>();

  constructor(steps: readonly Step[]) {
    this.steps = steps;
    const waits: Sleeper[] = [];
    this.waits = waits;
    this.consistent = this.play(waits);
  }

  /** The waits that a notify ended, longest waiting first. */
  wokenBy(notify: number): readonly Wait[] {
    return this.woken.get(notify) ?? [];
  }

  /** The last step before `before` that satisfies `is`; -1 if there is none down to `from`. */
  last(before: number, is: (step: Step, i: number) => boolean, from = 0): number {
    for (let i = before - 1; i >= from; i--) if (is(this.steps[i], i)) return i;
    return -1;
  }

  /** Steps after `after` and before `before` that change bytes of the place. */
  changes(place: Place, after: number, before = this.steps.length): number[] {
    const found: number[] = [];
    for (let i = after + 1; i < before; i++) {
      if (this.steps[i].changed && overlap(this.steps[i], place)) found.push(i);
    }
    return found;
  }

  /** No step after `after` and before `before` changed the place, and none that looked found it changed. */
  steady(place: Place, value: number, after: number, before: number): boolean {
    for (let i = after + 1; i < before; i++) {
      const step = this.steps[i];
      if (!overlap(step, place)) continue;
      if (step.changed) return false;
      if (sees(step) && samePlace(step, place) && step.result !== value) return false;
    }
    return true;
  }

  /** What the place held when `at` was executed, as the next step that touches it tells; undefined if none does. */
  valueAt(place: Place, at: number): number | undefined {
    for (let i = at + 1; i < this.steps.length; i++) {
      const step = this.steps[i];
      if (!overlap(step, place)) continue;
      if (!samePlace(step, place)) return undefined;
      if (sees(step) || writes(step)) return step.result;
    }
    return undefined;
  }

  private play(waits: Sleeper[]): boolean {
    let consistent = true;
    // Those that have not come back, longest waiting first.
    const open: Sleeper[] = [];
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i];
      if ((step.kind === KIND.WAIT || step.kind === KIND.WAIT_ASYNC) && step.slept) {
        const wait = sleeper(step, i);
        waits.push(wait);
        open.push(wait);
      } else if (step.kind === KIND.NOTIFY) {
        consistent = this.notify(open, step, i) && consistent;
      } else if (step.kind === KIND.FAULT) {
        this.fault(open, step, i);
      } else if (step.kind === KIND.WAKE || (step.kind === KIND.IDLE && step.result === 1)) {
        consistent = comeBack(open, step, i) && consistent;
      }
    }
    return consistent;
  }

  /** A dead thread waits no more; a spurious wake is like a notify of one. */
  private fault(open: Sleeper[], { result }: Step, at: number): void {
    const { fault, target } = unpackFault(result);
    const own = open.filter((wait) => wait.thread === target);
    if (fault === FAULT.KILL) for (const wait of own) open.splice(open.indexOf(wait), 1);
    if (fault !== FAULT.SPURIOUS_WAKE) return;
    const woken = own.filter((wait) => !wait.asynchronous && wait.notify < 0);
    for (const wait of woken) wait.notify = at;
    this.woken.set(at, woken);
  }

  private notify(open: readonly Sleeper[], step: Step, at: number): boolean {
    const queue = open.filter((wait) => wait.notify < 0 && samePlace(wait, step));
    const woken = step.a < 0 ? queue : queue.slice(0, step.a);
    for (const wait of woken) wait.notify = at;
    if (woken.length > 0) this.woken.set(at, woken);
    return woken.length === step.result;
  }
}

function sleeper(step: Step, at: number): Sleeper {
  return {
    thread: step.thread,
    buffer: step.buffer,
    offset: step.offset,
    size: step.size,
    expected: step.a,
    step: at,
    asynchronous: step.kind === KIND.WAIT_ASYNC,
    timed: step.b === 1,
    notify: -1,
    returned: -1,
  };
}

/** A thread comes back from its wait, or from the first of its asynchronous ones that can fire. */
function comeBack(open: Sleeper[], step: Step, at: number): boolean {
  const asynchronous = step.kind === KIND.IDLE;
  const back = open.findIndex(
    (wait) =>
      wait.thread === step.thread &&
      wait.asynchronous === asynchronous &&
      (step.timedOut ? wait.timed && wait.notify < 0 : wait.notify >= 0),
  );
  if (back < 0) return false;
  open[back].returned = at;
  open.splice(back, 1);
  return true;
}

export function overlap(a: Place, b: Place): boolean {
  return (
    a.buffer === b.buffer &&
    a.offset < b.offset + Math.max(1, b.size) &&
    b.offset < a.offset + Math.max(1, a.size)
  );
}

/** A notify is known by its first byte only. */
function samePlace(a: Place, b: Place): boolean {
  return a.buffer === b.buffer && a.offset === b.offset;
}

/** The step's result is what the place held before it, and its thread learns it. */
export function sees({ kind }: Step): boolean {
  return (EFFECT[kind] & READS) !== 0;
}

/** The step writes, be it the value that was there. */
export function writes(step: Step): boolean {
  const { kind } = step;
  if (kind === KIND.COMPARE_EXCHANGE) return step.changed || (step.result === step.a && step.a === step.b);
  return (EFFECT[kind] & WRITES) !== 0;
}

/** Of a word of other than 32 bits, what these leave there does not follow from the lower 32 bits with their sign. */
const EXTENDS: ReadonlySet<number> = new Set([KIND.ADD, KIND.SUB]);
const TRUNCATES: ReadonlySet<number> = new Set([KIND.STORE, KIND.EXCHANGE, KIND.WRITE]);

/** What the place holds after a step that `sees` or `writes` it; undefined where the trace does not tell. */
export function valueAfter(step: Step): number | undefined {
  if (!sees(step) && !writes(step)) return undefined;
  if (EXTENDS.has(step.kind) && step.size !== 4) return undefined;
  if (TRUNCATES.has(step.kind) && step.size < 4) return undefined;
  return wordAfter(step.kind, step);
}
