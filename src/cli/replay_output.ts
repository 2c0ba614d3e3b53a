import { renderTable } from '../explore/picture/table.ts';
import { explainReplay, type ReplayResult } from '../explore/replay/replay.ts';

/** How often a replay went how. */
export interface Replays {
  readonly times: number;
  readonly reproduced: number;
  readonly failed: number;
  /** Followed to the end, without a failure. */
  readonly passed: number;
}

/** What replays showed, for other programs. */
export function replayAsJson(replays: Replays, last: ReplayResult): object {
  const { verdict, message, cause, details, eventHash, thread } = last.failure ?? {};
  const { followed, scenarioChanged } = last;
  return { ...replays, followed, scenarioChanged, verdict, message, cause, details, eventHash, thread };
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
