import type { RunOutcome } from '../../../src/control/session/run.ts';
import { FAIL } from '../../../src/control/words/layout.ts';
import { Session } from '../../../src/explore/scenario/session.ts';
import { DEFAULTS } from '../../../src/explore/search/search.ts';
import { DEFAULT_STRATEGY, strategyType } from '../../../src/strategies/registry.ts';
import { type Program, programUrl } from '../programs/registry.ts';
import { withCpuTime } from './cpu_time.ts';

/** How a program's bug is looked for. */
export interface SearchEffort {
  readonly strategies: readonly string[];
  /** Seeds 1 to this. */
  readonly seeds: number;
  /** Schedules of one search at most, by the default strategy, which is judged, and by others. */
  readonly cap: number;
  readonly othersCap: number;
  /** Schedules of another strategy on a program after which no further seed is begun. */
  readonly othersBudget: number;
}

/** What a strategy came to on a program. */
export interface Searched {
  readonly program: string;
  readonly strategy: string;
  /** For each seed that was run: in which schedule the bug was found, from 1; null where it was not. */
  readonly first: readonly (number | null)[];
  /** Seeds that were to be run. Fewer were where the budget was spent. */
  readonly seeds: number;
  readonly cap: number;
  /** It draws nothing, so that one seed says everything. */
  readonly systematic: boolean;
  /** It had run everything that it can run before the cap, in some seed without the bug. */
  readonly exhausted: boolean;
  readonly schedules: number;
  readonly cpuSeconds: number;
}

/** The schedules of a program without its bug. */
export interface FixedRun {
  readonly program: string;
  readonly strategy: string;
  readonly schedules: number;
  /** It had run everything that there is. */
  readonly exhausted: boolean;
  /** What it reported although nothing is wrong; null for nothing. */
  readonly alarm: string | null;
  readonly cpuSeconds: number;
}

const FAILURES: Readonly<Record<Program['ends'], readonly number[]>> = {
  assertion: [FAIL.EXCEPTION, FAIL.CHECK],
  deadlock: [FAIL.BLOCKED],
  either: [FAIL.EXCEPTION, FAIL.CHECK, FAIL.BLOCKED],
};

/**
 * Looks for the bug of a program by each strategy, with each seed, in one session: its workers are the same for all.
 *
 * @throws `Error` where a search ended in something else than the known bug
 */
export async function searchProgram(program: Program, effort: SearchEffort): Promise<Searched[]> {
  const session = await open(program, false);
  try {
    const all: Searched[] = [];
    for (const strategy of effort.strategies) {
      const { result, cpuSeconds } = await withCpuTime(() => searchBy(session, program, strategy, effort));
      all.push({ ...result, cpuSeconds });
    }
    return all;
  } finally {
    await session.close();
  }
}

async function searchBy(
  session: Session,
  program: Program,
  strategy: string,
  effort: SearchEffort,
): Promise<Omit<Searched, 'cpuSeconds'>> {
  const systematic = strategyType(strategy)?.systematic === true;
  const isJudged = strategy === DEFAULT_STRATEGY;
  const { seeds } = effort;
  const cap = isJudged ? effort.cap : effort.othersCap;
  const budget = isJudged ? Number.POSITIVE_INFINITY : effort.othersBudget;
  const first: (number | null)[] = [];
  let schedules = 0;
  let exhausted = false;
  for (let seed = 1; seed <= (systematic ? 1 : seeds) && schedules < budget; seed++) {
    const outcome = await session.run({ strategy, schedules: cap, timeouts: 'mixed', seed });
    schedules += outcome.schedule;
    const found = isTheBug(outcome, program, `${program.name} by ${strategy}, seed ${seed}`);
    first.push(found ? outcome.schedule : null);
    if (!found && outcome.reason === 'exhausted') exhausted = true;
  }
  return { program: program.name, strategy, first, seeds, cap, systematic, exhausted, schedules };
}

/** @throws `Error` for another failure than the program's, or none of the code */
function isTheBug(outcome: RunOutcome, { ends }: Program, what: string): boolean {
  if (outcome.reason === 'limit' || outcome.reason === 'exhausted') return false;
  if (outcome.reason === 'failed' && FAILURES[ends].includes(outcome.failure)) return true;
  throw new Error(`${what}: the search ended in another failure than the known one: ${ending(outcome)}`);
}

/** Runs a program without its bug; the first thing that it reports ends it. */
export async function runFixed(program: Program, strategy: string, cap: number): Promise<FixedRun> {
  const { result: outcome, cpuSeconds } = await withCpuTime(async () => {
    const session = await open(program, true);
    try {
      return await session.run({ strategy, schedules: cap, timeouts: 'mixed', seed: 1 });
    } finally {
      await session.close();
    }
  });
  const isFine = outcome.reason === 'limit' || outcome.reason === 'exhausted';
  return {
    program: program.name,
    strategy,
    schedules: outcome.schedule,
    exhausted: outcome.reason === 'exhausted',
    alarm: isFine ? null : ending(outcome),
    cpuSeconds,
  };
}

function open(program: Program, fixed: boolean): Promise<Session> {
  const { stepLimit, spinLimit, hangMs } = DEFAULTS;
  const limits = { stepLimit, spinLimit, hangMs, sessions: 1 };
  return Session.open({ scenario: programUrl(program, fixed), threads: program.threads, seed: 1, ...limits });
}

/** How a run ended that is not to end so, in a line. */
function ending({ reason, failure, failureThread, local, schedule }: RunOutcome): string {
  const name = Object.entries(FAIL).find(([, value]) => value === failure)?.[0] ?? String(failure);
  const text = local === undefined ? '' : `: ${local.name}: ${local.message}`;
  return `${reason} (${name}, thread ${failureThread}) in schedule ${schedule}${text}`;
}
