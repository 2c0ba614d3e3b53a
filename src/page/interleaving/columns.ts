import type { InterleavingView, ViewedWord } from '../../results/interleaving_view.ts';

/** Columns for words in the table; the panel shows all words. */
const COLUMNS_MAX = 24;

/** The words that have a column, in the order of their first touch: those that change come before those that never do. */
export function columnWords({ words }: Pick<InterleavingView, 'words'>): ViewedWord[] {
  if (words.length <= COLUMNS_MAX) return [...words];
  const changing = words.filter(({ values }) => values.some((value) => value.length === 3));
  const chosen = new Set([...changing, ...words].slice(0, COLUMNS_MAX));
  return words.filter((word) => chosen.has(word));
}
