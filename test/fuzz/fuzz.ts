import { type Operation, operations, shownOperations } from './operations.ts';
import { Subject } from './subject.ts';

/** Operations between two audits. */
const BATCH = 250;

export interface FuzzFailure {
  readonly seed: number;
  readonly message: string;
  /** The shortest sequence found that fails. */
  readonly shrunk: readonly Operation[];
}

/** Runs sequences of `length` operations, seeded from `seed` on, until `count` operations are done or one fails. */
export function fuzz(allocator: string, count: number, seed: number, length = 2000): FuzzFailure | null {
  const stackTraceLimit = Error.stackTraceLimit;
  // A third of the operations is refused, and to take down a stack costs more than all the rest.
  Error.stackTraceLimit = 0;
  try {
    for (let done = 0; done < count; done += length, seed++) {
      const list = operations(seed, length);
      if (failureOf(allocator, list) === null) continue;
      const shrunk = shrink(list, (shorter) => failureOf(allocator, shorter) !== null);
      Error.stackTraceLimit = stackTraceLimit;
      return { seed, message: `${failureOf(allocator, shrunk)}\n${shownOperations(shrunk)}`, shrunk };
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return null;
}

/** What goes wrong in a sequence; null where nothing does. */
function failureOf(allocator: string, list: readonly Operation[]): string | null {
  try {
    const subject = new Subject(allocator);
    for (let i = 0; i < list.length; i++) {
      subject.do(list[i]);
      if (i % BATCH === BATCH - 1) subject.audit();
    }
    subject.audit();
    return null;
  } catch (error) {
    return String((error as Error)?.stack ?? error);
  }
}

/** Delta debugging (Zeller and Hildebrandt, 2002): leaves out ever smaller parts, as long as what is left still fails. */
function shrink(
  list: readonly Operation[],
  fails: (list: readonly Operation[]) => boolean,
): readonly Operation[] {
  let left = list;
  for (let part = Math.ceil(left.length / 2); ; part = Math.ceil(part / 2)) {
    for (let at = 0; at < left.length; ) {
      const without = [...left.slice(0, at), ...left.slice(at + part)];
      if (fails(without)) left = without;
      else at += part;
    }
    if (part === 1) return left;
  }
}
