import type { ProgramAsked } from '../../control/session/protocol.ts';
import { LabError } from '../../platform/error.ts';
import { moduleUrl } from '../../platform/module_path.ts';
import { show } from '../../platform/options_check.ts';
import type { ExplorationResult } from '../../results/exploration_result.ts';
import type { ExploreOptions } from '../options/explore_options.ts';
import { requireModule } from '../replay/scenario_file.ts';
import { explorationOf } from './exploration.ts';
import type { ExploreResult } from './result.ts';
import { type Search, search } from './search.ts';

/** What an exploration of a program may be told: the same as of a scenario, and what is right at the program's end. */
export interface ExploreProgramOptions extends Omit<ExploreOptions, 'threads'> {
  /** Arguments of the program: `process.argv` from its third element on. */
  readonly args?: readonly string[];
  /** The exit code that is right, 0 to 255. Default 0. */
  readonly exitCode?: number;
  /**
   * A module, by its path or URL, that exports `check({ exitCode, stdout, stderr })`: called in the main thread when the program
   * has ended with the right exit code; throws, or returns false, where something is wrong. The texts are what the main thread
   * printed, up to a million characters each.
   */
  readonly check?: string | URL;
}

const EXIT_CODE_MAX = 255;

/**
 * Runs a whole program under many interleavings of its threads: its main thread, its Workers, their messages, timers and
 * operations of `Atomics`. Resolves with what was explored if nothing was found.
 *
 * `program` is the path or URL of its main file, an ES module or CommonJS. See docs/programs.md.
 *
 * @throws ScheduleFailed for the first failing schedule, and the same errors as `explore()`
 */
export async function exploreProgram(
  program: string | URL,
  options: ExploreProgramOptions = {},
): Promise<ExploreResult> {
  const { result, failed } = await searchProgram(program, options);
  if (failed !== undefined) throw failed;
  return result;
}

/** Does what `exploreProgram()` does, and resolves with a result whatever came of it, as `exploration()` does. */
export async function programExploration(
  program: string | URL,
  options: ExploreProgramOptions = {},
): Promise<ExplorationResult> {
  return explorationOf(await searchProgram(program, options), options.signal?.aborted === true);
}

/** The search itself. @throws `Usage` for options that are not allowed, and what `search()` throws */
export function searchProgram(program: string | URL, options: ExploreProgramOptions): Promise<Search> {
  const { args, exitCode, check, ...others } = options;
  return search(program, others, programAsked({ args, exitCode, check }));
}

function programAsked({
  args = [],
  exitCode = 0,
  check,
}: Pick<ExploreProgramOptions, 'args' | 'exitCode' | 'check'>): ProgramAsked {
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string')) {
    throw new LabError('Usage', `exploreProgram(): args is ${show(args)}; allowed: a list of texts`);
  }
  if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > EXIT_CODE_MAX) {
    throw new LabError(
      'Usage',
      `exploreProgram(): exitCode is ${show(exitCode)}; allowed: a whole number from 0 to ${EXIT_CODE_MAX}`,
    );
  }
  if (check === undefined) return { args, exitCode };
  const url = moduleUrl(check);
  requireModule(url, 'module');
  return { args, exitCode, check: url };
}
