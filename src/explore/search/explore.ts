import type { ExploreOptions } from '../options/explore_options.ts';
import type { ExploreResult } from './result.ts';
import { search } from './search.ts';

/**
 * Runs a scenario under many interleavings. Resolves with what was explored if nothing was found.
 *
 * `scenario` is the path or URL of a module that exports `setup` and `thread` (see docs/exploring.md).
 *
 * @throws ScheduleFailed (code `ScheduleFailed`) for the first failing schedule: its message is the verdict and
 * the command that replays it; a replay file has then been written, and where that was not possible the message
 * holds its content. With code `Nondeterminism` if a schedule could not be repeated, which says nothing about the
 * code under test. `Usage`, `Scenario` and `WorkerCrashed` if the scenario cannot be run, `Strategy` if a
 * strategy of your own is wrong, `NotWritten` if files
 * cannot go to the directory given.
 */
export async function explore(scenario: string | URL, options: ExploreOptions = {}): Promise<ExploreResult> {
  const { result, failed } = await search(scenario, options);
  if (failed !== undefined) throw failed;
  return result;
}
