import { processesThatFit } from '../../platform/share_cores.ts';
import { Session } from '../scenario/session.ts';
import type { SessionOptions } from '../scenario/session_options.ts';
import type { ChosenStrategy } from './choose_strategy.ts';

/** Shorter searches are over before more processes have started, or soon after. */
const SCHEDULES_LONG = 100_000;
const TIME_MS_LONG = 10_000;

/** What bounds a search. */
interface Bounds {
  readonly schedules: number;
  readonly timeMs?: number;
}

/** Whether a search is so long that more than one job is worth while. */
export function isLong({ schedules, timeMs = TIME_MS_LONG }: Bounds): boolean {
  return schedules >= SCHEDULES_LONG && timeMs >= TIME_MS_LONG;
}

/** What a session is opened with, to see how many threads there are. */
type Opened = Pick<SessionOptions, 'scenario' | 'seed' | 'stepLimit' | 'spinLimit' | 'hangMs' | 'faults'>;

/** A search whose number of jobs is to be settled. */
interface Counted extends Bounds, Opened {
  readonly threads?: number;
  readonly jobs?: number;
  readonly isProgram: boolean;
}

/** How many jobs a search has: by default as many as there is room for, if it is long. @throws what `Session.open` throws */
export async function jobsFor(
  chosen: ChosenStrategy,
  { jobs, isProgram, ...search }: Counted,
): Promise<number> {
  if (chosen.systematic && !canBeShared(chosen)) return 1;
  if (jobs !== undefined) return jobs;
  if (chosen.systematic || isProgram || !isLong(search)) return 1;
  return processesThatFit(search.threads ?? (await threadsOf(search)));
}

/** Several searches at a time would all do the same, unless each does a share. */
function canBeShared({ params }: Pick<ChosenStrategy, 'params'>): boolean {
  return params.shares !== undefined;
}

/** Only once it is loaded it is known how many threads a scenario wants. */
async function threadsOf({ scenario, seed, stepLimit, spinLimit, hangMs, faults }: Opened): Promise<number> {
  const session = await Session.open({ scenario, seed, stepLimit, spinLimit, hangMs, faults });
  try {
    return session.threads;
  } finally {
    await session.close();
  }
}
