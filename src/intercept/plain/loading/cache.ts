/**
 * What was instrumented, kept on disk: each worker of each session loads the same modules, and to parse them takes longer than
 * to load them. By the hash of the source and of the rewriter; in a folder that only this user can write, for what lies there is run.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { DIST } from '../../../platform/dist.ts';
import type { Draft } from '../rewrite/draft.ts';
import type { Change } from '../rewrite/edits.ts';
import { draftOf, type SourceKind } from '../rewrite/rewrite.ts';

/** The files that decide what comes out: whoever changes the rewriter gets another key. */
const REWRITER = [
  'walk',
  'accesses',
  'syntax',
  'frames',
  'patterns',
  'names',
  'edits',
  'marks',
  'draft',
  'rewrite',
];
/** Smaller sources are parsed faster than found. Characters. */
const SMALL = 500;

/** Nothing is the answer for a source that has nothing to instrument. */
type Kept = {
  readonly draft?: Omit<Draft, 'changed'> & { readonly changed: readonly [number, readonly Change[]][] };
};

type Drafts = (source: string, kind: SourceKind) => Draft | undefined;

/** Makes drafts, or finds them. Where no folder can be had all are made. */
export function cachedDrafts(): Drafts {
  const folder = ownFolder();
  if (folder === undefined) return draftOf;
  const version = createHash('sha256');
  for (const name of REWRITER)
    version.update(readFileSync(new URL(`src/intercept/plain/rewrite/${name}.js`, DIST)));
  const key = version.digest('hex');
  return (source, kind) => {
    if (source.length < SMALL) return draftOf(source, kind);
    const hash = createHash('sha256').update(key).update(kind).update('\n').update(source);
    const file = join(folder, `${hash.digest('hex').slice(0, 40)}.json`);
    const kept = read(file);
    if (kept !== undefined) {
      return kept.draft === undefined ? undefined : { ...kept.draft, changed: new Map(kept.draft.changed) };
    }
    const draft = draftOf(source, kind);
    write(file, draft === undefined ? {} : { draft: { ...draft, changed: [...draft.changed] } });
    return draft;
  };
}

/** A folder of this user's, which nobody else can write; undefined where there is none. */
function ownFolder(): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const folder = join(tmpdir(), `framelab-${user}`);
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true });
    const { mode, uid, isDirectory } = statOf(folder);
    return isDirectory && uid === user && (mode & 0o077) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}

function statOf(folder: string): { mode: number; uid: number; isDirectory: boolean } {
  const stat = lstatSync(folder);
  return { mode: stat.mode, uid: stat.uid, isDirectory: stat.isDirectory() };
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** Whole or not at all; to have none is no failure. */
function write(file: string, kept: Kept): void {
  const part = `${file}.${process.pid}.${threadId}`;
  try {
    writeFileSync(part, JSON.stringify(kept));
    renameSync(part, file);
  } catch {
    // A full disk, or a folder that is gone: it is made again next time.
  }
}
