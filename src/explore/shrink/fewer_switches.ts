import { H } from '../../control/words/layout.ts';
import { type Failure, failureOf } from '../../verdicts/failure.ts';
import type { Rerun } from '../replay/execution.ts';
import { encodeSchedule } from '../replay/replay_file.ts';
import type { Session } from '../scenario/session.ts';
import type { Effort } from './effort.ts';
import { type Found, sameFailure, smallerOf } from './found.ts';

/** Delta debugging: leaves out ever smaller parts of the stretches, as long as the failure remains. */
export async function fewerStretches(
  session: Session,
  found: Found,
  effort: Effort,
  timeouts: Rerun['timeouts'],
): Promise<Found> {
  let best = found;
  let stretches = pairs(encodeSchedule(best.failure.steps.map((step) => step.actor)));
  let parts = 2;
  while (stretches.length >= 2 && !effort.over) {
    const size = Math.ceil(stretches.length / parts);
    let reduced = false;
    for (let start = 0; start < stretches.length && !reduced && !effort.over; start += size) {
      const kept = [...stretches.slice(0, start), ...stretches.slice(start + size)];
      const failure = await runOnce(session, kept.flat(), timeouts);
      if (!sameFailure(found.failure, failure)) continue;
      best = smallerOf(best, failure, found.failure);
      stretches = kept;
      effort.tell(describe(best));
      parts = Math.max(2, parts - 1);
      reduced = true;
    }
    if (reduced) continue;
    if (size === 1) break;
    parts = Math.min(stretches.length, parts * 2);
  }
  return best;
}

function pairs(runs: readonly number[]): number[][] {
  const result: number[][] = [];
  for (let i = 0; i < runs.length; i += 2) result.push([runs[i], runs[i + 1]]);
  return result;
}

async function runOnce(
  session: Session,
  guide: number[],
  timeouts: Rerun['timeouts'],
): Promise<Failure | undefined> {
  const outcome = await session.run({ strategy: 'segments', schedules: 1, guide, timeouts });
  return failureOf(session, outcome);
}

/** Searches for a failing schedule with 0 preemptions, then 1, ...: the first found has the fewest. */
export async function fewestPreemptions(
  session: Session,
  found: Found,
  effort: Effort,
  timeouts: Rerun['timeouts'],
): Promise<{ best: Found; minimal: boolean }> {
  let best = found;
  for (let bound = 0; bound <= best.cost.preemptions; bound++) {
    if (effort.over) return { best, minimal: false };
    effort.tell(`${describe(best)}; looking for ${bound}`);
    const searched = await searchWithin(session, bound, best, effort, timeouts);
    best = searched.best;
    // Nothing with at most `bound` preemptions fails, or everything that does was seen.
    if (best.cost.preemptions <= bound) return { best, minimal: true };
    if (!searched.exhausted) return { best, minimal: false };
  }
  return { best, minimal: true };
}

async function searchWithin(
  session: Session,
  bound: number,
  found: Found,
  effort: Effort,
  timeouts: Rerun['timeouts'],
): Promise<{ best: Found; exhausted: boolean }> {
  let best = found;
  let fresh = true;
  while (!effort.over) {
    const { signal } = effort;
    const outcome = await session.run({
      strategy: 'dfs',
      params: { preemptions: bound },
      timeouts,
      schedules: 2 ** 31 - 1,
      signal,
      fresh,
    });
    fresh = false;
    const failure = failureOf(session, outcome);
    if (failure === undefined) return { best, exhausted: outcome.reason === 'exhausted' };
    if (outcome.reason !== 'failed') return { best, exhausted: false };
    best = smallerOf(best, failure, found.failure);
    if (session.words[H.SPACE_DONE] !== 0) return { best, exhausted: true };
  }
  return { best, exhausted: false };
}

function describe({ cost }: Found): string {
  return `${cost.preemptions} preemption${cost.preemptions === 1 ? '' : 's'}, ${cost.steps} steps`;
}
