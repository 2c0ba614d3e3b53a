import { renderTable } from '../explore/picture/table.ts';
import { replayFlag } from '../explore/replay/authenticity.ts';
import { ownText, recordingName } from '../explore/replay/replay_file.ts';
import type { ShrinkResult } from '../explore/shrink/shrink.ts';
import { callCommand, quoted } from '../platform/call_command.ts';
import { readEnvironment } from '../results/environment.ts';
import type { Finding } from '../results/finding.ts';
import { headerOf } from '../results/header.ts';
import { isTrustworthy } from '../verdicts/blame.ts';
import { findingOf } from '../verdicts/finding.ts';

const SCHEMA_VERSION = 1;

/** What was shrunk, since when, and whether it was stopped early. */
export interface Shrunk {
  readonly given: string;
  readonly startedAt: string;
  readonly result: ShrinkResult;
  readonly interrupted: boolean;
}

/**
 * A shrunk schedule for other programs: a result, which also keeps the fields from before results had a header, and the
 * recording itself if a file could not be written. Its outcome is that of the schedule, which fails.
 */
export async function shrinkAsJson({ given, startedAt, result, interrupted }: Shrunk): Promise<object> {
  const { verdict, message, cause, eventHash } = result.failure;
  const { before, after, minimal, file, html, notWritten } = result;
  const lost = notWritten.length === 0 ? {} : { notWritten, recording: JSON.parse(contentOf(result)) };
  const failed = isTrustworthy(verdict) ? 'violation' : 'unproved';
  const header = headerOf({
    schemaVersion: SCHEMA_VERSION,
    kind: 'shrink',
    startedAt,
    environment: await readEnvironment(),
    outcome: interrupted ? 'interrupted' : failed,
    findings: [shrunkFinding(result)],
    reproduce: ['shrink', given],
  });
  return { ...header, verdict, message, cause, eventHash, before, after, minimal, file, html, ...lost };
}

/** The smaller schedule, and where it was kept, or why it was not. */
function shrunkFinding({ failure, recording, file, notWritten }: ShrinkResult): Finding {
  const { strategy, schedule, job } = recording.found;
  const kept =
    file === undefined ? { recording: null, notWritten: notWritten.join('; ') } : { recording: file };
  const name = file ?? recordingName(recording);
  const command = `${callCommand()} replay ${quoted(name)}${replayFlag(recording)}`;
  return findingOf(failure, { strategy, schedule, job, seed: recording.seed, ...kept, command });
}

/** The same for people. @param quiet without the interleaving */
export function shrinkText(result: ShrinkResult, quiet: boolean): string {
  const { failure, before, after, minimal, file, html, notWritten, recording } = result;
  const proved = minimal
    ? '(minimal: no schedule with fewer preemptions fails this way)'
    : '(not proved to be the fewest)';
  const again =
    file === undefined
      ? `The smaller replay is the next line, to be saved in this folder:\n${contentOf(result)}`
      : `Replay it with: ${callCommand()} replay ${quoted(file)}${replayFlag(recording)}`;
  return [
    ...(quiet ? [] : [`${renderTable(failure)}\n`]),
    `from ${costText(before)}`,
    `to   ${costText(after)} ${proved}`,
    ...notWritten,
    again,
    ...(html === undefined ? [] : [`Look at it in: ${html}`]),
  ].join('\n');
}

function costText({ threads, steps, switches, preemptions }: ShrinkResult['before']): string {
  const counted = (count: number, one: string, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
  return [
    counted(threads, 'thread'),
    counted(steps, 'step'),
    counted(switches, 'switch', 'switches'),
    counted(preemptions, 'preemption'),
  ].join(', ');
}

/** The content for the file of a shrunk schedule. */
function contentOf({ recording }: ShrinkResult): string {
  return ownText('.', recording, 'line');
}
