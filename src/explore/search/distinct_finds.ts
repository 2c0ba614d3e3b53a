import { isShrinkable } from '../../verdicts/blame.ts';
import { costOf, isCheaper } from '../../verdicts/switches.ts';
import { comesBefore, type Find } from '../job/jobs.ts';
import { execute } from '../replay/execution.ts';
import { likeness } from '../replay/likeness.ts';
import { siteOf } from '../replay/site.ts';

/** Failing schedules that show the same thing: the same verdict, at the same site, by the same cause. */
export interface DistinctFind {
  /** The one with the lowest number of a schedule, then of a job. */
  first: Find;
  /** The one that takes the fewest preemptions, then switches, then steps. */
  shortest: Find;
  /** Schedules that ended so. */
  times: number;
}

/** Keeps the finds of a search that goes on past them, each kind once. */
export class DistinctFinds {
  private readonly bySite = new Map<string, DistinctFind>();
  private readonly byLikeness = new Map<string, DistinctFind>();

  /**
   * Takes a find. False where the search cannot go on past it: its threads are of no further use, or it could not be
   * repeated in fresh workers, so that nothing of this search can be relied on.
   */
  async takes(find: Find): Promise<boolean> {
    const { failure, recording } = find;
    if (!isShrinkable(failure.verdict)) return false;
    const like = likeness(failure);
    let distinct = this.byLikeness.get(like);
    if (distinct === undefined) {
      const { failure: again } = await execute(recording, { describe: true });
      if (again?.eventHash !== failure.eventHash || again.verdict !== failure.verdict) return false;
      const site = JSON.stringify(siteOf(again, recording.scenario));
      distinct = this.bySite.get(site) ?? { first: find, shortest: find, times: 0 };
      this.bySite.set(site, distinct);
      this.byLikeness.set(like, distinct);
    }
    distinct.times++;
    if (comesBefore(find, distinct.first)) distinct.first = find;
    if (isCheaper(costOf(failure), costOf(distinct.shortest.failure))) distinct.shortest = find;
    return true;
  }

  /** Schedules that ended in a find. */
  get times(): number {
    return this.all.reduce((sum, { times }) => sum + times, 0);
  }

  /** In the order in which they were found first. */
  get all(): readonly DistinctFind[] {
    return [...this.bySite.values()].sort((a, b) => (comesBefore(a.first, b.first) ? -1 : 1));
  }
}
