import { renderTable } from '../explore/picture/table.ts';
import { replayFlag } from '../explore/replay/authenticity.ts';
import { ownText } from '../explore/replay/replay_file.ts';
import type { ShrinkResult } from '../explore/shrink/shrink.ts';
import { callCommand, quoted } from '../platform/call_command.ts';

/** A shrunk schedule for other programs; with the recording itself where a file could not be written. */
export function shrinkAsJson(result: ShrinkResult): object {
  const { verdict, message, cause, eventHash } = result.failure;
  const { before, after, minimal, file, html, notWritten } = result;
  const lost = notWritten.length === 0 ? {} : { notWritten, recording: JSON.parse(contentOf(result)) };
  return { verdict, message, cause, eventHash, before, after, minimal, file, html, ...lost };
}

/** The same for people. @param quiet without the interleaving */
export function shrinkText(result: ShrinkResult, quiet: boolean): string {
  const { failure, before, after, minimal, file, html, notWritten, recording } = result;
  const proved = minimal ? '(no schedule with fewer preemptions fails so)' : '(not proved to be the fewest)';
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
  return `${threads} threads, ${steps} steps, ${switches} switches, ${preemptions} preemptions`;
}

/** What the file of a shrunk schedule should have held. */
function contentOf({ recording }: ShrinkResult): string {
  return ownText('.', recording, 'line');
}
