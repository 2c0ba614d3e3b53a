import { escapeHtml } from '../../../page/markup.ts';
import type { FoundView } from '../../figures/exploration_view.ts';

/** A finding on a page: its title, what is said below it, and the command that replays it. */
export function foundProblem({ title, lines, command }: FoundView): string {
  const below = command === null || command === '' ? lines : [...lines, `replay it with: ${command}`];
  const items = below.map((line) => `<li>${escapeHtml(line)}</li>`).join('');
  return `<div class="problem"><b>${escapeHtml(title)}</b><ul>${items}</ul></div>`;
}

/** What else is to be known, as a list; empty where there is nothing. */
export function notesSection(notes: readonly string[]): string {
  const items = notes.map((line) => `<li>${escapeHtml(line)}</li>`).join('');
  return items === '' ? '' : `<h2>What else is to be known</h2><ul class="advice">${items}</ul>`;
}
