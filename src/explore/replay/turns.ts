import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import type { Failure } from '../../verdicts/failure.ts';
import type { ReplayOptions } from '../options/replay_options.ts';
import { execute } from './execution.ts';
import type { Places } from './places.ts';
import type { Recording } from './recording.ts';
import { isOutside, requireRunnable, scenarioHash } from './scenario_file.ts';

/** What the thread turns of a recording showed on the present code. */
export interface TurnReplay {
  readonly recording: Recording;
  /** What the replay showed; undefined if the schedule ended without a failure. */
  readonly failure: Failure | undefined;
  /** True if it showed the recorded verdict by the recorded events. */
  readonly reproduced: boolean;
  /** True if every recorded step was taken: only then does "no failure" mean that the schedule no longer fails. */
  readonly followed: boolean;
  /** True if the scenario's file is not as it was recorded. */
  readonly scenarioChanged: boolean;
  /** Where its steps were taken. */
  readonly places: Places;
}

/** Runs the schedule of a recording that was checked, once, in fresh workers, with a stack for each step. */
export async function replayTurns(recording: Recording, options: ReplayOptions): Promise<TurnReplay> {
  requireAllowed(recording, options.allowOutside);
  const scenarioChanged = scenarioHash(recording.scenario) !== recording.scenarioHash;
  const { failure, steps, places } = await execute(recording, { describe: true, print: options.print });
  const reproduced =
    failure !== undefined &&
    failure.eventHash === recording.eventHash &&
    failure.verdict === recording.verdict;
  const diverged = failure !== undefined && failure.verdict === 'nondeterminism';
  const followed = !diverged && steps >= recording.steps;
  return { recording, failure, reproduced, followed, scenarioChanged, places };
}

/**
 * To be asked before a recording is run, since that runs the module that it names.
 *
 * @throws `Usage` if the scenario is not there, or outside the working folder and that was not allowed
 */
function requireAllowed(recording: Recording, allowOutside: boolean | undefined): void {
  const { scenario, program } = recording;
  const outside = [scenario, ...(program?.check === undefined ? [] : [program.check])].find(isOutside);
  if (outside !== undefined && allowOutside !== true) {
    throw new LabError(
      'Usage',
      `the replay would run ${fileURLToPath(outside)}, which is outside the working folder ${process.cwd()}: ` +
        'if you trust that file, allow it with --allow-outside (allowOutside in the API)',
    );
  }
  requireRunnable(scenario);
}

/** How the thread turns led to something else than was recorded. */
export function deviation({ recording, failure, followed }: Omit<TurnReplay, 'places'>): string {
  const { verdict, eventHash, steps } = recording;
  if (failure === undefined && followed) {
    return `not reproduced: the schedule no longer fails: all its ${steps} steps were taken, without a failure (recorded: ${verdict})`;
  }
  if (failure === undefined) {
    return `not reproduced: the schedule could not be followed: all threads had ended before its ${steps} steps were taken. Whether the code still fails is not known: explore it anew`;
  }
  if (failure.verdict === 'nondeterminism' && verdict !== 'nondeterminism') {
    return `not reproduced: the schedule could not be followed beyond step ${failure.steps.length}: the thread that is due cannot run there. Whether the code still fails is not known: explore it anew`;
  }
  if (failure.verdict !== verdict) {
    return `not reproduced: ${failure.verdict} (${failure.message}) instead of ${verdict}`;
  }
  return `the same verdict by other events: hash ${failure.eventHash} instead of ${eventHash}`;
}

/** What may have to do with that, a line each. */
export function circumstances({ recording, scenarioChanged }: Omit<TurnReplay, 'places'>): string {
  const lines: string[] = [];
  if (scenarioChanged) lines.push('the scenario has changed since');
  if (recording.framelab !== TOOL_VERSION || recording.node !== process.version) {
    lines.push(
      `recorded by framelab ${recording.framelab} with Node.js ${recording.node}; this is ${TOOL_VERSION} with ${process.version}`,
    );
  }
  return lines.map((line) => `\n${line}`).join('');
}

/** The failure of a recording that was checked, or an error if it cannot be shown again. */
export async function reproduce(recording: Recording, options: ReplayOptions): Promise<Failure> {
  const result = await replayTurns(recording, options);
  if (result.failure === undefined || result.failure.verdict !== recording.verdict) {
    throw new LabError('Nondeterminism', `${deviation(result)}${circumstances(result)}`);
  }
  return result.failure;
}
