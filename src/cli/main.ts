#!/usr/bin/env node
import { describeThrown } from '../lab/describe_thrown.ts';
import { LabError } from '../platform/error.ts';
import { printable } from '../platform/printable.ts';
import { TOOL_VERSION } from '../platform/version.ts';
import { type Command, EXIT_CRASHED, EXIT_OK, EXIT_USAGE } from './command.ts';
import { explorerCommand } from './commands/explore.ts';
import { isLeaving, leave } from './leave.ts';
import { didYouMean } from './options.ts';

const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    summary: 'boot a machine and let worker threads hammer its frame allocator',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'explore',
    summary: 'run a scenario under many interleavings, and report the first that fails',
    load: () => explorerCommand('exploreCommand'),
  },
  {
    name: 'replay',
    summary: 'run a failing interleaving again, step by step the same',
    load: () => explorerCommand('replayCommand'),
  },
  {
    name: 'shrink',
    summary: 'make a failing interleaving as short as it can be',
    load: () => explorerCommand('shrinkCommand'),
  },
  {
    name: 'bench',
    summary: 'measure the allocators and locks beside the native ones that they model',
    load: async () => (await import('./commands/bench.ts')).benchCommand,
  },
  {
    name: 'report',
    summary: 'show results as a page with charts, Markdown, CSV, JUnit or a step summary',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'compare',
    summary: 'say whether a change, a lock or an allocator is faster, slower, or neither',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    name: 'list',
    summary: 'list the workloads, allocators, locks and memory maps that there are',
    load: async () => (await import('./commands/list.ts')).listCommand,
  },
];

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = helpLast(args);
  if (name === undefined || HELP_WORDS.includes(name)) {
    process.stdout.write(help());
    return EXIT_OK;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${TOOL_VERSION}\n`);
    return EXIT_OK;
  }
  const found = COMMANDS.find((command) => command.name === name);
  try {
    if (found === undefined) {
      const names = COMMANDS.map((command) => command.name);
      throw new LabError(
        'Usage',
        `no command '${name}': there are ${names.join(', ')}${didYouMean(name, names)}`,
      );
    }
    const body = await found.load();
    return await body(rest);
  } catch (error) {
    if (error instanceof LabError && error.code === 'Usage') {
      const where = found === undefined ? 'framelab' : `framelab ${name}`;
      process.stderr.write(printable(`${where}: ${error.message}\nTry '${where} --help'.\n`));
      return EXIT_USAGE;
    }
    process.stderr.write(printable(`framelab: ${traceOf(error)}\n`));
    return EXIT_CRASHED;
  }
}

/** An error with its stack; where the system refused something, what it was, since no code is at fault. */
function traceOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  const refusal = REFUSALS[typeof code === 'string' ? code : ''];
  const { message, stack } = describeThrown(error);
  return refusal === undefined ? (stack ?? message) : `the system refused: ${message} (${refusal})`;
}

const REFUSALS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many files open: see ulimit -n',
  ENFILE: 'the system has too many files open',
  ENOMEM: 'there is not enough memory',
  EAGAIN: 'there are too many processes or threads: see ulimit -u',
  ERR_WORKER_INIT_FAILED: 'no further thread can be started: see ulimit -n, -u and -v',
};

const HELP_WORDS = ['--help', '-h', 'help'];

/** `help run` and `-h run` mean `run --help`. */
function helpLast(args: readonly string[]): readonly string[] {
  const [first, name] = args;
  return name !== undefined && HELP_WORDS.includes(first) ? [name, '--help'] : args;
}

function help(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `Usage: framelab COMMAND [options]

A concurrency stress lab: a kernel's frame allocator in one SharedArrayBuffer, and threads that hammer it.

${lines.join('\n')}

  framelab COMMAND --help   about a command
  framelab --version        the version
`;
}

/** Until what was written has been taken: a pipe may be slower than we are. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

// Whoever reads us may have seen enough, as `head` has. What was begun goes on: files may have been asked for, and
// the exit code tells whether anything is wrong.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`framelab: standard output: ${error.message}\n`);
    leave(EXIT_CRASHED);
  });
}

// A module of the user may end this process, or leave an error to nobody: neither is a success, nor a found bug.
process.on('exit', (code) => {
  if (isLeaving()) return;
  process.stderr.write(
    `framelab: was ended with exit code ${code} before it was done, by a module that it loaded\n`,
  );
  process.exitCode = EXIT_CRASHED;
});
process.on('uncaughtException', (error: unknown) => {
  process.stderr.write(`framelab: an error that nobody caught: ${printable(traceOf(error))}\n`);
  leave(EXIT_CRASHED);
});

const code = await main(process.argv.slice(2));
await Promise.all([drained(process.stdout), drained(process.stderr)]);
// Not `process.exitCode` alone: a thread that hangs must not keep the process.
leave(code);
