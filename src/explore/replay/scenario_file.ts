import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import { where } from '../options/where.ts';

/** SHA-256 of a scenario's file, in hexadecimal digits. What it imports is not looked at. */
export function scenarioHash(url: string): string {
  return createHash('sha256')
    .update(readFileSync(fileURLToPath(url)))
    .digest('hex');
}

/** Whether a scenario lies outside the folder that we were called in, and all below it. */
export function isOutside(url: string): boolean {
  const path = fileURLToPath(url);
  const cwd = process.cwd();
  // Either way of writing it will do: the folder, or what it is called in, may be reached through a link.
  return !isBelow(path, cwd) && !isBelow(realPath(path), realPath(cwd));
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}

/** Where a path leads by its links; the path itself where nothing is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** @throws `Usage` if there is no such file */
export function requireRunnable(url: string): void {
  requireModule(url, 'scenario');
}

/** @throws `Usage` if there is no such file; `what` says what it was to be */
export function requireModule(url: string, what: string): void {
  if (!isFile(url)) throw new LabError('Usage', `there is no ${what} ${where(url)}`);
}

function isFile(url: string): boolean {
  try {
    return statSync(fileURLToPath(url)).isFile();
  } catch {
    return false;
  }
}
