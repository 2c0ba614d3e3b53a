import { renderTable } from '../explore/picture/table.ts';
import { replayFlag } from '../explore/replay/authenticity.ts';
import { explainReplay, type ReplayResult } from '../explore/replay/replay.ts';
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
  readonly reproduced: number;
  readonly failed: number;
  /** Followed to the end, without a failure. */
  readonly passed: number;
}

/** What was replayed, since when, how often, and what the last replay showed. */
export interface Replayed {
  readonly file: string;
  readonly startedAt: string;
  readonly replays: Replays;
  readonly last: ReplayResult;
  /** True if it was stopped before all replays were done. */
  readonly interrupted: boolean;
}

/** How the replay command ends. */
export function endingOfReplay({ replays, last, interrupted }: Replayed): Ending {
  const { times, passed, reproduced } = replays;
  if (interrupted) return 'interrupted';
  if (!isTrustworthy(last.recording.verdict)) return 'untrustworthy';
  if (passed === times) return 'ok';
  return reproduced === times ? 'found' : 'untrustworthy';
}

const OUTCOMES = {
  ok: 'passed',
  found: 'violation',
  untrustworthy: 'unproved',
  interrupted: 'interrupted',
} as const;

/** What replays showed, for other programs: a result, which also keeps the fields from before results had a header. */
export async function replayAsJson(replayed: Replayed): Promise<object> {
  const { file, startedAt, replays, last } = replayed;
  const { failure, recording, followed, scenarioChanged } = last;
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
    ...replays,
    followed,
    scenarioChanged,
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
