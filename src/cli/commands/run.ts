import { writeFileSync } from 'node:fs';
import { allocatorTypes } from '../../allocators/registry.ts';
import { ORACLE_LEVELS } from '../../lab/oracle.ts';
import { exitCodeOf, type RunResult } from '../../lab/result.ts';
import { run } from '../../lab/run.ts';
import {
  DEFAULT_WORKLOAD,
  defaultWorkers,
  type RunOptions,
  randomSeed,
  SEED_MAX,
} from '../../lab/run_options.ts';
import { workloads } from '../../lab/workloads/registry.ts';
import { CPUS_MAX } from '../../mm/frame_map.ts';
import { MEMORY_MAP_PRESETS } from '../../mm/memory_map.ts';
import { LabError } from '../../platform/error.ts';
import { parseBytes, parseDuration } from '../../platform/units.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { terminalReport } from '../../report/terminal.ts';
import { STATISTICS_LEVELS } from '../../sync/lock_figures.ts';
import { lockKinds } from '../../sync/registry.ts';
import { callCommand, EXIT_INTERRUPTED, EXIT_OK, usesColor } from '../command.ts';
import { LiveLine } from '../live_line.ts';
import {
  type OptionSpecs,
  oneOf,
  optionLines,
  type ParsedArguments,
  parseOptions,
  wholeNumber,
  withUnit,
} from '../options.ts';

const OPTIONS: OptionSpecs = {
  workers: {
    short: 'w',
    value: 'N',
    help: 'worker threads, each one CPU (default: one per core, at least 2)',
  },
  duration: { short: 'd', value: 'TIME', help: 'how long, as in 10s, 500ms or 2m (default: 5s)' },
  operations: { value: 'N', help: 'operations per worker, instead of a duration' },
  seed: { short: 's', value: 'N', help: 'of every random decision (default: drawn, and printed)' },
  memory: { value: 'SIZE', help: 'RAM, as in 64MiB or 1GiB (default: 256MiB)' },
  map: {
    value: 'NAME|FILE',
    help: 'memory map: a name from `framelab list`, or a JSON file (default: small)',
  },
  allocator: { value: 'NAME|FILE', help: 'a name from `framelab list`, or a module (default: buddy)' },
  param: { value: 'NAME=VALUE', multiple: true, help: 'a parameter of the allocator; may be repeated' },
  lock: { value: 'NAME|FILE', help: 'kind of all locks: a name from `framelab list`, or a module' },
  stats: { value: 'LEVEL', help: `lock statistics: ${STATISTICS_LEVELS.join(', ')} (default: sampled)` },
  oracle: { value: 'LEVEL', help: `what is checked: ${ORACLE_LEVELS.join(', ')} (default: ownership)` },
  hotplug: { value: 'SIZE', help: 'memory withheld at boot, for workloads that add it while running' },
  'inject-delay': { value: 'TIME@LOCK', help: 'hold a lock longer, as in 50us@global-pool' },
  'hang-timeout': { value: 'TIME', help: 'a worker without progress for so long hangs (default: 10s)' },
  json: {
    short: 'o',
    value: 'FILE|-',
    help: 'write the result as JSON to a file, or alone to standard output',
  },
  quiet: { short: 'q', help: 'no live line' },
  help: { short: 'h', help: 'this text' },
};

/** Two signals within this time are one. */
const SAME_INTERRUPT_MS = 300;

const HELP = `Usage: framelab run [WORKLOAD] [options]

Boots a machine in shared memory and lets worker threads hammer its frame allocator; says how fast it was, who
waited for which lock, and whether any frame was handed out twice, lost or overwritten.

WORKLOAD is a name from \`framelab list\`, or a module (default: ${DEFAULT_WORKLOAD}).

${optionLines(OPTIONS)}

Exit codes: 0 nothing wrong, 1 a violation, 2 usage, 5 a worker crashed or hung, 130 interrupted.
`;

/** `framelab run`. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const given = parseOptions(args, OPTIONS);
  if (given.has('help')) {
    process.stdout.write(HELP);
    return EXIT_OK;
  }
  const options = runOptions(given);
  const json = given.text('json');
  const text = json === '-' ? process.stderr : process.stdout;
  text.write(`${banner(options)}\n`);
  const live = given.has('quiet') ? null : new LiveLine(process.stderr);
  const signal = interruptSignal();
  let result: RunResult;
  try {
    result = await run({
      ...options,
      signal,
      onSample: live === null ? undefined : (sample, remainingMs) => live.show(sample, remainingMs),
    });
  } finally {
    live?.clear();
  }
  text.write(`\n${terminalReport(result, { color: usesColor(text), command: callCommand() })}`);
  if (json !== undefined) writeJson(json, result);
  return exitCodeOf(result);
}

/**
 * Is aborted by the first Ctrl-C: the run ends early, and its result is printed. The second ends everything at
 * once. Under npm a single one arrives twice, from the terminal and from npm.
 */
function interruptSignal(): AbortSignal {
  const interruption = new AbortController();
  let firstMs = 0;
  const onSignal = () => {
    if (!interruption.signal.aborted) {
      firstMs = performance.now();
      interruption.abort();
    } else if (performance.now() - firstMs > SAME_INTERRUPT_MS) {
      process.exit(EXIT_INTERRUPTED);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return interruption.signal;
}

function writeJson(target: string, result: RunResult): void {
  const text = `${JSON.stringify(result)}\n`;
  if (target === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(target, text);
  } catch (cause) {
    throw new LabError('Usage', `--json '${target}': cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** The seed comes first: it is what a failure is repeated by. */
function banner(options: RunOptions): string {
  const chosen = [
    `workload ${options.workload ?? DEFAULT_WORKLOAD}`,
    `${options.workers ?? defaultWorkers()} workers`,
  ];
  return `seed ${options.seed}  ${chosen.join(', ')}  framelab ${TOOL_VERSION}, Node ${process.versions.node}`;
}

/** @throws `Usage`, naming the option, the value and what is allowed */
function runOptions(given: ParsedArguments): RunOptions {
  const [workload, ...more] = given.positionals;
  if (more.length > 0)
    throw new LabError('Usage', `run takes one workload, not ${given.positionals.join(' ')}`);
  const text = (name: string) => given.text(name);
  const when = <T>(name: string, read: (value: string) => T): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : read(value);
  };
  if (given.has('duration') && given.has('operations')) {
    throw new LabError('Usage', '--duration and --operations: give one of them, not both');
  }
  return {
    workload: workload === undefined ? undefined : nameOrModule('workload', workload, namesOf(workloads())),
    workers: when('workers', (value) => wholeNumber('workers', value, 1, CPUS_MAX)),
    durationMs: when('duration', (value) => withUnit('duration', value, parseDuration) / 1e6),
    operations: when('operations', (value) => wholeNumber('operations', value, 1, 2 ** 48)),
    seed: when('seed', (value) => wholeNumber('seed', value, 0, SEED_MAX)) ?? randomSeed(),
    memory: when('memory', (value) => withUnit('memory', value, parseBytes)),
    map: when('map', (value) => nameOrModule('--map', value, namesOf(MEMORY_MAP_PRESETS))),
    allocator: when('allocator', (value) => nameOrModule('--allocator', value, namesOf(allocatorTypes()))),
    params: allocatorParams(given.all('param')),
    lock: when('lock', (value) => nameOrModule('--lock', value, namesOf(lockKinds()))),
    stats: when('stats', (value) => oneOf('--stats', value, STATISTICS_LEVELS)),
    oracle: when('oracle', (value) => oneOf('--oracle', value, ORACLE_LEVELS)),
    hotplug: when('hotplug', (value) => withUnit('hotplug', value, parseBytes)),
    hangTimeoutMs: when('hang-timeout', (value) => withUnit('hang-timeout', value, parseDuration) / 1e6),
    injectDelay: when('inject-delay', injectedDelay),
  };
}

function namesOf(things: Iterable<{ readonly name: string }>): string[] {
  return Array.from(things, (thing) => thing.name);
}

/** A name that is known, or something that looks like a file. */
function nameOrModule(option: string, value: string, names: readonly string[]): string {
  return /[/\\.]/.test(value) ? value : oneOf(option, value, names);
}

function injectedDelay(value: string): { lock: string; ns: number } {
  const [time, lock] = value.split('@');
  if (lock === undefined || lock === '') {
    throw new LabError(
      'Usage',
      `--inject-delay '${value}': must be a time and a lock, as in 50us@global-pool`,
    );
  }
  return { lock, ns: withUnit('inject-delay', time, parseDuration) };
}

/** Numbers and booleans are recognised; anything else is text. */
function allocatorParams(given: readonly string[]): Record<string, number | string | boolean> {
  const params: Record<string, number | string | boolean> = {};
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new LabError('Usage', `--param '${pair}': must be NAME=VALUE, as in cacheSize=64`);
    const value = pair.slice(at + 1);
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    params[pair.slice(0, at)] = isNumber
      ? Number(value)
      : value === 'true' || value === 'false'
        ? value === 'true'
        : value;
  }
  return params;
}
