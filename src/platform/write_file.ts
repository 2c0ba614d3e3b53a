import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LabError } from './error.ts';

/** Free bytes that a place must have before work begins: with less it counts as full. */
const PROBE_BYTES = 64 * 1024;

/**
 * Writes a file so that it is never there in part: under a temporary name in the same folder, which then takes the
 * place of the earlier file. On failure the earlier file is whole and the temporary one is gone.
 *
 * The folder must exist (see `makeFolder`). A link is followed. Anything but a plain file (a pipe, a terminal,
 * `/dev/null`) is written to directly.
 *
 * @throws `NotWritten`
 */
export function writeWholeFile(file: string, content: string | Uint8Array): void {
  try {
    const earlier = statSync(file, { throwIfNoEntry: false });
    if (earlier === undefined || earlier.isFile()) replaceFile(file, content, earlier);
    else writeFileSync(file, content);
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

function replaceFile(file: string, content: string | Uint8Array, earlier: Stats | undefined): void {
  const target = earlier === undefined ? resolve(file) : realpathSync(file);
  // A new name in a writable folder would get around a file's own protection.
  if (earlier !== undefined) accessSync(target, constants.W_OK);
  const temporary = temporaryIn(dirname(target));
  try {
    writeNew(temporary, content, true, earlier?.mode);
    renameSync(temporary, target);
  } catch (error) {
    remove(temporary);
    // A file that is itself a mount point, as in containers, cannot be replaced, only overwritten.
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || earlier === undefined) throw error;
    writeFileSync(target, content);
  }
}

/**
 * Call it before the work whose result goes to that file: it notices a place that cannot be written, or has no room,
 * without touching the file. The folder must exist.
 *
 * @throws `NotWritten`
 */
export function ensureWritable(file: string): void {
  try {
    const earlier = statSync(file, { throwIfNoEntry: false });
    if (earlier?.isDirectory()) throw new Error('it is a folder');
    if (earlier !== undefined) accessSync(file, constants.W_OK);
    if (earlier === undefined || earlier.isFile()) {
      probe(dirname(earlier === undefined ? resolve(file) : realpathSync(file)));
    }
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

/**
 * The same for a folder that files will go to, and that `makeFolder` can make if it is not there yet. Makes nothing.
 *
 * @throws `NotWritten`
 */
export function ensureWritableFolder(folder: string): void {
  try {
    probe(existingAncestor(folder));
  } catch (cause) {
    throw notWritten(folder, cause);
  }
}

/**
 * Makes a folder and those above it. Unlike Node's own recursive `mkdir`, it always returns: that one hangs on a place
 * such as `/proc/x`, where a folder neither exists nor can be made.
 *
 * @throws `NotWritten`
 */
export function makeFolder(folder: string): void {
  try {
    const missing: string[] = [];
    const existing = existingAncestor(folder);
    for (let path = resolve(folder); path !== existing; path = dirname(path)) missing.push(path);
    for (const path of missing.reverse()) makeOne(path);
  } catch (cause) {
    throw notWritten(folder, cause);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** The folder itself, or the nearest one above it that is there. */
function existingAncestor(folder: string): string {
  let path = resolve(folder);
  for (;;) {
    const found = statOf(path);
    if (found?.isDirectory()) return path;
    if (found !== undefined) throw new Error(`${path} is not a folder`);
    path = dirname(path);
  }
}

/** Undefined if it does not exist, also below a plain file. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether a file can be made in a folder and filled: only trying shows a full disk, a quota, or `/proc`. */
function probe(folder: string): void {
  const path = temporaryIn(folder);
  try {
    writeNew(path, new Uint8Array(PROBE_BYTES), false);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'there is no room' : 'no file can be made';
    throw new Error(`${why} in ${folder} (${code ?? message})`, { cause });
  } finally {
    remove(path);
  }
}

/** Makes a file of that content, exclusively: a link planted under this name is not followed. */
function writeNew(path: string, content: string | Uint8Array, durable: boolean, mode?: number): void {
  const file = openSync(path, 'wx');
  try {
    if (mode !== undefined) fchmodSync(file, mode);
    writeFileSync(file, content);
    if (durable) sync(file);
  } finally {
    closeSync(file);
  }
}

/** Otherwise a power failure after the rename may leave an empty file where a whole one was. */
function sync(file: number): void {
  try {
    fsyncSync(file);
  } catch (error) {
    // Some file systems have no such thing.
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  }
}

function temporaryIn(folder: string): string {
  return join(folder, `.framelab-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or has its final name.
  }
}

function notWritten(path: string, cause: unknown): LabError {
  return new LabError('NotWritten', `${path} cannot be written: ${(cause as Error).message}`, { cause });
}
