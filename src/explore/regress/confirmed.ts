import type { Failure } from '../../verdicts/failure.ts';
import { evidenceOf } from '../replay/evidence.ts';
import { execute } from '../replay/execution.ts';
import { failureName, makeRecording, type Recording } from '../replay/recording.ts';
import { encodeSchedule } from '../replay/replay_file.ts';
import { scenarioHash } from '../replay/scenario_file.ts';

/** A failure that fresh workers showed again, with a stack for each step, and its recording. */
export interface Confirmed {
  readonly failure: Failure;
  readonly recording: Recording;
}

/** Repeats a failing schedule of the present code in fresh workers; undefined where they do not show it again. */
export async function confirmed(failure: Failure, original: Recording): Promise<Confirmed | undefined> {
  const rerun = {
    ...original,
    schedule: encodeSchedule(failure.steps.map((step) => step.actor)),
    failure: failureName(failure.failure),
  };
  const { failure: again } = await execute(rerun, { describe: true });
  if (again?.eventHash !== failure.eventHash || again.verdict !== failure.verdict) return undefined;
  return { failure: again, recording: recordingOf(again, original) };
}

/** A recording of a failing schedule of the present code, in place of an older one of the same failure. */
export function recordingOf(failure: Failure, original: Recording): Recording {
  return makeRecording({
    ...original,
    schedule: encodeSchedule(failure.steps.map((step) => step.actor)),
    failure: failureName(failure.failure),
    scenarioHash: scenarioHash(original.scenario),
    verdict: failure.verdict,
    message: failure.message,
    eventHash: failure.eventHash,
    steps: failure.steps.length,
    ...evidenceOf(failure, original.scenario),
  });
}
