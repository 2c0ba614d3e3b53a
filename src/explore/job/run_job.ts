import { readTrace, type Step } from '../../control/words/trace.ts';
import { execute } from '../replay/execution.ts';
import type { Explored } from './explored.ts';
import { type JobRequest, JobRun, sameEvents } from './job_run.ts';
import { Find, type Job } from './jobs.ts';

/** Schedules that new workers run, too: so many one after the other at the beginning; then this one, and each twice as far on. */
const COMPARED_FIRST = 3;
const COMPARED_NEXT = 1000;

/** Thrown where workers that run a program again do something else than new ones. */
class ReuseDiffers extends Error {}

/** Explores by one group of threads: up to the first failure, or what was explored. */
export async function runJob(request: JobRequest, job: Job): Promise<Explored | Find> {
  const fresh = await JobRun.open(request, job);
  try {
    fresh.tellOfScenario();
    const first = await fresh.first();
    if (first !== undefined) return first;
    return fresh.hasWorkers ? await searchWithWorkers(request, job, fresh) : await fresh.search();
  } finally {
    await fresh.close();
  }
}

/**
 * Explores a program, or a scenario whose threads start Workers: by workers that run it in all schedules, where these do what
 * new workers do, which is compared for the first schedules, for one in many, and for every find; else by new workers for
 * each schedule, with a remark.
 */
async function searchWithWorkers(request: JobRequest, job: Job, fresh: JobRun): Promise<Explored | Find> {
  const steps = readTrace(fresh.session.words, fresh.session.layout);
  try {
    return await searchReusing(request, job, fresh, steps);
  } catch (error) {
    if (!(error instanceof ReuseDiffers)) throw error;
    request.onRemark?.(DIFFERS);
    fresh.remarks.push(DIFFERS);
  }
  job.runsIn(fresh.session);
  request.onSession?.(job.number, fresh.session);
  return fresh.search();
}

const DIFFERS =
  'every schedule has new workers, which is slow: workers that run the program again do something else than new ones ' +
  '(state that is kept outside its modules)';

async function searchReusing(
  request: JobRequest,
  job: Job,
  fresh: JobRun,
  first: readonly Step[],
): Promise<Explored | Find> {
  const reusing = await JobRun.open(request, job, { reuse: true, workers: fresh.session.workers });
  reusing.remarks.push(...fresh.remarks);
  try {
    for (let i = 0; i < COMPARED_FIRST; i++) {
      await reusing.repeat(first);
      requireSame(first, traceOf(reusing));
    }
    const found = await reusing.search({
      next: comparedNext,
      check: async () => {
        const steps = traceOf(reusing);
        await fresh.repeat(steps, reusing.lastTimeouts);
        requireSame(steps, traceOf(fresh));
      },
    });
    if (found instanceof Find) await requireRepeated(found);
    return found;
  } finally {
    await reusing.close();
  }
}

/** The schedule that is compared next, after so many. */
function comparedNext(executions: number): number {
  if (executions < COMPARED_FIRST) return executions + 1;
  let next = COMPARED_NEXT;
  while (next <= executions) next *= 2;
  return next;
}

function traceOf({ session }: JobRun): Step[] {
  return readTrace(session.words, session.layout);
}

function requireSame(a: readonly Step[], b: readonly Step[]): void {
  if (!sameEvents(a, b)) throw new ReuseDiffers();
}

/** What workers found that run a program again counts only where new ones find it, too. */
async function requireRepeated({ failure, recording }: Find): Promise<void> {
  const { failure: again } = await execute(recording, { describe: false });
  if (again?.eventHash !== failure.eventHash || again.verdict !== failure.verdict) throw new ReuseDiffers();
}
