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

/** Context switches of a schedule, and those that were preemptions. */
export interface Cost {
  readonly preemptions: number;
  readonly switches: number;
  readonly steps: number;
}

export function costOf(schedule: { readonly steps: readonly Step[] }): Cost {
  const kinds = switchKinds(schedule);
  return {
    preemptions: kinds.filter((kind) => kind === 'preemption').length,
    switches: kinds.filter((kind) => kind !== 'no').length,
    steps: schedule.steps.length,
  };
}

/** Whether the first takes less to read: fewer preemptions, then fewer switches, then fewer steps. */
export function isCheaper(a: Cost, b: Cost): boolean {
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions;
  if (a.switches !== b.switches) return a.switches < b.switches;
  return a.steps < b.steps;
}
