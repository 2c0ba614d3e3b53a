import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exploration } from '../../../src/explore/search/exploration.ts';
import { withCpuTime } from './cpu_time.ts';

/** A scenario of the tests in which nothing is to be found. */
export interface SoundScenario {
  readonly name: string;
  readonly url: string;
  readonly threads?: number;
  /** Plain accesses are looked at, too. */
  readonly races: boolean;
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
  const { name, url, threads, races } = scenario;
  const directory = mkdtempSync(join(tmpdir(), 'framelab-bugs-'));
  try {
    // What is known in the working folder is no excuse here.
    const known = join(directory, 'known.json');
    writeFileSync(known, JSON.stringify({ format: 'framelab-known', version: 1, findings: [] }));
    const options = { threads, races, schedules, seed: 1, directory, known };
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
