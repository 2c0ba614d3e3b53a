import { LabError } from '../platform/error.ts';
import { ensureWritable, writeWholeFile } from '../platform/write_file.ts';

/**
 * Writes to the file that an option names, or to standard output if it names none. A file is written whole or not at
 * all.
 *
 * @throws `Usage`
 */
export function writeOutput(option: string, file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeWholeFile(file, text);
  } catch (cause) {
    throw cannotBeWritten(option, file, cause);
  }
}

/**
 * Call it before long work whose result goes to that file.
 *
 * @throws `Usage` if it cannot be written
 */
export function requireWritable(option: string, file: string | undefined): void {
  if (file === undefined || file === '-') return;
  try {
    ensureWritable(file);
  } catch (cause) {
    throw cannotBeWritten(option, file, cause);
  }
}

function cannotBeWritten(option: string, file: string, cause: unknown): LabError {
  const reason = (cause as Error).message;
  return new LabError('Usage', `${option} '${file}': ${reason}`, { cause });
}
