import type { FoundView } from '../figures/exploration_view.ts';
import { codeSpan, inline, inlineAtStart } from './markup.ts';

/** A finding in Markdown. */
export function foundMarkdown({ title, lines, command }: FoundView): string {
  return [
    `**${inline(title)}**`,
    lines.map((line) => `- ${inlineAtStart(line)}`).join('\n'),
    ...(command === null || command === '' ? [] : [`Replay it with ${codeSpan(command)}`]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
