/** An instrumented module before it is known where it lies and which numbers its sites have. */
import type { AccessSite } from '../../../control/thread/plain_accesses.ts';
import type { ChangedLines } from './edits.ts';

export type DraftSite = Omit<AccessSite, 'file'>;

/** Plain data but for the lines, which a map holds. */
export interface Draft {
  /** With a mark for each site's number. */
  readonly code: string;
  readonly changed: ChangedLines;
  /** In the order of their numbers. */
  readonly sites: readonly DraftSite[];
  /** Lines with accesses that could not be instrumented. */
  readonly unseen: readonly number[];
  /** The reasons of marks, by the line for which they hold. */
  readonly reasons: readonly (readonly [line: number, reason: string])[];
  /** Lines of marks that give no reason. */
  readonly unreasoned: readonly number[];
}

/** No source holds it. */
const MARK = '\u0001';
const DIGITS = 7;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what makes it a mark
const MARKS = /\u0001(\d{7})/g;

/** Stands for the number of a module's site; as long as what takes its place, so that columns stay. */
export function siteMark(site: number): string {
  return MARK + String(site).padStart(DIGITS, '0');
}

export function hasMark(source: string): boolean {
  return source.includes(MARK);
}

/** The code, with numbers from `first` on. */
export function numbered(code: string, first: number): string {
  return code.replace(MARKS, (_, site: string) => String(first + Number(site)).padStart(DIGITS + 1));
}
