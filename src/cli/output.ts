import { writeFileSync } from 'node:fs';
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

/** A result for other programs; `-` is standard output. @throws `Usage` */
export function writeJson(option: string, file: string, value: unknown): void {
  writeOutput(option, file, `${JSON.stringify(value)}\n`);
}
