import type { BenchRows } from './bench_rows.ts';
import type { Finding } from './finding.ts';
import { findingsOfRun } from './run_findings.ts';
import type { Configuration, RunResult } from './run_result.ts';
import { describePoint, outcomeOfSweep, type SweepCell, type SweepResult } from './sweep_result.ts';

// Fields that were missing in results of earlier framelabs of the same model version, computed from those that were
// there.

export function withLaterFields(result: RunResult): RunResult {
  const {
    unproved = [],
    strayErrors = [],
    framesOut = { frames: 0, ranges: [] },
  } = result.verdict as Partial<RunResult['verdict']>;
  const verdict = { ...result.verdict, unproved, strayErrors, framesOut };
  const workers = result.workers.map((worker) => ({ ...worker, stack: worker.stack ?? null }));
  return {
    ...result,
    findings: result.findings ?? findingsOfRun({ ...result, verdict, workers }),
    reproduce: result.reproduce ?? result.rerun,
    configuration: configurationWithLaterFields(result.configuration),
    boot: result.boot ?? null,
    warmup: result.warmup ?? null,
    allocator: { ...result.allocator, remedies: result.allocator.remedies ?? [] },
    memory: { ...result.memory, filledOnPurpose: result.memory.filledOnPurpose ?? false },
    // It was 0 if unknown.
    verdict: verdict.memoryReturned === null ? { ...verdict, leakedFrames: null } : verdict,
    workers,
    faults: result.faults ?? [],
  };
}

export function sweepWithLaterFields(sweep: SweepResult): SweepResult {
  return {
    ...sweep,
    outcome: sweep.outcome ?? outcomeOfSweep(sweep),
    findings: sweep.findings ?? sweep.cells.flatMap(failedRepetitions),
    reproduce: sweep.reproduce ?? [],
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

/** Before there were options for it, no run warmed up, and workloads were as they are without parameters and mix. */
function configurationWithLaterFields(configuration: Configuration): Configuration {
  const {
    warmup = 'off',
    workloadParams = {},
    mix = null,
    faults = [],
    recover = false,
  } = configuration as Partial<Configuration>;
  return { ...configuration, workloadParams, mix, warmup, faults, recover };
}

/** For a sweep that kept only how its runs ended. */
function failedRepetitions({ point, repetitions }: SweepCell): Finding[] {
  return repetitions
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ outcome, seed }) => ({
      verdict: outcome,
      blames: outcome === 'unproved' ? 'scenario' : 'code',
      message: `a run of ${describePoint(point)} with seed ${seed} ended as ${outcome}`,
      details: [],
      cause: null,
      thread: null,
      places: [],
      evidence: null,
    }));
}

export function benchWithLaterFields(bench: BenchRows): BenchRows {
  // The file says so, but only its figures are read.
  const { criteria = [] } = bench as { criteria?: readonly { readonly fails: boolean }[] };
  const missed = criteria.some(({ fails }) => fails);
  return {
    ...bench,
    outcome: bench.outcome ?? (missed ? 'regression' : 'passed'),
    findings: bench.findings ?? [],
    reproduce: bench.reproduce ?? [],
  };
}
