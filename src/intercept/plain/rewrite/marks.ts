import { lineOf } from './edits.ts';

/** `// framelab: racy <reason>`: the accesses of its line may race, or of the next line where it stands alone. */
const MARK = /^[\s*]*framelab:\s*racy\b[\s:,-]*([\s\S]*?)[\s*]*$/;

export interface CommentSpan {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The reasons of marks, by the line for which they hold. A mark without a reason is an error that names its line. */
export class Marks {
  readonly reasons = new Map<number, string>();
  /** Lines of marks that give no reason. */
  readonly unreasoned: number[] = [];

  constructor(source: string, starts: readonly number[], comments: readonly CommentSpan[]) {
    for (const { text, start, end } of comments) {
      const reason = MARK.exec(text)?.[1];
      if (reason === undefined) continue;
      const line = lineOf(starts, start);
      if (reason === '') {
        this.unreasoned.push(line);
        continue;
      }
      const alone = source.slice(starts[line - 1], start).trim() === '';
      this.reasons.set(alone ? lineOf(starts, end) + 1 : line, reason.replace(/\s+/g, ' '));
    }
  }

  reasonAt(line: number): string | undefined {
    return this.reasons.get(line);
  }
}
