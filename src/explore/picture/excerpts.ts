import type { SourceExcerpt, ViewedPlace } from '../../results/interleaving_view.ts';
import type { Sources } from '../../verdicts/source.ts';

/** Lines that are kept on either side of a place. */
const AROUND = 4;
/** Longer lines are not written by hand. */
const LINE_LENGTH_MAX = 200;
/** Lines that are kept in all: what the steps reach first comes first. */
const LINES_MAX = 2000;

/** The source text around places, each line once. */
export function excerptsAround(places: readonly ViewedPlace[], sources: Sources): SourceExcerpt[] {
  const wanted = new Map<string, Set<number>>();
  let kept = 0;
  for (const { file, line } of places) {
    const lines = wanted.get(file) ?? new Set();
    wanted.set(file, lines);
    for (let at = Math.max(1, line - AROUND); at <= line + AROUND && kept < LINES_MAX; at++) {
      if (!lines.has(at)) kept++;
      lines.add(at);
    }
  }
  return [...wanted].flatMap(([file, lines]) => stretches(file, lines, sources.lines(file)));
}

function stretches(file: string, wanted: ReadonlySet<number>, text: readonly string[]): SourceExcerpt[] {
  const found: { file: string; from: number; lines: string[] }[] = [];
  for (const at of [...wanted].sort((a, b) => a - b)) {
    if (at > text.length) break;
    const line = text[at - 1].trimEnd();
    const shown = line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX)} ...` : line;
    const last = found[found.length - 1];
    if (last !== undefined && last.from + last.lines.length === at) last.lines.push(shown);
    else found.push({ file, from: at, lines: [shown] });
  }
  return found;
}
