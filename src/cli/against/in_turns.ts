import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { rerunArguments, usualOf } from '../../lab/run/rerun.ts';
import { rehearse } from '../../lab/run/run.ts';
import { DEFAULT_WORKLOAD, type RunOptions } from '../../lab/run/run_options.ts';
import { interleaved, repetitionSeed } from '../../lab/sweep/plan.ts';
import { loadWorkload } from '../../lab/workloads/load_workload.ts';
import { LabError } from '../../platform/error.ts';
import { isFilePath, moduleQuery } from '../../platform/module_path.ts';
import type { Finding } from '../../results/finding.ts';
import { withLaterFields } from '../../results/later_fields.ts';
import { type Configuration, RESULT_SCHEMA_VERSION, type RunResult } from '../../results/run_result.ts';
import {
  cellOf,
  findingsInSweep,
  type Repetition,
  repetitionOf,
  type SweepResult,
  sweepOf,
} from '../../results/sweep_result.ts';
import { ENDINGS } from '../exit_codes.ts';
import { Interrupted } from '../interrupt.ts';
import type { Build } from './other_build.ts';
import { commonWarmup } from './warmup_support.ts';

/** A run that was told to end gets this long before it is ended by force. */
const GRACE_MS = 10_000;

export interface TurnsOptions {
  readonly run: RunOptions & { readonly seed: number };
  readonly repeat: number;
  readonly signal: AbortSignal;
  /** Called before each run: how many are done, of how many, and which is next. */
  onRun?(done: number, all: number, what: string): void;
  onResult?(result: RunResult): void;
  /** Called when both have run once: may throw if the rest would be useless. */
  onFirst?(base: RunResult, now: RunResult): void;
}

/** What both builds did, each as a sweep of one cell. */
export interface TurnsResult {
  readonly base: SweepResult;
  readonly now: SweepResult;
}

/**
 * Runs one configuration with another build and with this one, in turns, each run in a process of its own. If
 * interrupted, it returns the repetitions that were complete.
 *
 * @throws `Usage` for options that cannot make a run, in either build
 */
export async function runInTurns(base: Build, now: Build, options: TurnsOptions): Promise<TurnsResult> {
  const startedAt = new Date().toISOString();
  const builds = [base, now];
  const common = await commonWarmup(builds, options.run.warmup);
  const args = await argumentsFor(builds, { ...options.run, warmup: common.warmup });
  const results: (RunResult | undefined)[] = [];
  const repetitions: Repetition[][] = [[], []];
  const findings: Finding[][] = [[], []];
  const order = interleaved(2, options.repeat);
  let done = 0;
  for (const { cell, round } of order) {
    if (options.signal.aborted) break;
    options.onRun?.(done, order.length, builds[cell].label);
    // The last one given counts.
    const own = common.known[cell] ? args : withoutWarmup(args);
    const seeded = [...own, '--seed', `${repetitionSeed(options.run.seed, round)}`];
    const result = await runOnce(builds[cell], seeded, options.signal);
    if (result === null || result.outcome === 'interrupted') break;
    options.onResult?.(result);
    results[cell] ??= result;
    repetitions[cell].push(readRepetition(builds[cell], result));
    findings[cell].push(...findingsInSweep(result, {}));
    done++;
    const [first, second] = results;
    if (done === 2 && first !== undefined && second !== undefined) options.onFirst?.(first, second);
  }
  const side = (i: number): SweepResult => {
    const result = results[i] ?? results[1 - i];
    if (result === undefined) throw new Interrupted();
    return sweepOf({
      startedAt,
      environment: { ...result.environment, commit: builds[i].commit },
      findings: findings[i],
      reproduce: [],
      complete: done === order.length,
      axes: [],
      repeat: options.repeat,
      cells: repetitions[i].length === 0 ? [] : [cellOf({}, result.configuration, repetitions[i])],
    });
  };
  return { base: side(0), now: side(1) };
}

/** The arguments of both builds. */
async function argumentsFor(builds: readonly Build[], options: RunOptions): Promise<string[]> {
  const configuration = await rehearse(options);
  const workload = await loadWorkload(options.workload ?? DEFAULT_WORKLOAD);
  return rerunArguments(withModules(configuration, builds), usualOf(workload, configuration));
}

function withoutWarmup(args: readonly string[]): string[] {
  const at = args.indexOf('--warmup');
  return at < 0 ? [...args] : args.toSpliced(at, 2);
}

/**
 * The modules that a configuration names. A relative path means each build's own file, as it was at its commit; if one
 * of them has no such file, both use this build's.
 */
function withModules(configuration: Configuration, builds: readonly Build[]): Configuration {
  const place = <T extends string | null>(name: T): T | string => {
    if (name === null || isAbsolute(name) || !isFilePath(name) || name.startsWith('file:')) return name;
    const query = moduleQuery(name);
    const file = name.slice(0, name.length - query.length);
    const missing = builds.find((build) => !existsSync(join(build.folder, file)));
    if (missing === undefined) return name;
    process.stderr.write(`${missing.label} has no ${name}: both use this one\n`);
    return resolve(file) + query;
  };
  const { workload, allocator, lock, map } = configuration;
  return {
    ...configuration,
    workload: place(workload),
    allocator: place(allocator),
    lock: place(lock),
    map: place(map),
  };
}

/** One run, in a process of its own. What went wrong in it is its outcome; null if it was cut off. */
async function runOnce(
  build: Build,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RunResult | null> {
  const child = spawn(process.execPath, [build.main, ...args, '--json', '-', '--quiet'], {
    cwd: build.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  let patience: NodeJS.Timeout | undefined;
  const interrupt = () => {
    child.kill('SIGINT');
    patience = setTimeout(kill, GRACE_MS);
  };
  // A second Ctrl-C ends this process at once, and its runs with it.
  process.once('exit', kill);
  signal.addEventListener('abort', interrupt);
  try {
    const end = await ended(child);
    // Interrupted while it started, it has no result.
    return end.stdout === '' && signal.aborted ? null : resultOf(build, end);
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', interrupt);
    process.off('exit', kill);
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  return new Promise((done, failed) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', failed);
    child.on('close', (code) => {
      done({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

function resultOf(build: Build, { code, stdout, stderr }: Ended): RunResult {
  let result: Partial<RunResult>;
  try {
    result = JSON.parse(stdout);
  } catch (cause) {
    const how =
      code === ENDINGS.usage.code ? 'refused to run' : `ended with ${code ?? 'a signal'} and no result`;
    const lines = stderr.trim().split('\n').slice(-5).join('\n');
    throw new LabError('Usage', `${build.label} ${how}, so there is nothing to compare: ${lines}`, { cause });
  }
  if (result.kind !== 'run' || result.schemaVersion !== RESULT_SCHEMA_VERSION) {
    throw new LabError(
      'Usage',
      `${build.label} writes results of version ${result.schemaVersion}, and this framelab reads version ${RESULT_SCHEMA_VERSION}`,
    );
  }
  return withLaterFields(result as RunResult);
}

/** @throws `Usage` if a result of an older build lacks what a comparison needs */
function readRepetition(build: Build, result: RunResult): Repetition {
  try {
    return repetitionOf(result);
  } catch (cause) {
    throw new LabError(
      'Usage',
      `${build.label} writes results that this framelab cannot read: ${(cause as Error).message}`,
      { cause },
    );
  }
}
