/**
 * Instruments a module: every access to an element that may be shared memory tells the runtime before it happens. The
 * access itself stays where it is, so that `this`, getters, optional chains, what fails and how are the language's own.
 * A line stays a line; see edits.ts for columns.
 */
import { createRequire } from 'node:module';
import type * as Acorn from 'acorn';
import type { AccessSite } from '../../../control/thread/plain_accesses.ts';
import { type Draft, hasMark, numbered } from './draft.ts';
import { Edits, lineStarts } from './edits.ts';
import { type CommentSpan, Marks } from './marks.ts';
import { isTaken } from './names.ts';
import type { Node } from './syntax.ts';
import { Walk } from './walk.ts';

/** How a source is to be read: as an ES module, as the body of a function (CommonJS), or as a script. */
export type SourceKind = 'module' | 'commonjs' | 'script';

export interface Instrumented extends Draft {
  readonly sites: readonly AccessSite[];
}

let acorn: typeof Acorn;

/** Before modules are instrumented: the parser itself never is. */
export function loadParser(): void {
  acorn ??= createRequire(import.meta.url)('acorn') as typeof Acorn;
}

/** Reads a source as acorn does; throws its SyntaxError. */
export function parse(source: string, kind: SourceKind, comments: CommentSpan[]): Node {
  loadParser();
  return acorn.parse(source, {
    ecmaVersion: 'latest',
    sourceType: kind === 'module' ? 'module' : 'script',
    allowHashBang: true,
    allowReturnOutsideFunction: kind === 'commonjs',
    allowAwaitOutsideFunction: kind === 'module',
    allowSuperOutsideMethod: kind === 'script',
    onComment: (_block, text, start, end) => comments.push({ text, start, end }),
  }) as unknown as Node;
}

/**
 * @param file URL or path of the module, for its sites
 * @param first the number of its first site
 * @param drafts makes a draft, or knows it
 * @returns undefined for a source that holds nothing to instrument; it is run as it is
 * @throws SyntaxError if it cannot be parsed
 */
export function instrument(
  source: string,
  kind: SourceKind,
  file: string,
  first: number,
  drafts: (source: string, kind: SourceKind) => Draft | undefined = draftOf,
): Instrumented | undefined {
  const draft = drafts(source, kind);
  if (draft === undefined) return undefined;
  return {
    ...draft,
    code: numbered(draft.code, first),
    sites: draft.sites.map((site) => ({ file, ...site })),
  };
}

/** Instruments a source, wherever it lies; throws its SyntaxError. */
export function draftOf(source: string, kind: SourceKind): Draft | undefined {
  if (isTaken(source) || hasMark(source)) return undefined;
  const comments: CommentSpan[] = [];
  const program = parse(source, kind, comments);
  const starts = lineStarts(source);
  const marks = new Marks(source, starts, comments);
  const edits = new Edits(source);
  const walk = new Walk({ source, starts, marks, edits, strict: kind === 'module' });
  walk.program(program);
  const { sites, unseen } = walk;
  const { unreasoned } = marks;
  const reasons = [...marks.reasons];
  const draft = { ...edits.apply(starts), sites, unseen, reasons, unreasoned };
  const isSame = draft.code === source && unseen.length + reasons.length + unreasoned.length === 0;
  return isSame ? undefined : draft;
}
