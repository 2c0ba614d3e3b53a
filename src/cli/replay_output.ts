import { renderTable } from '../explore/picture/table.ts';
import { explainReplay } from '../explore/regress/explain.ts';
import type { ReplayResult } from '../explore/regress/replay.ts';
import { replayFlag } from '../explore/replay/authenticity.ts';
import { callCommand, quoted } from '../platform/call_command.ts';
import { readEnvironment } from '../results/environment.ts';
import { headerOf } from '../results/header.ts';
import { isTrustworthy } from '../verdicts/blame.ts';
import { findingOf } from '../verdicts/finding.ts';
import type { Ending } from './exit_codes.ts';

const SCHEMA_VERSION = 1;

/** How many replays had each outcome. */
export interface Replays {
  readonly times: number;
  /** Reproduced by the recorded events. */
  readonly reproduced: number;
  readonly failed: number;
  /** Fixed. */
  readonly passed: number;
  /** The same failure, by any events. */
  readonly stillFails: number;
}

/** What was replayed, since when, how often, and what the last replay showed. */
export interface Replayed {
  readonly file: string;
  readonly startedAt: string;
  readonly replays: Replays;
  readonly last: ReplayResult;
  /** Where the failing schedule of the current code was kept, if there is one. */
  readonly newFile: string | undefined;
  /** True if it was stopped before all replays were done. */
  readonly interrupted: boolean;
}

/** How the replay command ends. */
export function endingOfReplay({ replays, last, interrupted }: Replayed): Ending {
  const { times, passed, stillFails } = replays;
  if (interrupted) return 'interrupted';
  return passed === times || stillFails === times ? endingOfAnswer(last) : 'untrustworthy';
}

/** If a recording blames only the tool or the scenario, the command ends as untrustworthy at most. */
export function endingOfAnswer({ answer, recording }: ReplayResult): Ending {
  if (!isTrustworthy(recording.verdict)) return 'untrustworthy';
  if (answer === 'fixed') return 'ok';
  return answer === 'still fails' ? 'found' : 'untrustworthy';
}

const OUTCOMES = {
  ok: 'passed',
  found: 'violation',
  untrustworthy: 'unproved',
  interrupted: 'interrupted',
} as const;

/** What replays showed, for other programs: a result, which also keeps the fields from before results had a header. */
export async function replayAsJson(replayed: Replayed): Promise<object> {
  const { file, startedAt, replays, last, newFile } = replayed;
  const { failure, recording, followed, scenarioChanged, answer, by, following, nearby } = last;
  const { stillFails: _, ...counts } = replays;
  const { verdict, message, cause, details, eventHash, thread } = failure ?? {};
  const command = `${callCommand()} replay ${quoted(file)}${replayFlag(recording)}`;
  const { strategy, schedule, job } = recording.found;
  const found = { strategy, schedule, job, seed: recording.seed, recording: file, command };
  const header = headerOf({
    schemaVersion: SCHEMA_VERSION,
    kind: 'replay',
    startedAt,
    environment: await readEnvironment(),
    outcome: OUTCOMES[endingOfReplay(replayed) as keyof typeof OUTCOMES],
    findings: failure === undefined ? [] : [findingOf(failure, found)],
    reproduce: ['replay', file, '--times', `${replays.times}`],
  });
  return {
    ...header,
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
export function replayText({ replays, last }: Replayed, quiet: boolean): string {
  const { failure, recording, scenarioChanged } = last;
  const often = `reproduced ${replays.reproduced} of ${replays.times} times`;
  const table = failure === undefined || quiet ? '' : `${renderTable(failure)}\n`;
  if (replays.reproduced < replays.times) return `${table}${often}; ${explainReplay(last)}`;
  if (scenarioChanged) return `${table}${often}, though the scenario has changed since`;
  return `${table}${often}, event hash ${recording.eventHash}`;
}

/** The command that replays the failing schedule of the current code. */
export function newRecordingText(file: string, { newRecording }: ReplayResult): string {
  const flag = newRecording === undefined ? '' : replayFlag(newRecording);
  return `The failing schedule of the present code: ${callCommand()} replay ${quoted(file)}${flag}`;
}
