import { parseArgs } from 'node:util';
import { TIMEOUT_NAMES } from '../control/words/layout.ts';
import { callCommand, quoted } from '../platform/call_command.ts';
import { LabError } from '../platform/error.ts';
import { printable } from '../platform/printable.ts';
import { ensureWritableFolder } from '../platform/write_file.ts';
import { STRATEGY_NAMES } from '../strategies/registry.ts';
import { BOUNDS } from './options/bounds.ts';
import type { ExploreOptions } from './options/explore_options.ts';
import { renderTable } from './picture/table.ts';
import { replayFlag } from './replay/authenticity.ts';
import { explainReplay, type ReplayResult, replay } from './replay/replay.ts';
import { DIRECTORY, ownText } from './replay/replay_file.ts';
import { ScheduleFailed } from './replay/schedule_failed.ts';
import { explore } from './search/explore.ts';
import { resultText } from './search/result.ts';
import { drawSeed } from './search/search.ts';
import { type ShrinkResult, shrink } from './shrink/shrink.ts';

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
  --seed N          seed of everything random, 0 to 2^53 - 1 (default: drawn, and printed)
  --steps N         steps after which a schedule gets a verdict (default 10000)
  --spin N          repetitions after which a spin loop is held back (default 2)
  --hang T          CPU time that a thread may consume without any operation (default 3s)
  --timeouts T      when waits time out: any moment, last (where nothing else can run), never,
                    or mixed (last, and in one random schedule of eight at any moment; the default)
  --jobs N          explorations at the same time, 1 to 64 (default 1; dfs and dpor: always 1)
  -o, --output DIR  where replay files go (default .framelab)
      --json        print the result as JSON
  -q, --quiet       print nothing but a failure
  -h, --help        print this

Exit code: 0 nothing found, 1 a failing schedule was found, 2 usage, 4 not repeatable or not under control, 5 a worker crashed.`;

export const REPLAY_HELP = `Usage: framelab replay FILE [options]

Runs the schedule of a replay file again and prints its interleaving. This runs the scenario that the file names, with
your rights: replay files only from where you would take code.

  --times N         run it N times (default 1)
  --allow-outside   run a scenario outside the working folder and those below it (no need with files that you wrote)
  --print           let the scenario print
  --json            print the result as JSON
  -q, --quiet       print no interleaving
  -h, --help        print this

Exit code: 0 the schedule was followed and no longer fails, 1 it fails, 2 usage or a damaged file, 4 it fails in another
way than recorded, or could not be followed.`;

export const SHRINK_HELP = `Usage: framelab shrink FILE [options]

Makes the schedule of a replay file as small as it can, and prints its interleaving. This runs the scenario that the file
names, with your rights: replay files only from where you would take code.

  --time T          time to spend (default 10s)
  --schedules N     schedules for each attempt with fewer threads (default 1000)
  --allow-outside   run a scenario outside the working folder and those below it (no need with files that you wrote)
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
      timeouts: 'string',
      jobs: 'string',
      output: 'string',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(EXPLORE_HELP);
    const seed = whole(values, 'seed', BOUNDS.seed) ?? drawSeed();
    const json = values.json === true;
    const interrupt = new AbortController();
    let interrupted = false;
    const told = new Set<string>();
    const onInterrupt = (): void => {
      // Once more ends the process at once.
      for (const signal of SIGNALS) process.off(signal, onInterrupt);
      interrupted = true;
      interrupt.abort();
    };
    const options: ExploreOptions = {
      seed,
      threads: whole(values, 'threads', BOUNDS.threads),
      schedules: whole(values, 'schedules', BOUNDS.schedules),
      timeMs: duration(values, 'time', BOUNDS.timeMs),
      strategy: choice(values, 'strategy', STRATEGY_NAMES),
      depth: whole(values, 'depth', BOUNDS.depth),
      preemptions:
        values.preemptions === 'all'
          ? -1
          : whole(values, 'preemptions', [0, BOUNDS.preemptions[1]], ' or "all"'),
      stepLimit: whole(values, 'steps', BOUNDS.stepLimit),
      spinLimit: whole(values, 'spin', BOUNDS.spinLimit),
      hangMs: duration(values, 'hang', BOUNDS.hangMs),
      timeouts: choice(values, 'timeouts', TIMEOUT_NAMES),
      onRemark: (line) => {
        told.add(line);
        if (!values.quiet) process.stderr.write(`note: ${printable(line)}\n`);
      },
      jobs: whole(values, 'jobs', BOUNDS.jobs),
      directory: values.output as string | undefined,
      signal: interrupt.signal,
    };
    if (!values.quiet) (json ? process.stderr : process.stdout).write(`seed ${seed}\n`);
    requirePlace(values.output as string | undefined);
    for (const signal of SIGNALS) process.once(signal, onInterrupt);
    try {
      const result = await explore(file, options);
      if (json) print(JSON.stringify({ found: false, ...result }, undefined, 1));
      else if (!values.quiet)
        print(resultText({ ...result, remarks: result.remarks.filter((line) => !told.has(line)) }));
      return interrupted ? EXIT.INTERRUPTED : EXIT.OK;
    } catch (error) {
      if (!(error instanceof ScheduleFailed)) throw error;
      print(json ? findAsJson(error) : error.message);
      return isUntrustworthy(error) ? EXIT.UNTRUSTWORTHY : EXIT.FOUND;
    } finally {
      for (const signal of SIGNALS) process.off(signal, onInterrupt);
    }
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Notices a bad place for replay files before the search: refused if it was asked for, else only said. */
function requirePlace(output: string | undefined): void {
  try {
    ensureWritableFolder(output ?? DIRECTORY);
  } catch (error) {
    const why = (error as Error).message;
    if (output !== undefined) throw new LabError('Usage', `--output: ${why}`, { cause: error });
    complain(`${why}; what is found will be printed in full`);
  }
}

function findAsJson(error: ScheduleFailed): string {
  const { failure, recording, replayFile, notWritten, command } = error;
  const { verdict, message, cause, details, eventHash, thread } = failure;
  const { seed, found: foundBy } = recording;
  const kept =
    notWritten === undefined
      ? { replayFile }
      : { replayFile: null, notWritten, recording: JSON.parse(ownText('.', recording)) };
  return JSON.stringify(
    { found: true, seed, foundBy, verdict, message, cause, details, thread, eventHash, ...kept, command },
    undefined,
    1,
  );
}

/** `framelab replay FILE`; returns the exit code. */
export function replayCommand(argv: readonly string[]): Promise<number> {
  return guarded(REPLAY_HELP, async () => {
    const { file, values } = parse(argv, {
      times: 'string',
      print: 'boolean',
      'allow-outside': 'boolean',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(REPLAY_HELP);
    const times = whole(values, 'times', [1, 1_000_000]) ?? 1;
    const options = { print: values.print === true, allowOutside: values['allow-outside'] === true };
    const results: Counted = { times, reproduced: 0, failed: 0, passed: 0 };
    let last: ReplayResult | undefined;
    for (let i = 0; i < times; i++) {
      last = await replay(file, options);
      if (last.reproduced) results.reproduced++;
      if (last.failure !== undefined) results.failed++;
      else if (last.followed) results.passed++;
    }
    const ended = last as ReplayResult;
    if (values.json) print(replayAsJson(results, ended));
    else printReplay(results, ended, values.quiet === true);
    if (['nondeterminism', 'uncontrolled'].includes(ended.recording.verdict)) return EXIT.UNTRUSTWORTHY;
    if (results.passed === times) return EXIT.OK;
    return results.reproduced === times ? EXIT.FOUND : EXIT.UNTRUSTWORTHY;
  });
}

/** How often a replay went how. `passed`: followed to its end, without a failure. */
interface Counted {
  readonly times: number;
  reproduced: number;
  failed: number;
  passed: number;
}

function replayAsJson(results: Counted, last: ReplayResult): string {
  const { verdict, message, cause, details, eventHash, thread } = last.failure ?? {};
  const { followed, scenarioChanged } = last;
  return JSON.stringify(
    { ...results, followed, scenarioChanged, verdict, message, cause, details, eventHash, thread },
    undefined,
    1,
  );
}

function printReplay(results: Counted, last: ReplayResult, quiet: boolean): void {
  const { failure, recording, scenarioChanged } = last;
  const often = `reproduced ${results.reproduced} of ${results.times} times`;
  if (failure !== undefined && !quiet) print(renderTable(failure));
  if (results.reproduced < results.times) print(`${often}; ${explainReplay(last)}`);
  else if (scenarioChanged) print(`${often}, though the scenario has changed since`);
  else print(`${often}, event hash ${recording.eventHash}`);
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
      'allow-outside': 'boolean',
      json: 'boolean',
      quiet: 'boolean',
    });
    if (file === undefined) return help(SHRINK_HELP);
    const result = await shrink(file, {
      timeMs: duration(values, 'time', BOUNDS.timeMs),
      schedules: whole(values, 'schedules', BOUNDS.schedules),
      file: values.output as string | undefined,
      html: values['no-html'] === true ? null : (values.html as string | undefined),
      allowOutside: values['allow-outside'] === true,
    });
    if (values.json) print(shrinkAsJson(result));
    else printShrink(result, values.quiet === true);
    return result.notWritten.length === 0 ? EXIT.OK : EXIT.USAGE;
  });
}

function shrinkAsJson(result: ShrinkResult): string {
  const { verdict, message, cause, eventHash } = result.failure;
  const { before, after, minimal, file, html, notWritten } = result;
  const lost = notWritten.length === 0 ? {} : { notWritten, recording: JSON.parse(contentOf(result)) };
  return JSON.stringify(
    { verdict, message, cause, eventHash, before, after, minimal, file, html, ...lost },
    undefined,
    1,
  );
}

/** What the file of a shrunk schedule should have held. */
function contentOf(result: ShrinkResult): string {
  return ownText('.', result.recording, 'line');
}

function printShrink(result: ShrinkResult, quiet: boolean): void {
  const { failure, before, after, minimal, file, html, notWritten } = result;
  if (!quiet) print(`${renderTable(failure)}\n`);
  const from = `${before.threads} threads, ${before.steps} steps, ${before.switches} switches, ${before.preemptions} preemptions`;
  const to = `${after.threads} threads, ${after.steps} steps, ${after.switches} switches, ${after.preemptions} preemptions`;
  print(
    `from ${from}\nto   ${to}${minimal ? ' (no schedule with fewer preemptions fails so)' : ' (not proved to be the fewest)'}`,
  );
  for (const why of notWritten) print(why);
  if (file !== undefined)
    print(`Replay it with: ${callCommand()} replay ${quoted(file)}${replayFlag(result.recording)}`);
  else print(`The smaller replay is the next line, to be saved in this folder:\n${contentOf(result)}`);
  if (html !== undefined) print(`Look at it in: ${html}`);
}

async function guarded(helpText: string, command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    complain(error.message);
    if (error.code === 'NotWritten') return EXIT.USAGE;
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
  return ['Nondeterminism', 'Uncontrolled', 'NothingShown'].includes(error.code);
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

type Range = readonly [least: number, most: number];

function whole(values: Values, name: string, [least, most]: Range, also = ''): number | undefined {
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

function choice<C extends string>(values: Values, name: string, allowed: readonly C[]): C | undefined {
  const text = values[name] as C | undefined;
  if (text !== undefined && !allowed.includes(text)) {
    throw new LabError('Usage', `--${name} is ${text}; allowed are ${allowed.join(', ')}`);
  }
  return text;
}

/** Milliseconds of `500ms`, `10s`, `2m`. */
function duration(values: Values, name: string, [least, most]: Range): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(String(text));
  const ms =
    match === null
      ? 0
      : Math.round(Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm']);
  if (ms < least || ms > most) {
    throw new LabError(
      'Usage',
      `--${name} is ${String(text)}; allowed is a time with its unit, such as 500ms, 10s or 2m, from ${least}ms to ${Math.floor(most / 60_000)}m`,
    );
  }
  return ms;
}

function help(text: string): number {
  print(text);
  return EXIT.OK;
}

/** Prints text of the code under test and of files among our own: nothing in it may act on the terminal. */
function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

function complain(text: string): void {
  process.stderr.write(`framelab: ${printable(text)}\n`);
}
