import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TimeoutName } from '../../../src/control/words/layout.ts';
import { exploration } from '../../../src/explore/search/exploration.ts';
import { withCpuTime } from './cpu_time.ts';
import { nothingKnown } from './nothing_known.ts';

/** A scenario of the tests in which nothing is to be found. */
export interface SoundScenario {
  readonly name: string;
  readonly url: string;
  readonly threads?: number;
  /** Plain accesses are looked at, too. */
  readonly races: boolean;
  readonly timeouts?: TimeoutName;
  readonly spinLimit?: number;
}

/** What the default strategy said of it. */
export interface SoundRun {
  readonly name: string;
  readonly races: boolean;
  readonly schedules: number;
  /** Every order of its operations was run. */
  readonly exhausted: boolean;
  /** Null for nothing. */
  readonly alarm: string | null;
  readonly cpuSeconds: number;
}

/** A race that framelab's own code marks as intended, with its reason. */
const INTENDED = /^intended race \(.{20,}\): /;

/** Explores a sound scenario by the default strategy, up to the first thing that is said against it. */
export async function exploreSound(scenario: SoundScenario, schedules: number): Promise<SoundRun> {
  const { name, url, threads, races, timeouts, spinLimit } = scenario;
  const directory = mkdtempSync(join(tmpdir(), 'framelab-bugs-'));
  try {
    const known = nothingKnown(directory);
    const options = { threads, races, timeouts, spinLimit, schedules, seed: 1, jobs: 1, directory, known };
    const { result, cpuSeconds } = await withCpuTime(() => exploration(new URL(url), options));
    const said = [
      ...result.findings.map(({ verdict, message }) => `${verdict}: ${message}`),
      ...result.passedRaces.filter((line) => !INTENDED.test(line)),
    ];
    if (said.length === 0 && result.outcome !== 'passed') said.push(result.outcome);
    return {
      name,
      races,
      schedules: result.executions + result.pruned,
      exhausted: result.atomicsComplete,
      alarm: said[0] ?? null,
      cpuSeconds,
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
