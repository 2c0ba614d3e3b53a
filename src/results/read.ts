import { readFileSync } from 'node:fs';
import { LabError } from '../platform/error.ts';
import { BENCH_COMPARISON_SCHEMA_VERSION, type BenchComparison } from './bench_comparison_result.ts';
import { BENCH_SCHEMA_VERSION, type BenchRows } from './bench_rows.ts';
import { CAMPAIGN_SCHEMA_VERSION, type CampaignResult } from './campaign_result.ts';
import { COMPARISON_SCHEMA_VERSION, type ComparisonResult } from './comparison_result.ts';
import {
  EXPLORATION_SCHEMA_VERSION,
  EXPLORATIONS_SCHEMA_VERSION,
  type ExplorationResult,
  type ExplorationsResult,
} from './exploration_result.ts';
import { KINDS, type Kind } from './header.ts';
import { benchWithLaterFields, sweepWithLaterFields, withLaterFields } from './later_fields.ts';
import { RECORDING_FORMAT, type ReplayFile, replayFileOf } from './replay_file.ts';
import { RESULT_SCHEMA_VERSION, type RunResult } from './run_result.ts';
import { requireSchema, type SchemaName } from './schema_check.ts';
import { cellOf, repetitionOf, SWEEP_SCHEMA_VERSION, type SweepResult, sweepOf } from './sweep_result.ts';

/** Everything that framelab writes and can read again. */
export type Readable =
  | RunResult
  | SweepResult
  | ExplorationResult
  | ExplorationsResult
  | CampaignResult
  | ComparisonResult
  | BenchRows
  | BenchComparison
  | ReplayFile;

interface Model {
  /** As people call it. */
  readonly name: string;
  readonly version: number;
  readonly schema: SchemaName;
  /** What earlier framelabs of that version left out. */
  complete(value: never): Readable;
}

const asItIs = (value: Readable): Readable => value;

const MODELS: Readonly<Partial<Record<Kind, Model>>> = {
  run: { name: 'a run', version: RESULT_SCHEMA_VERSION, schema: 'result', complete: withLaterFields },
  sweep: { name: 'a sweep', version: SWEEP_SCHEMA_VERSION, schema: 'sweep', complete: sweepWithLaterFields },
  exploration: {
    name: 'an exploration',
    version: EXPLORATION_SCHEMA_VERSION,
    schema: 'exploration',
    complete: asItIs,
  },
  explorations: {
    name: 'several explorations',
    version: EXPLORATIONS_SCHEMA_VERSION,
    schema: 'explorations',
    complete: asItIs,
  },
  campaign: {
    name: 'a campaign',
    version: CAMPAIGN_SCHEMA_VERSION,
    schema: 'campaign',
    complete: asItIs,
  },
  comparison: {
    name: 'a comparison',
    version: COMPARISON_SCHEMA_VERSION,
    schema: 'comparison',
    complete: asItIs,
  },
  bench: {
    name: 'a benchmark',
    version: BENCH_SCHEMA_VERSION,
    schema: 'bench',
    complete: benchWithLaterFields,
  },
  'bench-comparison': {
    name: 'a comparison of benchmarks',
    version: BENCH_COMPARISON_SCHEMA_VERSION,
    schema: 'bench_comparison',
    complete: asItIs,
  },
};

/**
 * Reads a file that framelab wrote: a result of any kind that can be read again, or a replay file.
 *
 * @throws `Usage` if the file cannot be read, or holds nothing that this version understands
 */
export function readAny(file: string): Readable {
  const value = (readJson(file) ?? {}) as {
    kind?: unknown;
    tool?: { name?: unknown };
    [name: string]: unknown;
  };
  if (value.format === RECORDING_FORMAT) return replayFileOf(file, value);
  const kind = KINDS.find((known) => known === value.kind);
  const model = kind === undefined ? undefined : MODELS[kind];
  if (value.tool?.name !== 'framelab' || model === undefined) {
    const what = Object.values(MODELS).map(({ name }) => name);
    throw new LabError(
      'Usage',
      `${file}: is no result of framelab: no JSON of ${what.join(', of ')}, and no replay file`,
    );
  }
  if (value.schemaVersion !== model.version) {
    throw new LabError(
      'Usage',
      `${file}: has version ${value.schemaVersion} of the model of ${model.name}, and this framelab reads version ${model.version}`,
    );
  }
  requireSchema(file, value, model.schema);
  return model.complete(value as never);
}

/** A sweep, as `run --save-baseline` writes; a single run counts as a sweep of one repetition. @throws `Usage` */
export function readSweep(file: string): SweepResult {
  return asSweep(file, readAny(file));
}

/** The same for what was read. @throws `Usage`, naming the file */
export function asSweep(file: string, result: Readable): SweepResult {
  if (result.kind === 'sweep') return result;
  if (result.kind !== 'run') {
    throw new LabError('Usage', `${file}: is ${nameOf(result.kind)}; needed is a run or a sweep`);
  }
  const { startedAt, environment, findings, reproduce, complete } = result;
  return sweepOf({
    startedAt,
    environment,
    findings,
    reproduce,
    complete,
    axes: [],
    repeat: 1,
    cells: [cellOf({}, result.configuration, [repetitionOf(result)])],
  });
}

/** What is read, as people call it: `a run`, `a replay file`. */
export function nameOf(kind: Readable['kind']): string {
  return kind === 'replay-file' ? 'a replay file' : (MODELS[kind]?.name ?? kind);
}

/** @throws `Usage` if the file cannot be read, or is not JSON */
function readJson(file: string): unknown {
  let text: string;
  try {
    // Some editors and shells begin files with a byte order mark.
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    throw new LabError('Usage', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LabError('Usage', `${file}: is no JSON: ${(cause as Error).message}`, { cause });
  }
}
