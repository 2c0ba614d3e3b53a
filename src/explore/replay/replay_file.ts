import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from '../../platform/error.ts';
import { moduleUrl } from '../../platform/module_path.ts';
import type { Verdict } from '../failure/verdict.ts';

const FORMAT = 'framelab-replay';
const VERSION = 1;

/** A failing schedule, as it is kept in a file. */
export interface Recording {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** Path of the scenario, relative to the file. */
  readonly scenario: string;
  readonly threads: number;
  /** For scenarios that export `operations`. */
  readonly operations?: number;
  readonly seed: number;
  readonly stepLimit: number;
  readonly spinLimit: number;
  readonly hangMs: number;
  readonly verdict: Verdict;
  readonly message: string;
  /** One of `FAIL`, as the workers number them. */
  readonly failure: number;
  /** Hash of all events of the execution. */
  readonly eventHash: string;
  readonly steps: number;
  /** Who runs, for how many steps each: thread, steps, thread, steps, ... */
  readonly schedule: readonly number[];
  /** How it was found. */
  readonly found: { readonly strategy: string; readonly schedule: number };
}

/** Run-length encodes decisions: one pair for each stretch without a switch. */
export function encodeSchedule(decisions: readonly number[]): number[] {
  const runs: number[] = [];
  for (const thread of decisions) {
    if (runs.length > 0 && runs[runs.length - 2] === thread) runs[runs.length - 1]++;
    else runs.push(thread, 1);
  }
  return runs;
}

export function decodeSchedule(runs: readonly number[]): number[] {
  const decisions: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    for (let n = 0; n < runs[i + 1]; n++) decisions.push(runs[i]);
  }
  return decisions;
}

/**
 * The URL of a scenario given as a path (relative to the working directory) or URL. A query (`?size=3`) is
 * kept: the module finds it in `import.meta.url`.
 */
export function scenarioUrl(scenario: string | URL): string {
  return moduleUrl(scenario);
}

/** Writes a recording; returns its path. The name is made of the scenario's and the event hash. */
export function writeRecording(
  recording: Omit<Recording, 'format' | 'version' | 'scenario'> & { readonly scenario: string },
  where: { readonly directory?: string; readonly file?: string },
): string {
  const scenarioPath = fileURLToPath(recording.scenario);
  const name = basename(scenarioPath).replace(/\.[^.]*$/, '');
  const directory = where.directory ?? '.framelab';
  const file =
    where.file ?? join(directory, `${name}-${recording.verdict}-${recording.eventHash.slice(0, 8)}.json`);
  const content: Recording = {
    ...recording,
    format: FORMAT,
    version: VERSION,
    scenario: relative(dirname(resolve(file)), scenarioPath) + new URL(recording.scenario).search,
  };
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
  return file;
}

/** Reads a recording; its scenario is returned as a URL. Throws `Usage` for anything else. */
export function readRecording(file: string): Recording {
  let content: Partial<Recording>;
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as Partial<Recording>;
  } catch (error) {
    throw new LabError('Usage', `${file} cannot be read as a replay: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (content.format !== FORMAT)
    throw new LabError('Usage', `${file} is not a replay file: its format is not "${FORMAT}"`);
  if (content.version !== VERSION) {
    throw new LabError(
      'Usage',
      `${file} has version ${content.version}; this framelab reads version ${VERSION}`,
    );
  }
  const { scenario, schedule, threads } = content;
  if (typeof scenario !== 'string' || !Array.isArray(schedule) || typeof threads !== 'number') {
    throw new LabError('Usage', `${file} is not complete: scenario, threads and schedule are needed`);
  }
  const path = isAbsolute(scenario) ? scenario : join(dirname(resolve(file)), scenario);
  return { ...(content as Recording), scenario: scenarioUrl(path) };
}
