import type { Step } from '../control/words/trace.ts';

/** For each step, whether the thread was switched to there, and whether the one before could have gone on. */
export function switchKinds({
  steps,
}: {
  readonly steps: readonly Step[];
}): ('no' | 'switch' | 'preemption')[] {
  return steps.map((step, i) => {
    if (i === 0 || steps[i - 1].thread === step.thread) return 'no';
    return step.preempts ? 'preemption' : 'switch';
  });
}
