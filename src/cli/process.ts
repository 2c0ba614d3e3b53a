import { printable } from '../platform/printable.ts';
import { ENDINGS } from './exit_codes.ts';
import { isLeaving, leave } from './leave.ts';
import { callProgram, traceOf } from './program.ts';

/** Runs the command that the arguments name, and ends this process with its exit code. */
export async function runProcess(args: readonly string[]): Promise<never> {
  watchStreams();
  watchEnd();
  const code = await callProgram(args);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  // Not `process.exitCode` alone: a thread that hangs must not keep the process.
  return leave(code);
}

/**
 * Ignores EPIPE (`| head`) and keeps running: files may have been asked for, and the exit code says whether anything is
 * wrong.
 */
function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      if (stream === process.stdout) process.stderr.write(`framelab: standard output: ${error.message}\n`);
      leave(ENDINGS.crashed.code);
    });
  }
}

/** A user module may end this process, or throw outside any catch: that is neither a success nor a found bug. */
function watchEnd(): void {
  process.on('exit', (code) => {
    if (isLeaving()) return;
    process.stderr.write(
      `framelab: was ended with exit code ${code} before it was done, by a module that it loaded\n`,
    );
    process.exitCode = ENDINGS.crashed.code;
  });
  process.on('uncaughtException', (error: unknown) => {
    process.stderr.write(`framelab: an error that nobody caught: ${printable(traceOf(error))}\n`);
    leave(ENDINGS.crashed.code);
  });
}

/** Waits until everything written was read: a pipe may be slower than this process. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
