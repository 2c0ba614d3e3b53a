import { describeThrown } from '../lab/describe_thrown.ts';
import { LabError } from '../platform/error.ts';
import { printable } from '../platform/printable.ts';
import { TOOL_VERSION } from '../platform/version.ts';
import type { Command, CommandDefinition } from './command.ts';
import { ENDINGS, type Ending, endingOfError } from './exit_codes.ts';
import { commandHelp, groupHelp, toolHelp } from './help.ts';
import { Interrupted } from './interrupt.ts';
import { didYouMean, isGiven, type OptionSpecs, parseOptions } from './options.ts';

const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    summary: 'boot a machine and let worker threads hammer its frame allocator',
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  {
    name: 'explore',
    summary: 'run a scenario under many interleavings, and report the first that fails',
    load: async () => (await import('./commands/explore.ts')).exploreCommand,
  },
  {
    name: 'replay',
    summary: 'run a failing interleaving again, step by step the same',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
  },
  {
    name: 'shrink',
    summary: 'make a failing interleaving as short as it can be',
    load: async () => (await import('./commands/shrink.ts')).shrinkCommand,
  },
  {
    name: 'campaign',
    summary: 'explore for a night, on many processes and machines, and put together what they found',
    about: `
A campaign runs scenarios, programs and workloads for long, in slices that processes and machines share: a plan is made, run by
any number of them, and put together. See docs/campaigns.md.`,
    below: [
      {
        name: 'plan',
        summary: 'say what is to be run, and cut it into slices',
        load: async () => (await import('./commands/campaign/plan.ts')).planCommand,
      },
      {
        name: 'run',
        summary: 'do the slices that are not done yet, and report',
        load: async () => (await import('./commands/campaign/run.ts')).runCampaignCommand,
      },
      {
        name: 'work',
        summary: 'do slices that another machine hands out through a queue',
        load: async () => (await import('./commands/campaign/work.ts')).workCommand,
      },
      {
        name: 'status',
        summary: 'say how far it is, while it runs and after',
        load: async () => (await import('./commands/campaign/status.ts')).statusCommand,
      },
      {
        name: 'merge',
        summary: 'put together what several machines did',
        load: async () => (await import('./commands/campaign/merge.ts')).mergeCommand,
      },
    ],
  },
  {
    name: 'bench',
    summary: 'measure the allocators and locks beside the native ones that they model',
    load: async () => (await import('./commands/bench.ts')).loadBench(),
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
    summary: 'list the workloads, allocators, locks, memory maps and strategies that there are',
    load: async () => (await import('./commands/list.ts')).listCommand,
  },
];

const HELP_WORDS = ['--help', '-h', 'help'];
const HELP_OPTION: OptionSpecs = { help: { kind: 'switch', short: 'h', help: 'this text' } };

/**
 * Runs a command line. Never throws: errors are written to standard error.
 *
 * @param args the words after the name of the tool
 * @returns the exit code
 */
export async function callProgram(args: readonly string[]): Promise<number> {
  const [name, ...rest] = helpLast(args);
  if (name === undefined || HELP_WORDS.includes(name)) {
    process.stdout.write(toolHelp(COMMANDS));
    return ENDINGS.ok.code;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${TOOL_VERSION}\n`);
    return ENDINGS.ok.code;
  }
  try {
    return ENDINGS[await callNamed(COMMANDS, 'framelab', [name, ...rest])].code;
  } catch (error) {
    return ENDINGS[complainOf(error, commandIn([name, ...rest]))].code;
  }
}

/** Finds the command that the first word names, or the first two. @param above the words before it */
async function callNamed(
  commands: readonly Command[],
  above: string,
  args: readonly string[],
): Promise<Ending> {
  const [name, ...rest] = args;
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw noCommand(name, commands, above);
  if (!('below' in command)) return call(`${above} ${name}`, await command.load(), rest);
  const below = helpLast(rest);
  if (below.length > 0 && !HELP_WORDS.includes(below[0]))
    return callNamed(command.below, `${above} ${name}`, below);
  process.stdout.write(groupHelp(command));
  return 'ok';
}

async function call(name: string, definition: CommandDefinition, args: readonly string[]): Promise<Ending> {
  const options = { ...definition.options, ...HELP_OPTION };
  if (args.includes('--help') || isGiven(args, options, 'help')) {
    process.stdout.write(
      commandHelp(name.replace('framelab ', ''), { ...definition, options, groups: withHelp(definition) }),
    );
    return 'ok';
  }
  const given = parseOptions(args, options, definition.operands);
  // Code that writes files loads node:crypto: help need not wait for it.
  const { CommandIo } = await import('./io.ts');
  const io = new CommandIo(given);
  try {
    return io.ending(await definition.run(given, io));
  } finally {
    io.close();
  }
}

/** `--help` is listed beside `--quiet`. */
function withHelp({ groups }: CommandDefinition): CommandDefinition['groups'] {
  return groups?.Output && { ...groups, Output: { ...groups.Output, ...HELP_OPTION } };
}

/** `help run` and `-h run` mean `run --help`. */
function helpLast(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args;
  return rest.length > 0 && HELP_WORDS.includes(first) ? [...rest, '--help'] : args;
}

/** The command that arguments begin with, as far as there is one: `framelab campaign run`. */
function commandIn(args: readonly string[]): string {
  const words = ['framelab'];
  let commands: readonly Command[] = COMMANDS;
  for (const word of args) {
    const command = commands.find(({ name }) => name === word);
    if (command === undefined) break;
    words.push(word);
    commands = 'below' in command ? command.below : [];
  }
  return words.join(' ');
}

function noCommand(name: string, commands: readonly Command[], above: string): LabError {
  const names = commands.map((command) => command.name);
  const what = above === 'framelab' ? name : `${above.replace('framelab ', '')} ${name}`;
  return new LabError(
    'Usage',
    `no command '${what}': there are ${names.join(', ')}${didYouMean(name, names)}`,
  );
}

/** Reports an error, with as much detail as its message lacks. */
function complainOf(error: unknown, where: string): Ending {
  if (error instanceof Interrupted) {
    process.stderr.write(`${error.message}\n`);
    return 'interrupted';
  }
  const ending = endingOfError(error);
  if (ending === null) {
    process.stderr.write(printable(`framelab: ${traceOf(error)}\n`));
    return 'crashed';
  }
  const { message, code } = error as LabError;
  const help = code === 'Usage' ? `Try '${where} --help'.\n` : '';
  process.stderr.write(printable(`${where}: ${message}\n${help}`));
  return ending;
}

/** An error with its stack; if the system refused something, only what it refused, since no code is at fault. */
export function traceOf(error: unknown): string {
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
