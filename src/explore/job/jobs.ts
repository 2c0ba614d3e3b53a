import type { Failure } from '../../verdicts/failure.ts';
import type { Rerun } from '../replay/execution.ts';
import type { Found } from '../replay/recording.ts';
import type { Session } from '../scenario/session.ts';
import type { Explored } from './explored.ts';

/** A failing schedule that a job came to. */
export class Find {
  readonly failure: Failure;
  readonly recording: Rerun;
  readonly found: Found;

  constructor(failure: Failure, recording: Rerun, found: Found) {
    this.failure = failure;
    this.recording = recording;
    this.found = found;
  }
}

/** What runs the schedules of a job, as far as the job sees it. */
type Stoppable = Pick<Session, 'stopAfter'>;

/** One of several explorations of the same scenario with the same seed, each with random streams of its own. */
export class Job {
  readonly number: number;
  /** What it did, once it has ended: also where it failed. */
  explored: Explored | undefined;
  private session: Stoppable | undefined;
  private schedulesMax: number | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** The job's schedules are run by this session. */
  runsIn(session: Stoppable): void {
    this.session = session;
    if (this.schedulesMax !== undefined) session.stopAfter(this.schedulesMax);
  }

  /** What lies behind this schedule cannot be the lowest find. */
  stopAfter(schedules: number): void {
    this.schedulesMax = Math.min(this.schedulesMax ?? schedules, schedules);
    this.session?.stopAfter(schedules);
  }
}

/**
 * Runs jobs at the same time. Where some fail, the answer is the find with the lowest number of a schedule, of
 * those with the same number the one of the lowest job, whichever came first: the others go on until they are
 * past it.
 *
 * @throws what a job threw, the lowest first, if there is no find
 */
export async function runJobs<Result>(
  count: number,
  run: (job: Job) => Promise<Result | Find>,
): Promise<Find | Result[]> {
  const jobs = Array.from({ length: count }, (_, number) => new Job(number));
  const settled = await Promise.allSettled(
    jobs.map(async (job) => {
      try {
        const result = await run(job);
        if (result instanceof Find) boundOthers(jobs, result);
        return result;
      } catch (error) {
        for (const other of jobs) other.stopAfter(1);
        throw error;
      }
    }),
  );
  const ended = settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
  const finds = ended.filter((one) => one instanceof Find);
  if (finds.length > 0) return finds.reduce((a, b) => (comesBefore(b, a) ? b : a));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ended as Result[];
}

/** The schedule before any other counts as the number 0. */
function rank({ found }: Find): number {
  return found.strategy === 'first' ? 0 : found.schedule;
}

/** Of two finds, the one that is reported: the lower number of a schedule, then of a job. */
export function comesBefore(a: Find, b: Find): boolean {
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.found.job < b.found.job);
}

function boundOthers(jobs: readonly Job[], find: Find): void {
  for (const job of jobs) {
    // A lower job may still fail in the schedule of the same number, and wins then.
    job.stopAfter(job.number < find.found.job ? rank(find) : rank(find) - 1);
  }
}
