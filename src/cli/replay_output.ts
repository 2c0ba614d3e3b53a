import { renderTable } from '../explore/picture/table.ts';
import { explainReplay } from '../explore/regress/explain.ts';
import type { ReplayResult } from '../explore/regress/replay.ts';
import { replayFlag } from '../explore/replay/authenticity.ts';
import { callCommand, quoted } from '../platform/call_command.ts';

/** How often a replay went how. */
export interface Replays {
  readonly times: number;
  /** By the recorded events. */
  readonly reproduced: number;
  readonly failed: number;
  /** Fixed. */
  readonly passed: number;
  /** By whatever events. */
  readonly stillFails: number;
}

/** What replays showed, for other programs. @param newFile where the failing schedule of the present code was kept */
export function replayAsJson(replays: Replays, last: ReplayResult, newFile: string | undefined): object {
  const { verdict, message, cause, details, eventHash, thread } = last.failure ?? {};
  const { followed, scenarioChanged, answer, by, following, nearby } = last;
  const { stillFails: _, ...counts } = replays;
  return {
    ...counts,
    followed,
    scenarioChanged,
    answer,
    by,
    following,
    nearby,
    newFile,
    verdict,
    message,
    cause,
    details,
    eventHash,
    thread,
  };
}

/** The same for people. @param quiet without the interleaving */
export function replayText(replays: Replays, last: ReplayResult, quiet: boolean): string {
  const { failure, recording, scenarioChanged } = last;
  const often = `reproduced ${replays.reproduced} of ${replays.times} times`;
  const table = failure === undefined || quiet ? '' : `${renderTable(failure)}\n`;
  if (replays.reproduced < replays.times) return `${table}${often}; ${explainReplay(last)}`;
  if (scenarioChanged) return `${table}${often}, though the scenario has changed since`;
  return `${table}${often}, event hash ${recording.eventHash}`;
}

/** The command that replays the failing schedule of the present code. */
export function newRecordingText(file: string, { newRecording }: ReplayResult): string {
  const flag = newRecording === undefined ? '' : replayFlag(newRecording);
  return `The failing schedule of the present code: ${callCommand()} replay ${quoted(file)}${flag}`;
}
