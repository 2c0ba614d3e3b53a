#!/usr/bin/env node
import { LabError } from '../platform/error.ts';
import { TOOL_VERSION } from '../platform/version.ts';
import { type Command, EXIT_CRASHED, EXIT_OK, EXIT_USAGE } from './command.ts';
import { explorerCommand } from './commands/explore.ts';
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
      process.stderr.write(`${where}: ${error.message}\nTry '${where} --help'.\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`framelab: ${error instanceof Error ? error.stack : error}\n`);
    return EXIT_CRASHED;
  }
}

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
    process.exit(EXIT_CRASHED);
  });
}

const code = await main(process.argv.slice(2));
await Promise.all([drained(process.stdout), drained(process.stderr)]);
// Not `process.exitCode` alone: a thread that hangs must not keep the process.
process.exit(code);
