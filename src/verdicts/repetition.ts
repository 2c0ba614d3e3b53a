import { KIND } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';

/** What a thread does again and again at the end of a trace. */
export interface Cycle {
  /** Once through. */
  readonly steps: readonly Step[];
  /** How often, the times that are cut off by the end not counted. 1: no order was recognised in it. */
  readonly times: number;
  /** Only the operations repeat, not the values. */
  readonly otherValues: boolean;
}

/** Longest cycle that is looked for, in steps of one thread. */
const CYCLE_MAX = 64;
/** Steps at the end of a livelock in which every thread that spins has had its turn. */
const TAIL = 2 * 16 * 8;

/** The threads that change nothing at the end of a trace, and what each repeats there. */
export function spinning(steps: readonly Step[]): Map<number, Cycle> {
  const threads = new Set(
    steps.slice(-TAIL).flatMap((step) => (step.changed || step.kind === KIND.FAULT ? [] : [step.thread])),
  );
  const cycles = new Map<number, Cycle>();
  for (const thread of [...threads].sort((x, y) => x - y)) {
    const own = steps.filter((step) => step.thread === thread);
    const changed = own.findLastIndex((step) => step.changed);
    cycles.set(thread, repetitionOf(own.slice(changed + 1)));
  }
  return cycles;
}

/**
 * What one thread's steps come to: the shortest cycle that they end in, with the same values or else with others; or,
 * where there is none that makes up at least half of them, each different step once.
 */
export function repetitionOf(own: readonly Step[]): Cycle {
  const same = cycleOf(own, eventKey);
  if (same !== undefined) return { ...same, otherValues: false };
  const alike = cycleOf(own, shapeKey);
  if (alike !== undefined) return { ...alike, otherValues: true };
  return { steps: distinct(own), times: 1, otherValues: false };
}

function cycleOf(
  own: readonly Step[],
  keyOf: (step: Step) => string,
): { steps: readonly Step[]; times: number } | undefined {
  const keys = own.map(keyOf);
  const last = keys.length - 1;
  for (let length = 1; length <= CYCLE_MAX && 3 * length <= own.length; length++) {
    let same = 0;
    while (same + length <= last && keys[last - same] === keys[last - same - length]) same++;
    const times = Math.floor((same + length) / length);
    if (times < 3 || 2 * (same + length) < own.length) continue;
    // Begin where the repetition began, as the thread came into it.
    const begin = own.length - same - length;
    return { steps: own.slice(begin, begin + length), times };
  }
  return undefined;
}

/** Each step that comes more than once, once; or, if none does, all of them. */
function distinct(steps: readonly Step[]): readonly Step[] {
  const first = new Map<string, Step>();
  const again = new Set<Step>();
  for (const step of steps) {
    const known = first.get(eventKey(step));
    if (known === undefined) first.set(eventKey(step), step);
    else again.add(known);
  }
  return again.size > 0 ? [...again] : steps;
}

/** Equal for steps that did the same with the same values. */
export function eventKey(step: Step): string {
  return `${step.thread} ${step.kind} ${step.buffer} ${step.offset} ${step.a} ${step.b} ${step.result}`;
}

/** Equal for steps that did the same, be it with other values. */
function shapeKey(step: Step): string {
  return `${step.thread} ${step.kind} ${step.buffer} ${step.offset}`;
}
