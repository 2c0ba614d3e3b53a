import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** The root of the package. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** The bench of bugs as a developer runs it: compiled, in a process of its own. */
export function bugs(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = resolve(ROOT, 'dist/bench/bugs/main.js');
  return new Promise((done) => {
    execFile(process.execPath, [file, ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
