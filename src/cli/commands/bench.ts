import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import type { CommandDefinition } from '../command.ts';

/**
 * The benchmark suite. It is part of the repository, but not of the package, so nothing below `src/` may import it by
 * name: it is only loaded by this address.
 */
export const BENCH_SUITE = new URL('../../../bench/suite/suite.js', import.meta.url);

/**
 * `framelab bench`, as the suite defines it.
 *
 * @param suite another place to look for it
 * @throws `ModuleMissing` if it is not there
 */
export async function loadBench(suite = BENCH_SUITE): Promise<CommandDefinition> {
  if (!existsSync(fileURLToPath(suite))) {
    throw new LabError(
      'ModuleMissing',
      'the benchmarks are part of the framelab repository, and not of the package that is installed here: ' +
        'clone the repository, then call npm ci and npm run bench in it',
    );
  }
  const { benchCommand } = (await import(suite.href)) as { readonly benchCommand: CommandDefinition };
  return benchCommand;
}
