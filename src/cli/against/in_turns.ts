import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interleaved, repetitionSeed } from '../lab/compare/sweep.ts';
import {
  type Repetition,
  repetitionOf,
  SWEEP_SCHEMA_VERSION,
  type SweepResult,
} from '../lab/compare/sweep_result.ts';
import type { RunResult } from '../lab/result.ts';
import { rerunArguments } from '../lab/run/rerun.ts';
import { configure, DEFAULT_WORKLOAD, type RunOptions, usualHotplugBytes } from '../lab/run/run_options.ts';
import { loadWorkload } from '../lab/workloads/load_workload.ts';
import { LabError } from '../platform/error.ts';
import { TOOL_VERSION } from '../platform/version.ts';

const execute = promisify(execFile);

/** Where a build's command line is, from its root. */
const MAIN = 'dist/src/cli/main.js';
/** Builds of commits are kept there, by commit. */
const BUILDS = '.framelab/builds';
/** More than the largest result. */
const OUTPUT_BYTES_MAX = 256 * 2 ** 20;

export interface AgainstOptions {
  readonly repeat: number;
  readonly signal: AbortSignal;
  onRun?(done: number, all: number, what: string): void;
}

/** One build's repetitions. */
export interface BuildRuns {
  readonly first: RunResult;
  readonly repetitions: readonly Repetition[];
}

export interface AgainstResult {
  readonly base: BuildRuns;
  readonly now: BuildRuns;
  /** What a sweep of either side has in common. */
  readonly about: Pick<
    SweepResult,
    'schemaVersion' | 'kind' | 'tool' | 'startedAt' | 'complete' | 'axes' | 'repeat'
  >;
}

/**
 * Runs one configuration with another build and with this one, in turns, each run in a process of its own.
 *
 * @param against the root of a built checkout, or a commit, which is built first
 * @throws `Usage` where there is no such build or commit, or a run of it does not pass
 */
export async function runAgainst(
  against: string,
  options: RunOptions & { readonly seed: number },
  { repeat, signal, onRun }: AgainstOptions,
): Promise<AgainstResult> {
  const startedAt = new Date().toISOString();
  const workload = await loadWorkload(options.workload ?? DEFAULT_WORKLOAD);
  const configuration = configure(options, workload);
  const args = rerunArguments(configuration, usualHotplugBytes(workload, configuration.memoryBytes));
  const mains = [await mainOf(against), fileURLToPath(new URL('./main.js', import.meta.url))];
  const names = [against, 'this build'];
  const results: RunResult[][] = [[], []];
  const order = interleaved(2, repeat);
  for (const [done, { cell, round }] of order.entries()) {
    onRun?.(done, order.length, names[cell]);
    // The last one given counts.
    const seeded = [...args, '--seed', `${repetitionSeed(options.seed, round)}`];
    results[cell].push(await runOnce(mains[cell], names[cell], seeded, signal));
  }
  const side = (i: number): BuildRuns => ({
    first: results[i][0],
    repetitions: results[i].map(repetitionOf),
  });
  return {
    base: side(0),
    now: side(1),
    about: {
      schemaVersion: SWEEP_SCHEMA_VERSION,
      kind: 'sweep',
      tool: { name: 'framelab', version: TOOL_VERSION },
      startedAt,
      complete: true,
      axes: [],
      repeat,
    },
  };
}

async function runOnce(
  main: string,
  name: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<RunResult> {
  let output: string;
  try {
    const ended = await execute(process.execPath, [main, ...args, '--json', '-', '--quiet'], {
      maxBuffer: OUTPUT_BYTES_MAX,
      signal,
    });
    output = ended.stdout;
  } catch (cause) {
    const { code, stderr } = cause as { code?: number; stderr?: string };
    throw new LabError(
      'Usage',
      `a run of ${name} ended with ${code ?? 'a signal'}, so there is nothing to compare: ${(stderr ?? '').trim().split('\n').slice(-3).join(' ')}`,
      { cause },
    );
  }
  return JSON.parse(output) as RunResult;
}

/** The command line of a checkout, or of a commit that is built where it was not yet. */
async function mainOf(against: string): Promise<string> {
  const given = resolve(against, MAIN);
  if (existsSync(given)) return given;
  const commit = await git('rev-parse', '--verify', '--quiet', `${against}^{commit}`).catch(() => null);
  if (commit === null) {
    throw new LabError(
      'Usage',
      `--against '${against}': is no built checkout (no ${given}) and no git commit`,
    );
  }
  return buildOf(commit);
}

async function buildOf(commit: string): Promise<string> {
  const root = await git('rev-parse', '--show-toplevel');
  const folder = join(root, BUILDS, commit.slice(0, 12));
  if (existsSync(join(folder, MAIN))) return join(folder, MAIN);
  // Built elsewhere and then moved, so that half a build is never taken for one.
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  process.stderr.write(`building ${commit.slice(0, 12)}\n`);
  try {
    await git('archive', '--format=tar', `--output=${draft}/source.tar`, commit);
    await execute('tar', ['-xf', 'source.tar'], { cwd: draft });
    // With the dependencies that are installed here: those of the time may be gone from the registry.
    symlinkSync(join(root, 'node_modules'), join(draft, 'node_modules'), 'dir');
    await execute('npm', ['run', '-s', 'build'], { cwd: draft });
  } catch (cause) {
    const { stdout, message } = cause as { stdout?: string; message: string };
    throw new LabError('Usage', `--against ${commit}: does not build here: ${stdout?.trim() || message}`, {
      cause,
    });
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
  return join(folder, MAIN);
}

async function git(...args: string[]): Promise<string> {
  return (await execute('git', args)).stdout.trim();
}
