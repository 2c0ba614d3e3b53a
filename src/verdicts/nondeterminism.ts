import type { Step } from '../control/words/trace.ts';
import type { Failure } from './failure.ts';
import { divergence } from './verdict.ts';

/** The verdict when two executions of the same decisions differ. Names the first difference. */
export function nondeterminism(first: Failure | undefined, second: Failure | undefined): Failure {
  const known = (first ?? second) as Failure;
  const a = first?.steps ?? [];
  const b = second?.steps ?? [];
  let at = 0;
  while (at < a.length && at < b.length && same(a[at], b[at])) at++;
  // One of the two did not fail, and its steps were not kept: they part at the failure at the latest.
  if (first === undefined || second === undefined) at = Math.max(a.length, b.length);
  const tell = (failure: Failure | undefined, steps: readonly Step[]): string => {
    if (failure === undefined) return 'the schedule ended without a failure';
    if (at >= steps.length)
      return `the schedule ended with the verdict ${failure.verdict}: ${failure.message}`;
    return `thread ${steps[at].thread} did ${failure.labels.step(steps[at])}`;
  };
  return {
    ...known,
    cause: undefined,
    verdict: 'nondeterminism',
    message: divergence(at),
    details: [`first: ${tell(first, a)}`, `then: ${tell(second, b)}`],
  };
}

export function same(a: Step, b: Step): boolean {
  return (
    a.thread === b.thread &&
    a.kind === b.kind &&
    a.buffer === b.buffer &&
    a.offset === b.offset &&
    a.a === b.a &&
    a.b === b.b &&
    a.result === b.result
  );
}
