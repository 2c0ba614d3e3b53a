import { LabError } from '../../platform/error.ts';
import { type Failure, failureOf } from '../../verdicts/failure.ts';
import { costOf } from '../../verdicts/switches.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { openFor, type Rerun } from '../replay/execution.ts';
import type { Recording } from '../replay/recording.ts';
import type { Session } from '../scenario/session.ts';
import type { Effort } from './effort.ts';
import { type Found, foundFrom, sameFailure, scheduleOf } from './found.ts';

/** Verdicts about threads that wait. */
const WAITING: readonly Verdict[] = ['deadlock', 'lost-wakeup', 'livelock', 'starvation', 'not-lock-free'];

/** Looks for the same failure with fewer threads, then with fewer operations, by exploring anew. */
export async function fewerThreadsAndOperations(
  recording: Recording,
  original: Failure,
  schedules: number,
  effort: Effort,
): Promise<{ rerun: Rerun; best: Found } | undefined> {
  let found: { rerun: Rerun; best: Found } | undefined;
  const needsSwitches =
    costOf(original).preemptions > 0 && !(await recordedFailsInTurn(recording, original, effort));
  const attempt = async (rerun: Rerun): Promise<boolean> => {
    if (effort.over) return false;
    const { threads, operations } = rerun;
    effort.tell(`${threads} threads${operations === undefined ? '' : `, ${operations} operations`}`);
    const asked = { threads: recording.threads, schedules, needsSwitches };
    const failure = await exploreFor(rerun, original, asked, effort);
    if (failure === undefined) return false;
    found = { rerun: { ...rerun, ...scheduleOf(failure) }, best: foundFrom(failure) };
    return true;
  };
  for (let threads = 1; threads < recording.threads; threads++) {
    if (await attempt({ ...recording, threads })) break;
  }
  const most = recording.operations ?? 0;
  for (let operations = 1; operations < most; operations = operations < 4 ? operations + 1 : operations * 2) {
    if (await attempt({ ...(found?.rerun ?? recording), operations })) break;
  }
  return found;
}

/** What an exploration of a smaller scenario is given. */
interface Attempt {
  /** Of the recording. */
  readonly threads: number;
  readonly schedules: number;
  /** The failure does not show where no thread is ever interrupted. */
  readonly needsSwitches: boolean;
}

async function exploreFor(
  rerun: Rerun,
  original: Failure,
  { threads, schedules, needsSwitches }: Attempt,
  effort: Effort,
): Promise<Failure | undefined> {
  let session: Session | undefined;
  try {
    session = await openFor(rerun);
    // Who waits for a thread that is not there waits for ever: that is another failure, unless all are alike.
    const fewer = rerun.threads < threads;
    if (fewer && WAITING.includes(original.verdict) && session.facts?.symmetric !== true) return undefined;
    const { signal } = effort;
    const outcome = await session.run({ strategy: 'portfolio', schedules, timeouts: rerun.timeouts, signal });
    const failure = failureOf(session, outcome);
    if (!sameFailure(original, failure)) return undefined;
    // A check may count on the number of threads. Where a race became a failure that no switch is needed for,
    // it is the check that failed, not the code.
    if (needsSwitches && (await failsInTurn(session, original, rerun.timeouts, effort))) return undefined;
    return failure;
  } catch (error) {
    // A scenario that cannot be set up with so few threads is not one that fails.
    if (error instanceof LabError) return undefined;
    throw error;
  } finally {
    await session?.close();
  }
}

/** Whether it fails in the same way where no thread is ever interrupted. */
async function failsInTurn(
  session: Session,
  original: Failure,
  timeouts: Rerun['timeouts'],
  { signal }: Effort,
): Promise<boolean> {
  const params = { preemptions: 0 };
  const outcome = await session.run({ strategy: 'dfs', params, schedules: 100, timeouts, signal });
  return sameFailure(original, failureOf(session, outcome));
}

async function recordedFailsInTurn(
  recording: Recording,
  original: Failure,
  effort: Effort,
): Promise<boolean> {
  const session = await openFor(recording);
  try {
    return await failsInTurn(session, original, recording.timeouts, effort);
  } finally {
    await session.close();
  }
}
