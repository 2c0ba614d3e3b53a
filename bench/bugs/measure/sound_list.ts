import { fileURLToPath } from 'node:url';
import type { SoundScenario } from './sound_scenario.ts';

/** The list of the tests, from where this file is compiled to. */
const LIST = fileURLToPath(new URL('../../../../test/explore/sound_scenarios.ts', import.meta.url));

/** Its program misuses what it tries, so that its threads race: test/long/sound_races.test.ts. */
const RACING = '/slots.mjs';

interface Listed {
  readonly name: string;
  readonly url: URL;
  readonly threads?: number;
}

/**
 * The scenarios of the tests in which nothing is to be found: the project's locks, allocators and structures, and published
 * packages. The tests are not compiled: vite, which runs them, reads their list.
 */
export async function soundScenarios(): Promise<SoundScenario[]> {
  const { runnerImport } = await import('vite');
  const options = { configFile: false, logLevel: 'silent' } as const;
  const { module } = await runnerImport<{ soundScenarios(): readonly Listed[] }>(LIST, options);
  return module.soundScenarios().map(({ name, url, threads }) => ({
    name,
    url: String(url),
    threads,
    races: !url.pathname.endsWith(RACING),
  }));
}

/** A machine takes a hundred times as long as a lock. */
export function isMachine({ url }: SoundScenario): boolean {
  return url.includes('/machine/');
}
