import type { SoundScenario } from '../measure/sound_scenario.ts';
import { ALLOCATOR_MUTANTS } from './allocators.ts';
import { LOCK_MUTANTS } from './locks.ts';
import { MACHINE_MUTANTS } from './machine.ts';
import { METADATA_MUTANTS } from './metadata.ts';
import type { Mutant } from './mutant.ts';
import { packageFile } from './package_copy.ts';

/** All that is planted, in the order of the table. */
export const MUTANTS: readonly Mutant[] = [
  ...LOCK_MUTANTS,
  ...ALLOCATOR_MUTANTS,
  ...METADATA_MUTANTS,
  ...MACHINE_MUTANTS,
];

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
