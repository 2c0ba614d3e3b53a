import { type Operation, operations, shownOperations } from './operations.ts';
import { Subject } from './subject.ts';

/** How long sequences are, and how many operations there are between two audits. */
export interface FuzzLengths {
  readonly sequence: number;
  readonly batch: number;
}

export interface FuzzFailure {
  readonly seed: number;
  readonly message: string;
  /** The shortest sequence found that fails. */
  readonly shrunk: readonly Operation[];
}

/** Runs sequences of operations, seeded from `seed` on, until `count` operations are done or one fails. */
export function fuzz(
  allocator: string,
  count: number,
  seed: number,
  lengths: FuzzLengths = { sequence: 2000, batch: 250 },
): FuzzFailure | null {
  const { sequence, batch } = lengths;
  const stackTraceLimit = Error.stackTraceLimit;
  // A third of the operations is refused, and to take down a stack costs more than all the rest.
  Error.stackTraceLimit = 0;
  try {
    for (let done = 0; done < count; done += sequence, seed++) {
      const list = operations(seed, sequence);
      if (failureOf(allocator, list, batch) === null) continue;
      const shrunk = shrink(list, (shorter) => failureOf(allocator, shorter, batch) !== null);
      Error.stackTraceLimit = stackTraceLimit;
      return { seed, message: `${failureOf(allocator, shrunk, batch)}\n${shownOperations(shrunk)}`, shrunk };
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return null;
}

/** What goes wrong in a sequence; null where nothing does. */
function failureOf(allocator: string, list: readonly Operation[], batch: number): string | null {
  try {
    const subject = new Subject(allocator);
    for (let i = 0; i < list.length; i++) {
      subject.do(list[i]);
      if (i % batch === batch - 1) subject.audit();
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
