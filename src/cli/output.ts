import { writeFileSync } from 'node:fs';
import { LabError } from '../platform/error.ts';

/** Standard output where no file is named. @throws `Usage` */
export function writeOutput(file: string | undefined, text: string): void {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new LabError('Usage', `${file}: cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** A result for other programs; `-` is standard output. @throws `Usage` */
export function writeJson(file: string, value: unknown): void {
  writeOutput(file, `${JSON.stringify(value)}\n`);
}
