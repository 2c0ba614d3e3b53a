import { join } from 'node:path';
import { LabError } from '../../platform/error.ts';
import type { Failure } from '../../verdicts/failure.ts';
import { nondeterminism } from '../../verdicts/nondeterminism.ts';
import type { Find } from '../job/jobs.ts';
import { where } from '../options/where.ts';
import { evidenceOf } from '../replay/evidence.ts';
import { execute } from '../replay/execution.ts';
import { makeRecording, type Recording } from '../replay/recording.ts';
import { recordingName, writeOwnRecording } from '../replay/replay_file.ts';
import { type Kept, ScheduleFailed } from '../replay/schedule_failed.ts';

/** Thrown where a thread seemed to hang, and came to its next operation when it was given more time. */
export class WasSlow extends Error {}

/**
 * Repeats a failure in fresh workers, which is what `replay` will do, writes it down and makes the error.
 *
 * @throws WasSlow if `mayBeSlow` and what seemed to hang does not when it is given more time
 */
export async function confirm(
  find: Find,
  hash: string,
  directory: string,
  mayBeSlow: boolean,
): Promise<ScheduleFailed> {
  const told = await repeat(find, mayBeSlow);
  const recording = makeRecording({
    ...find.recording,
    scenarioHash: hash,
    verdict: told.verdict,
    message: told.message,
    eventHash: told.eventHash,
    steps: told.steps.length,
    found: find.found,
    ...evidenceOf(told, find.recording.scenario),
  });
  return new ScheduleFailed(told, recording, keep(recording, directory), where(recording.scenario));
}

/** What a second run shows: the same failure, now with a stack for each step, or that it is not to be relied on. */
async function repeat({ failure, recording }: Find, mayBeSlow: boolean): Promise<Failure> {
  let again: Failure | undefined;
  try {
    ({ failure: again } = await execute(recording, { describe: true }));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return notRunAgain(failure, error);
  }
  if (again?.eventHash === failure.eventHash && again.verdict === failure.verdict) return again;
  if (mayBeSlow && failure.verdict === 'hang' && again?.verdict !== 'hang') throw new WasSlow();
  return nondeterminism(failure, again);
}

/** The failing schedule could not be run a second time: what was found is told, and is not relied on. */
function notRunAgain(failure: Failure, error: LabError): Failure {
  return {
    ...failure,
    verdict: 'nondeterminism',
    message: 'a failing schedule could not be run again, so that the failure is not confirmed',
    details: [`first: ${failure.verdict}: ${failure.message}`, `then: ${error.message}`],
  };
}

/** Writes a recording down. That it cannot be written must not cost the find: the error carries it then. */
function keep(recording: Recording, directory: string): Kept {
  try {
    const file = join(directory, recordingName(recording));
    writeOwnRecording(recording, file);
    return { file };
  } catch (error) {
    return { notWritten: (error as Error).message };
  }
}
