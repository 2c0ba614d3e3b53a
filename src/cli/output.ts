import { LabError } from '../platform/error.ts';
import { ensureWritable, writeWholeFile } from '../platform/write_file.ts';
import { EXIT_OK, EXIT_USAGE } from './command.ts';

/**
 * Writes to the file that an option names, or to standard output where it names none. A file is there whole or not
 * at all.
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
 * To be asked before a minute's work whose result goes to that file.
 *
 * @throws `Usage` where it cannot be written
 */
export function requireWritable(option: string, file: string | undefined): void {
  if (file === undefined || file === '-') return;
  try {
    ensureWritable(file);
  } catch (cause) {
    throw cannotBeWritten(option, file, cause);
  }
}

/**
 * Keeps a result for other programs; `-` is standard output. What took long to find out is not lost where the file
 * cannot be written after all: it goes to standard output then.
 *
 * @param code the exit code that is due
 * @returns that, or another where the file could not be written and nothing graver is due
 */
export function keepJson(option: string, file: string | undefined, value: unknown, code: number): number {
  if (file === undefined) return code;
  const json = `${JSON.stringify(value)}\n`;
  try {
    writeOutput(option, file, json);
    return code;
  } catch (error) {
    const { message } = error as LabError;
    process.stderr.write(
      `framelab: ${message}\nThe result follows on standard output, so that it is not lost.\n`,
    );
    process.stdout.write(json);
    return code === EXIT_OK ? EXIT_USAGE : code;
  }
}

function cannotBeWritten(option: string, file: string, cause: unknown): LabError {
  const reason = (cause as Error).message;
  return new LabError('Usage', `${option} '${file}': ${reason}`, { cause });
}
