import { ownText } from '../explore/replay/replay_file.ts';
import type { ScheduleFailed } from '../explore/replay/schedule_failed.ts';

/**
 * A find for other programs: what happened, how it was found, and where the recording is kept, or the recording itself.
 */
export function findAsJson(error: ScheduleFailed): object {
  const { failure, recording, replayFile, notWritten, command } = error;
  const { verdict, message, cause, details, eventHash, thread } = failure;
  const { seed, found: foundBy } = recording;
  const kept =
    notWritten === undefined
      ? { replayFile }
      : { replayFile: null, notWritten, recording: JSON.parse(ownText('.', recording)) };
  return {
    found: true,
    seed,
    foundBy,
    verdict,
    message,
    cause,
    details,
    thread,
    eventHash,
    ...kept,
    command,
  };
}
