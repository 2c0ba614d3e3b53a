import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../platform/error.ts';

/**
 * Writes to the file that an option names, or to standard output where it names none.
 *
 * @throws `Usage`
 */
export function writeOutput(option: string, file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new LabError('Usage', `${option} '${file}': cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * To be asked before a minute's work whose result goes to that file.
 *
 * @throws `Usage` where it cannot be written
 */
export function requireWritable(option: string, file: string | undefined): void {
  if (file === undefined || file === '-') return;
  const about = statSync(file, { throwIfNoEntry: false });
  const isDevice = about !== undefined && !about.isFile() && !about.isDirectory();
  try {
    if (about?.isDirectory()) throw new Error('is a folder');
    if (!isDevice) accessSync(about === undefined ? dirname(file) : file, constants.W_OK);
  } catch (cause) {
    throw new LabError('Usage', `${option} '${file}': cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A result for other programs; `-` is standard output. @throws `Usage` */
export function writeJson(option: string, file: string, value: unknown): void {
  writeOutput(option, file, `${JSON.stringify(value)}\n`);
}
