import { LabError } from '../../platform/error.ts';
import { execute, type Failure } from '../failure/execution.ts';
import { checkReplayOptions } from '../options.ts';
import { type Recording, readRecording } from './replay_file.ts';

export interface ReplayResult {
  readonly recording: Recording;
  /** What the replay showed; undefined if the schedule ended without a failure. */
  readonly failure: Failure | undefined;
  /** True if it showed the recorded verdict by the recorded events. */
  readonly reproduced: boolean;
}

/**
 * Runs the schedule of a replay file once, in fresh workers, with a stack for each step.
 *
 * @throws Usage if the file is no replay file, `Scenario` if the scenario no longer loads.
 */
export async function replay(
  file: string,
  options: { readonly print?: boolean } = {},
): Promise<ReplayResult> {
  checkReplayOptions(options);
  const recording = readRecording(file);
  const failure = await execute(recording, { describe: true, print: options.print });
  const reproduced =
    failure !== undefined &&
    failure.eventHash === recording.eventHash &&
    failure.verdict === recording.verdict;
  // A recorded nondeterminism is reproduced by any execution that fails or differs again.
  return { recording, failure, reproduced };
}

/** Why a replay was not what was recorded. */
export function explainReplay(result: ReplayResult): string {
  const { recording, failure } = result;
  if (failure === undefined) {
    return `not reproduced: the schedule ended without a failure (recorded: ${recording.verdict}). Has the code changed?`;
  }
  if (failure.verdict !== recording.verdict) {
    return `not reproduced: ${failure.verdict} (${failure.message}) instead of ${recording.verdict}`;
  }
  return `the same verdict by other events: hash ${failure.eventHash} instead of ${recording.eventHash}`;
}

/** The recorded failure, or an error if it cannot be shown again. */
export async function reproduce(recording: Recording): Promise<Failure> {
  const failure = await execute(recording, { describe: true });
  if (failure === undefined || failure.verdict !== recording.verdict) {
    throw new LabError('Nondeterminism', explainReplay({ recording, failure, reproduced: false }));
  }
  return failure;
}
