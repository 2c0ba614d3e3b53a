import type { SearchRow } from './figures.ts';

/** A mean as a cell of a table: `> ` where seeds without the bug make it too small. */
export function meanText({ mean, found, seeds }: SearchRow): string {
  return `${found < seeds ? '> ' : ''}${rounded(mean)}`;
}

export function intervalText({ interval }: SearchRow): string {
  return interval === null ? '' : `${rounded(interval[0])} to ${rounded(interval[1])}`;
}

export function foundText({ found, seeds, seedsAsked }: SearchRow): string {
  return `${found} of ${seeds}${seeds < seedsAsked ? '*' : ''}`;
}

/** Empty where nothing is published. */
export function publishedText({ published }: Pick<SearchRow, 'published'>): string {
  if (published === undefined) return '';
  return published === null ? 'never' : String(published);
}

/** Three digits, or all before the point. */
export function rounded(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** The strategies of some rows, in their order. */
export function strategiesOf(rows: readonly SearchRow[]): string[] {
  return [...new Set(rows.map(({ strategy }) => strategy))];
}

export const FEWER_SEEDS = '* its schedules were spent before all seeds were run';
