import { callCommand, quoted } from '../../platform/call_command.ts';
import { LabError } from '../../platform/error.ts';
import type { Finding } from '../../results/finding.ts';
import { errorCodeOf, isShrinkable } from '../../verdicts/blame.ts';
import { explanation, type Failure } from '../../verdicts/failure.ts';
import { findingOf } from '../../verdicts/finding.ts';
import { replayFlag } from './authenticity.ts';
import type { Recording } from './recording.ts';
import { ownText, recordingName } from './replay_file.ts';

/** Where a recording was kept: its file, or why it could not be written. */
export type Kept = { readonly file: string } | { readonly notWritten: string };

/** The failure as an error: what happened, how it was found, then how to see it again. */
export class ScheduleFailed extends LabError {
  readonly failure: Failure;
  /** What was written to the file, or should have been. */
  readonly recording: Recording;
  /** The file that was written; undefined if it could not be. */
  readonly replayFile: string | undefined;
  /** Why there is no file. */
  readonly notWritten: string | undefined;
  /** Replays it; where there is no file, once the recording was saved as this command says. */
  readonly command: string;

  constructor(failure: Failure, recording: Recording, kept: Kept, where: string) {
    const file = 'file' in kept ? kept.file : recordingName(recording);
    const command = `${callCommand()} replay ${quoted(file)}${replayFlag(recording)}`;
    const { strategy, schedule, job } = recording.found;
    const lines = [
      `${failure.verdict} in ${where}: ${failure.message}`,
      ...explanation(failure).map((line) => `  ${line}`),
      `Found by ${strategy === 'first' ? 'the first schedule' : `${strategy} in schedule ${schedule}`}` +
        `${job > 0 ? ` of job ${job}` : ''}, seed ${recording.seed}`,
    ];
    if ('notWritten' in kept) {
      lines.push(
        `There is no replay file: ${kept.notWritten}`,
        `Its content is the next line, to be saved in this folder as ${file}`,
        ownText('.', recording, 'line'),
      );
    }
    if (isShrinkable(failure.verdict)) {
      lines.push(`Shrink it with: ${command.replace(' replay ', ' shrink ')}`);
    }
    if (failure.verdict === 'data-race') {
      const effects = `${callCommand()} explore ${quoted(where)} --race-effects --seed ${recording.seed}`;
      lines.push(`See what it does: ${effects}`);
    }
    lines.push(`Replay it with: ${command}`);
    super(errorCodeOf(failure.verdict), lines.join('\n'));
    this.failure = failure;
    this.recording = recording;
    this.replayFile = 'file' in kept ? kept.file : undefined;
    this.notWritten = 'notWritten' in kept ? kept.notWritten : undefined;
    this.command = command;
  }
}

/** The error as plain data, for a result. */
export function findingOfSchedule({
  failure,
  recording,
  replayFile,
  notWritten,
  command,
}: ScheduleFailed): Finding {
  const { strategy, schedule, job } = recording.found;
  const kept = { recording: replayFile ?? null, notWritten, command };
  return findingOf(failure, { strategy, schedule, job, seed: recording.seed, ...kept });
}
