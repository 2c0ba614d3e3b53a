import { readFileSync } from 'node:fs';
import { LabError } from '../platform/error.ts';
import { type Configuration, RESULT_SCHEMA_VERSION, type RunResult } from './run_result.ts';
import { requireSchema } from './schema_check.ts';
import { cellOf, repetitionOf, SWEEP_SCHEMA_VERSION, type SweepResult } from './sweep_result.ts';

/**
 * Reads what this tool wrote: a run's result, or a sweep's.
 *
 * @throws `Usage` where the file cannot be read, or holds nothing that this version understands
 */
export function readResult(file: string): RunResult | SweepResult {
  const value = readJson(file);
  const { kind, tool, schemaVersion } = (value ?? {}) as Partial<RunResult | SweepResult>;
  if (tool?.name !== 'framelab' || (kind !== 'run' && kind !== 'sweep')) {
    throw new LabError('Usage', `${file}: is no result that framelab run --json or --save-baseline wrote`);
  }
  const known = kind === 'run' ? RESULT_SCHEMA_VERSION : SWEEP_SCHEMA_VERSION;
  if (schemaVersion !== known) {
    throw new LabError(
      'Usage',
      `${file}: has version ${schemaVersion} of the model of a ${kind}, and this framelab reads version ${known}`,
    );
  }
  requireSchema(file, value, kind === 'run' ? 'result' : 'sweep');
  return kind === 'run' ? withLaterFields(value as RunResult) : sweepWithLaterFields(value as SweepResult);
}

/** What was not there yet in results of earlier framelabs of the same version of the model. */
export function withLaterFields(result: RunResult): RunResult {
  const { unproved = [], strayErrors = [] } = result.verdict as Partial<RunResult['verdict']>;
  const verdict = { ...result.verdict, unproved, strayErrors };
  return {
    ...result,
    configuration: configurationWithLaterFields(result.configuration),
    warmup: result.warmup ?? null,
    // It was 0 where it was not known.
    verdict: verdict.memoryReturned === null ? { ...verdict, leakedFrames: null } : verdict,
    workers: result.workers.map((worker) => ({ ...worker, stack: worker.stack ?? null })),
  };
}

function sweepWithLaterFields(sweep: SweepResult): SweepResult {
  return {
    ...sweep,
    cells: sweep.cells.map((cell) => ({
      ...cell,
      configuration: configurationWithLaterFields(cell.configuration),
      repetitions: cell.repetitions.map((repetition) => ({
        ...repetition,
        warmup: repetition.warmup ?? null,
      })),
    })),
  };
}

/** Nobody warmed up before one could be told to. */
function configurationWithLaterFields(configuration: Configuration): Configuration {
  return { ...configuration, warmup: configuration.warmup ?? 'off' };
}

/** A sweep, as `run --save-baseline` writes; a single run is one of one repetition. @throws `Usage` */
export function readSweep(file: string): SweepResult {
  const result = readResult(file);
  if (result.kind === 'sweep') return result;
  return {
    schemaVersion: SWEEP_SCHEMA_VERSION,
    kind: 'sweep',
    tool: result.tool,
    startedAt: result.startedAt,
    complete: result.complete,
    environment: result.environment,
    axes: [],
    repeat: 1,
    cells: [cellOf({}, result.configuration, [repetitionOf(result)])],
  };
}

/** @throws `Usage` where the file cannot be read, or holds no JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    // Some editors and shells put a byte order mark before everything.
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
