import { parseArgs } from 'node:util';
import { LabError } from '../platform/error.ts';
import { type ExploreOptions, type ExploreResult, explore } from './explore.ts';
import { callCommand, ScheduleFailed } from './failure/execution.ts';
import { renderTable } from './picture/table.ts';
import { explainReplay, replay } from './replay/replay.ts';
import { shrink } from './replay/shrink.ts';
import { STRATEGY_NAMES, type StrategyName } from './strategy/create.ts';

/** Exit codes of these commands; the same as everywhere in framelab. */
export const EXIT = { OK: 0, FOUND: 1, USAGE: 2, UNTRUSTWORTHY: 4, CRASHED: 5, INTERRUPTED: 130 } as const;

export const EXPLORE_HELP = `Usage: framelab explore FILE [options]

Runs the scenario module FILE under many interleavings; see docs/exploring.md.

  --threads N       threads, 1 to 16 (default: what the scenario exports, else 2)
  --schedules N     executions at most (default 10000)
  --time T          begin no schedule after this time: 500ms, 10s, 2m (default: no limit)
  --strategy S      ${STRATEGY_NAMES.join(', ')} (default portfolio)
  --depth N         pct: depth of the bugs looked for, 1 to 8 (default 3)
  --preemptions N   dfs: preemptions allowed, or "all" (default 2)
  --seed N          seed of everything random (default: drawn, and printed)
  --steps N         steps after which a schedule gets a verdict (default 10000)
  --spin N          repetitions after which a spin loop is held back (default 2)
  --hang T          time that a thread may run without any operation (default 3s)
  --jobs N          explorations at the same time (default 1; dfs and dpor: always 1)
  -o, --output DIR  where replay files go (default .framelab)
      --json        print the result as JSON
  -q, --quiet       print nothing but a failure
  -h, --help        print this

Exit code: 0 nothing found, 1 a failing schedule was found, 2 usage, 4 not repeatable or not under control, 5 a worker crashed.`;

export const REPLAY_HELP = `Usage: framelab replay FILE [options]

Runs the schedule of a replay file again and prints its interleaving.

  --times N         run it N times (default 1)
  --print           let the scenario print
  --json            print the result as JSON
  -q, --quiet       print no interleaving
  -h, --help        print this

Exit code: 0 the schedule no longer fails, 1 it fails, 2 usage, 4 it fails in another way than recorded.`;

export const SHRINK_HELP = `Usage: framelab shrink FILE [options]

Makes the schedule of a replay file as small as it can, and prints its interleaving.

  --time T          time to spend (default 10s)
  --schedules N     schedules for each attempt with fewer threads (default 1000)
  -o, --output FILE where the smaller replay goes (default: FILE with .min.json)
      --html FILE   where the interleaving goes as HTML (default: FILE with .html)
      --no-html     write no HTML
      --json        print the result as JSON
  -q, --quiet       print no interleaving
  -h, --help        print this

Exit code: 0 shrunk, 2 usage, 4 the schedule does not fail as recorded.`;

type Values = Record<string, string | boolean | undefined>;

/** `framelab explore FILE`; returns the exit code. */
export function exploreCommand(argv: readonly string[]): Promise<number> {
  return guarded(EXPLORE_HELP, async () => {
    const { file, values } = parse(argv, {
      threads: 'string',
      schedules: 'string',
      time: 'string',
      strategy: 'string',
      depth: 'string',
      preemptions: 'string',
      seed: 'string',
      steps: 'string',
      spin: 'string',
      hang: 'string',
      jobs: 'string',
      output: 'string',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(EXPLORE_HELP);
    const seed = whole(values, 'seed', 0, 2 ** 31 - 1) ?? Math.floor(Math.random() * 0x7fff_ffff);
    const json = values.json === true;
    const interrupt = new AbortController();
    let interrupted = false;
    const onInterrupt = (): void => {
      interrupted = true;
      interrupt.abort();
    };
    const options: ExploreOptions = {
      seed,
      threads: whole(values, 'threads', 1, 16),
      schedules: whole(values, 'schedules', 1, 2 ** 31 - 1),
      timeMs: duration(values, 'time'),
      strategy: choice(values, 'strategy', STRATEGY_NAMES),
      depth: whole(values, 'depth', 1, 8),
      preemptions: values.preemptions === 'all' ? -1 : whole(values, 'preemptions', 0, 1000, ' or "all"'),
      stepLimit: whole(values, 'steps', 16, 1_000_000),
      spinLimit: whole(values, 'spin', 1, 10_000),
      hangMs: duration(values, 'hang'),
      jobs: whole(values, 'jobs', 1, 64),
      directory: values.output as string | undefined,
      signal: interrupt.signal,
    };
    if (!values.quiet) (json ? process.stderr : process.stdout).write(`seed ${seed}\n`);
    process.once('SIGINT', onInterrupt);
    try {
      const result = await explore(file, options);
      if (json) print(JSON.stringify({ found: false, ...result }, undefined, 1));
      else if (!values.quiet) print(summary(result));
      return interrupted ? EXIT.INTERRUPTED : EXIT.OK;
    } catch (error) {
      if (!(error instanceof ScheduleFailed)) throw error;
      const { failure, replayFile, command } = error;
      const { verdict, message, details, eventHash, thread } = failure;
      if (json) {
        print(
          JSON.stringify(
            { found: true, seed, verdict, message, details, thread, eventHash, replayFile, command },
            undefined,
            1,
          ),
        );
      } else {
        print(error.message);
      }
      return isUntrustworthy(error) ? EXIT.UNTRUSTWORTHY : EXIT.FOUND;
    } finally {
      process.off('SIGINT', onInterrupt);
    }
  });
}

/** `framelab replay FILE`; returns the exit code. */
export function replayCommand(argv: readonly string[]): Promise<number> {
  return guarded(REPLAY_HELP, async () => {
    const { file, values } = parse(argv, {
      times: 'string',
      print: 'boolean',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(REPLAY_HELP);
    const times = whole(values, 'times', 1, 1_000_000) ?? 1;
    let reproduced = 0;
    let failed = 0;
    let last = await replay(file, { print: values.print === true });
    for (let i = 1; ; i++) {
      if (last.reproduced) reproduced++;
      if (last.failure !== undefined) failed++;
      if (i === times) break;
      last = await replay(file, { print: values.print === true });
    }
    const { failure, recording } = last;
    if (values.json) {
      const { verdict, message, details, eventHash, thread } = failure ?? {};
      print(
        JSON.stringify(
          { times, reproduced, failed, verdict, message, details, eventHash, thread },
          undefined,
          1,
        ),
      );
    } else {
      if (failure !== undefined && !values.quiet) print(renderTable(failure));
      if (reproduced === times)
        print(`reproduced ${reproduced} of ${times} times, event hash ${recording.eventHash}`);
      else print(`reproduced ${reproduced} of ${times} times; ${explainReplay(last)}`);
    }
    if (failed === 0) return EXIT.OK;
    if (recording.verdict === 'nondeterminism' || recording.verdict === 'uncontrolled')
      return EXIT.UNTRUSTWORTHY;
    return reproduced === times ? EXIT.FOUND : EXIT.UNTRUSTWORTHY;
  });
}

/** `framelab shrink FILE`; returns the exit code. */
export function shrinkCommand(argv: readonly string[]): Promise<number> {
  return guarded(SHRINK_HELP, async () => {
    const { file, values } = parse(argv, {
      time: 'string',
      schedules: 'string',
      output: 'string',
      html: 'string',
      'no-html': 'boolean',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(SHRINK_HELP);
    const result = await shrink(file, {
      timeMs: duration(values, 'time'),
      schedules: whole(values, 'schedules', 1, 2 ** 31 - 1),
      file: values.output as string | undefined,
      html: values['no-html'] === true ? null : (values.html as string | undefined),
    });
    const { failure, before, after, minimal } = result;
    if (values.json) {
      const { verdict, message, eventHash } = failure;
      print(
        JSON.stringify(
          { verdict, message, eventHash, before, after, minimal, file: result.file, html: result.html },
          undefined,
          1,
        ),
      );
      return EXIT.OK;
    }
    if (!values.quiet) print(`${renderTable(failure)}\n`);
    const from = `${before.threads} threads, ${before.steps} steps, ${before.switches} switches, ${before.preemptions} preemptions`;
    const to = `${after.threads} threads, ${after.steps} steps, ${after.switches} switches, ${after.preemptions} preemptions`;
    print(
      `from ${from}\nto   ${to}${minimal ? ' (no schedule with fewer preemptions fails so)' : ' (not proved to be the fewest)'}`,
    );
    print(`Replay it with: ${callCommand()} replay ${result.file}`);
    if (result.html !== undefined) print(`Look at it in: ${result.html}`);
    return EXIT.OK;
  });
}

function summary(result: ExploreResult): string {
  const { executions, pruned, seconds, steps, switches, threads } = result;
  const rate = Math.round((executions + pruned) / Math.max(seconds, 1e-3));
  const lines = [
    `nothing found in ${executions} executions by ${result.strategy} with ${threads} threads: ${steps} steps, ${switches} switches, ${seconds.toFixed(2)} s (${rate} schedules/s)`,
  ];
  if (pruned > 0) lines.push(`${pruned} more were abandoned as redundant`);
  if (result.complete) lines.push('complete: every interleaving was run, up to equivalence');
  for (const remark of result.remarks) lines.push(remark);
  return lines.join('\n');
}

async function guarded(helpText: string, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`framelab: ${error.message}\n`);
    if (error.code === 'Usage') {
      process.stderr.write(`${helpText.slice(0, helpText.indexOf('\n'))}\n`);
      return EXIT.USAGE;
    }
    if (isUntrustworthy(error)) return EXIT.UNTRUSTWORTHY;
    return error.code === 'Scenario' ? EXIT.USAGE : EXIT.CRASHED;
  }
}

/** Nothing is said about the code under test. */
function isUntrustworthy(error: LabError): boolean {
  return error.code === 'Nondeterminism' || error.code === 'Uncontrolled';
}

function parse(
  argv: readonly string[],
  options: Record<string, 'string' | 'boolean'>,
): { file: string | undefined; values: Values } {
  const shorts: Record<string, string> = { output: 'o', quiet: 'q', help: 'h' };
  const config = Object.fromEntries(
    Object.entries({ ...options, help: 'boolean' as const }).map(([name, type]) => {
      return [name, shorts[name] === undefined ? { type } : { type, short: shorts[name] }];
    }),
  );
  let parsed: { values: Values; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...argv], options: config, allowPositionals: true }) as typeof parsed;
  } catch (error) {
    throw new LabError('Usage', (error as Error).message, { cause: error });
  }
  if (parsed.values.help) return { file: undefined, values: parsed.values };
  if (parsed.positionals.length !== 1) {
    throw new LabError('Usage', `one FILE is needed; given: ${parsed.positionals.join(' ') || 'none'}`);
  }
  return { file: parsed.positionals[0], values: parsed.values };
}

function whole(values: Values, name: string, least: number, most: number, also = ''): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new LabError(
      'Usage',
      `--${name} is ${String(text)}; allowed are whole numbers from ${least} to ${most}${also}`,
    );
  }
  return value;
}

function choice(values: Values, name: string, allowed: readonly StrategyName[]): StrategyName | undefined {
  const text = values[name] as StrategyName | undefined;
  if (text !== undefined && !allowed.includes(text)) {
    throw new LabError('Usage', `--${name} is ${text}; allowed are ${allowed.join(', ')}`);
  }
  return text;
}

/** Milliseconds of `500ms`, `10s`, `2m`. */
function duration(values: Values, name: string): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(String(text));
  const ms =
    match === null
      ? 0
      : Math.round(Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm']);
  if (ms < 1 || ms > 2 ** 31 - 1) {
    throw new LabError(
      'Usage',
      `--${name} is ${String(text)}; allowed is a time with its unit, such as 500ms, 10s or 2m`,
    );
  }
  return ms;
}

function help(text: string): number {
  print(text);
  return EXIT.OK;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
