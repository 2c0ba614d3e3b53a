import { KIND } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';

/** For each step, whether the thread was switched to there, and whether the one before could have gone on. */
export function switchKinds({
  steps,
}: {
  readonly steps: readonly Step[];
}): ('no' | 'switch' | 'preemption')[] {
  let last = -1;
  return steps.map((step) => {
    // What the nemesis does is no switch.
    if (step.kind === KIND.FAULT) return 'no';
    const before = last;
    last = step.thread;
    if (before < 0 || before === step.thread) return 'no';
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
