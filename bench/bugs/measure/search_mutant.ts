import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exploration } from '../../../src/explore/search/exploration.ts';
import { DEFAULT_STRATEGY, strategyType } from '../../../src/strategies/registry.ts';
import type { Mutant, MutantScenario } from '../mutants/mutant.ts';
import { packageFile, withMutant } from '../mutants/package_copy.ts';
import { withCpuTime } from './cpu_time.ts';
import { nothingKnown } from './nothing_known.ts';
import type { Searched } from './search_program.ts';

/** How a planted bug is looked for. */
export interface MutantEffort {
  readonly strategies: readonly string[];
  /** Seeds 1 to this. */
  readonly seeds: number;
  /** Schedules of one search at most, by the default strategy, which is judged, and by others. */
  readonly cap: number;
  readonly othersCap: number;
  /** The same where it is argued that nothing can be found: many of these wait in vain for long in each schedule. */
  readonly arguedCap: number;
}

/** What the strategies came to on a mutant. */
export interface MutantSearch {
  readonly mutant: string;
  /** `program` of each is the mutant's name. */
  readonly searched: readonly Searched[];
  /** What was said of it first; null for nothing. */
  readonly said: string | null;
}

/** Looks for a planted bug by each strategy with each seed. */
export function searchMutant(mutant: Mutant, effort: MutantEffort): Promise<MutantSearch> {
  return withMutant(mutant, async (root) => {
    const searched: Searched[] = [];
    let said: string | null = null;
    for (const strategy of effort.strategies) {
      const by = await searchBy(mutant, root, strategy, effort);
      searched.push(by.searched);
      said ??= by.said;
    }
    return { mutant: mutant.name, searched, said };
  });
}

async function searchBy(
  { name, scenario, equivalent }: Mutant,
  root: string,
  strategy: string,
  effort: MutantEffort,
): Promise<{ readonly searched: Searched; readonly said: string | null }> {
  const systematic = strategyType(strategy)?.systematic === true;
  const isJudged = strategy === DEFAULT_STRATEGY;
  const cap = equivalent !== undefined ? effort.arguedCap : isJudged ? effort.cap : effort.othersCap;
  const first: (number | null)[] = [];
  let said: string | null = null;
  let exhausted = false;
  let schedules = 0;
  const { cpuSeconds } = await withCpuTime(async () => {
    for (let seed = 1; seed <= (systematic ? 1 : effort.seeds); seed++) {
      const one = await searchOnce(scenario, root, { strategy, seed, schedules: cap });
      schedules += one.schedules;
      exhausted ||= one.said === null && one.exhausted;
      first.push(one.said === null ? null : one.schedules);
      said ??= one.said;
    }
  });
  const { seeds } = effort;
  return {
    searched: {
      program: name,
      strategy,
      first,
      seeds,
      cap,
      systematic,
      exhausted,
      schedules,
      cpuSeconds,
    },
    said,
  };
}

/** One search, up to the first failing schedule. Only a verdict on the code under test counts. */
async function searchOnce(
  { file, ...how }: MutantScenario,
  root: string,
  options: { readonly strategy: string; readonly seed: number; readonly schedules: number },
): Promise<{ readonly said: string | null; readonly schedules: number; readonly exhausted: boolean }> {
  const directory = mkdtempSync(join(tmpdir(), 'framelab-bugs-'));
  try {
    const known = nothingKnown(directory);
    const url = new URL(packageFile(file, root));
    const result = await exploration(url, { ...options, ...how, jobs: 1, directory, known });
    const [finding] = result.findings;
    return {
      said: result.outcome === 'violation' ? `${finding.verdict}: ${finding.message}` : null,
      schedules: result.executions + result.pruned,
      exhausted: result.atomicsComplete,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
