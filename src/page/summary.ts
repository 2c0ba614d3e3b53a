import { escapeHtml } from './markup.ts';

/** `good`: all is well; `bad`: something is wrong; `warn`: neither is known. */
export type Mood = 'good' | 'bad' | 'warn';

/** How something ended, beside its title. */
export function badge(text: string, mood: Mood): string {
  return `<span class="badge${mood === 'good' ? '' : ` ${mood}`}">${escapeHtml(text)}</span>`;
}

/** The few figures that a reader looks for first. @param figures each a value and its name */
export function tiles(figures: readonly (readonly [value: string, of: string])[]): string {
  const items = figures.map(
    ([value, of]) => `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(of)}</span></div>`,
  );
  return `<div class="tiles">${items.join('')}</div>`;
}

/** Something that went wrong: its name, and what is said about it. */
export function problem(name: string, message: string): string {
  return `<div class="problem"><b>${escapeHtml(name)}</b>: ${escapeHtml(message)}</div>`;
}
