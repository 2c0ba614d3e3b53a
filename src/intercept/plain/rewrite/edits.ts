/** Text that is put into a source, or taken out of it, without moving a line. */

/** What was changed on one line: `at` is the column of the source, from 0; `taken` is 0 or more, as is `put`. */
export interface Change {
  readonly at: number;
  readonly put: number;
  readonly taken: number;
}

/** The changed lines of a module, by their number from 1: they lead a column of the changed text back. */
export type ChangedLines = ReadonlyMap<number, readonly Change[]>;

export interface Edited {
  readonly code: string;
  readonly changed: ChangedLines;
}

/** A text that may still change until all is applied. */
export interface Insertion {
  readonly at: number;
  text: string;
}

interface Edit extends Insertion {
  readonly taken: number;
}

/**
 * Edits of one source. Of several at one place, those that close come first, then those that open, each in the order
 * in which they were given: an outer node opens before an inner one and closes after it.
 */
export class Edits {
  private readonly source: string;
  private readonly opened: Edit[] = [];
  private readonly closed: Edit[] = [];

  constructor(source: string) {
    this.source = source;
  }

  open(at: number, text: string): Insertion {
    const edit = { at, text, taken: 0 };
    this.opened.push(edit);
    return edit;
  }

  close(at: number, text: string): void {
    this.closed.push({ at, text, taken: 0 });
  }

  /** Puts a text in the place of `taken` characters, among which is no end of a line. */
  replace(at: number, taken: number, text: string): void {
    this.opened.push({ at, text, taken });
  }

  /** True if the first text that opens here begins with a parenthesis. */
  beginsWithParenthesis(at: number, since: number): boolean {
    for (let i = since; i < this.opened.length; i++) {
      const edit = this.opened[i];
      if (edit.at === at && edit.text !== '') return edit.text.startsWith('(');
    }
    return false;
  }

  /** How many texts have been opened so far. */
  get count(): number {
    return this.opened.length;
  }

  apply(starts: readonly number[]): Edited {
    const edits = [...this.closed, ...this.opened].filter(({ text, taken }) => text !== '' || taken > 0);
    edits.sort((a, b) => a.at - b.at);
    const parts: string[] = [];
    const changed = new Map<number, Change[]>();
    let done = 0;
    let line = 1;
    for (const { at, text, taken } of edits) {
      parts.push(this.source.slice(done, at), text);
      done = at + taken;
      while (line < starts.length && starts[line] <= at) line++;
      const changes = changed.get(line) ?? [];
      changes.push({ at: at - starts[line - 1], put: text.length, taken });
      changed.set(line, changes);
    }
    parts.push(this.source.slice(done));
    return { code: parts.join(''), changed };
  }
}

/** The column of the source, from 1, for a column of the changed text, from 1; that of an inserted text is where it was put. */
export function originalColumn(changed: ChangedLines, line: number, column: number): number {
  let moved = 0;
  for (const { at, put, taken } of changed.get(line) ?? []) {
    if (column - 1 - moved < at) break;
    // Within what was put there.
    if (column - 1 - moved < at + put) return at + 1;
    moved += put - taken;
  }
  return column - moved;
}

/** Where the lines of a source begin. */
export function lineStarts(source: string): number[] {
  const starts = [0];
  // What ends a line by ECMA-262.
  for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** The line of an offset, from 1. */
export function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
