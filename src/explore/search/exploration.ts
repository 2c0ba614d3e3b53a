import type { LabError } from '../../platform/error.ts';
import { readEnvironment } from '../../results/environment.ts';
import {
  EXPLORATION_SCHEMA_VERSION,
  type ExplorationEnd,
  type ExplorationResult,
} from '../../results/exploration_result.ts';
import type { Finding } from '../../results/finding.ts';
import { headerOf } from '../../results/header.ts';
import { blameOf, isTrustworthy } from '../../verdicts/blame.ts';
import { NotRepeatable } from '../job/job_run.ts';
import type { ExploreOptions } from '../options/explore_options.ts';
import { findingOfSchedule, ScheduleFailed } from '../replay/schedule_failed.ts';
import { exploreArguments } from './explore_arguments.ts';
import { type Search, search } from './search.ts';

/**
 * Does what `explore()` does, and resolves with a result whatever came of it: a failing schedule is a finding, and a
 * replay file has been written then.
 *
 * @throws `Usage`, `Scenario`, `Uncontrolled`, `Strategy` and `WorkerCrashed` if the scenario cannot be run, `NotWritten`
 * if files cannot go to the directory given
 */
export async function exploration(
  scenario: string | URL,
  options: ExploreOptions = {},
): Promise<ExplorationResult> {
  const found = await search(scenario, options);
  return explorationOf(found, options.signal?.aborted === true);
}

/** A search as a result. */
export async function explorationOf(ended: Search, interrupted: boolean): Promise<ExplorationResult> {
  const { scenario, startedAt, request, result, failed, finds } = ended;
  const findings =
    finds.length > 0
      ? finds.map((find) => findingOfSchedule(find.failed))
      : failed === undefined
        ? []
        : [findingOfError(failed)];
  return {
    ...headerOf({
      schemaVersion: EXPLORATION_SCHEMA_VERSION,
      kind: 'exploration',
      startedAt,
      environment: await readEnvironment(),
      outcome: outcomeOf(failed, interrupted),
      findings,
      reproduce: exploreArguments(ended),
    }),
    scenario,
    params: request.params,
    ...result,
  };
}

function outcomeOf(failed: Search['failed'], interrupted: boolean): ExplorationEnd {
  if (failed instanceof ScheduleFailed)
    return isTrustworthy(failed.failure.verdict) ? 'violation' : 'unproved';
  if (failed !== undefined) return 'unproved';
  return interrupted ? 'interrupted' : 'passed';
}

function findingOfError(failed: LabError): Finding {
  const none = { cause: null, thread: null, places: [], evidence: null };
  if (failed instanceof NotRepeatable) {
    const { divergence, details } = failed;
    return {
      verdict: 'nondeterminism',
      blames: blameOf('nondeterminism'),
      message: divergence,
      details,
      ...none,
    };
  }
  // Without the scenario's name, which the result has.
  const message = failed.message.replace(/^.*?: nothing was shown: /, '');
  return { verdict: 'nothing-shown', blames: 'scenario', message, details: [], ...none };
}
