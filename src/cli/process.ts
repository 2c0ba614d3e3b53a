import { printable } from '../platform/printable.ts';
import { ENDINGS } from './exit_codes.ts';
import { isLeaving, leave } from './leave.ts';
import { callProgram, traceOf } from './program.ts';

/** Makes this process the tool: does what the arguments say, and ends with the exit code. */
export async function runProcess(args: readonly string[]): Promise<never> {
  watchStreams();
  watchEnd();
  const code = await callProgram(args);
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  // Not `process.exitCode` alone: a thread that hangs must not keep the process.
  return leave(code);
}

/**
 * A reader may have seen enough, as `head` has. What was begun goes on: files may have been asked for, and the exit code
 * tells whether anything is wrong.
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

/** A module of the user may end this process, or throw where nobody catches: neither is a success, nor a found bug. */
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

/** Until what was written has been taken: a pipe may be slower than we are. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
