import type { Mutant } from '../mutants/mutant.ts';
import { packageFile } from '../mutants/package_copy.ts';
import type { SoundScenario } from './sound_scenario.ts';

/** The scenarios of some mutants, each once, with nothing planted: nothing is to be found in them. */
export function unmutated(mutants: readonly Mutant[]): SoundScenario[] {
  const scenarios = new Map<string, SoundScenario>();
  for (const { scenario } of mutants) {
    const { file, threads, races = false, timeouts, spinLimit } = scenario;
    const also = [
      threads && `${threads} threads`,
      races && 'races',
      timeouts && `timeouts ${timeouts}`,
      spinLimit && `spin ${spinLimit}`,
    ];
    const name = ['unmutated', file.replace(/^.*scenarios\//, ''), ...also.filter(Boolean)].join(', ');
    scenarios.set(name, { name, url: packageFile(file), threads, races, timeouts, spinLimit });
  }
  return [...scenarios.values()];
}
