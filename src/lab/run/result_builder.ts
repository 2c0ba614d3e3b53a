import type { Machine } from '../../machine/machine.ts';
import type { AllocatorRemedy } from '../../mm/global_frame_allocator.ts';
import { Histogram } from '../../platform/histogram.ts';
import { readEnvironment } from '../../results/environment.ts';
import { deathText, type FaultResult, frameRanges } from '../../results/fault_result.ts';
import { headerOf } from '../../results/header.ts';
import { findingsOfRun } from '../../results/run_findings.ts';
import {
  type AllocatorResult,
  type BootResult,
  type Configuration,
  type LatencyResult,
  type OperationResult,
  type Overhead,
  RESULT_SCHEMA_VERSION,
  type RunEnd,
  type RunResult,
  type Verdict,
  type WorkerResult,
  type WorkerState,
} from '../../results/run_result.ts';
import type { Violation } from '../../results/violation.ts';
import type { WarmupResult } from '../../results/warmup.ts';
import { type Accounts, closeAccounts } from '../check/accounting.ts';
import { OwnerTable } from '../check/owner_table.ts';
import { racyHealth } from '../racy_health.ts';
import { WarmupGate } from '../worker/warmup_gate.ts';
import {
  type BlockNumber,
  sharedNowMs,
  type WorkerBlock,
  type WorkerFailure,
} from '../worker/worker_block.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import type { Workload } from '../workloads/workload.ts';
import { faultResults, framesNamedByRecoveries, whatFaultsDidNotShow } from './fault_results.ts';
import { lockResults } from './lock_results.ts';
import { takePicture } from './memory_picture.ts';
import type { Progress } from './progress.ts';
import { whatDidNotHappen } from './proof.ts';
import { rerunArguments, usualOf } from './rerun.ts';
import type { RunEnding } from './run_supervisor.ts';
import { fragmentationOf, SAMPLE_INTERVAL_MS } from './timeline.ts';
import { warmupResult } from './warmup_result.ts';

export interface RunRecord {
  readonly workload: Workload;
  readonly configuration: Configuration;
  readonly remedies: readonly AllocatorRemedy[];
  readonly boot: BootResult;
  readonly setup: WorkerSetup;
  readonly observer: Machine;
  readonly progress: Progress;
  readonly ending: RunEnding;
  /** Frames that were allocated before the run. */
  readonly early: Uint8Array;
  readonly startedAt: string;
  /** When `run` was called, on this thread's clock. */
  readonly calledMs: number;
}

/** Puts together what is known about a run that has ended in any way. */
export async function buildResult(record: RunRecord): Promise<RunResult> {
  const { configuration, ending, observer, setup, workload } = record;
  const faults = faultResults(record);
  const workers = workerResults(record, faults);
  const complete = workers.every((worker) => worker.state === 'finished');
  const measuredMs = ending.firstStepMs === 0 ? 0 : Math.max(ending.lastStepMs - ending.firstStepMs, 1e-3);
  const operations = sumKinds(record, workload);
  const overhead = readOverhead(record.progress.blocks[0]);
  const warmup = warmupResult(configuration, workload, record.progress, ending.lastStepMs);
  const verdict = judge(record, workers, { complete, warmup, faults });
  const total = totals(operations, measuredMs, configuration.workers, overhead);
  const environment = await readEnvironment();
  const rerun = rerunArguments(configuration, usualOf(workload, configuration));
  return {
    ...headerOf({
      schemaVersion: RESULT_SCHEMA_VERSION,
      kind: 'run',
      startedAt: record.startedAt,
      environment,
      outcome: outcomeOf(verdict, workers, ending),
      findings: findingsOfRun({ verdict, workers, faults, rerun }),
      reproduce: rerun,
    }),
    complete,
    configuration,
    rerun,
    boot: record.boot,
    warmup,
    durations: durations(record, measuredMs),
    totals: total,
    operations,
    workers,
    timeline: {
      intervalMs: ending.timeline?.intervalMs ?? SAMPLE_INTERVAL_MS,
      samples: ending.timeline?.samples ?? [],
    },
    locks: lockResults(setup, measuredMs),
    allocator: allocatorResult(record),
    memory: {
      frames: observer.frames,
      managedFrames: observer.frameMap.count('free') + observer.frameMap.count('allocated'),
      filledOnPurpose: workload.fillsMemory ?? false,
      picture: ending.midRun?.picture ?? takePicture(observer, measuredMs),
    },
    verdict,
    faults,
    overhead,
  };
}

function durations(record: RunRecord, measuredMs: number): RunResult['durations'] {
  const { ending, calledMs, progress } = record;
  const calledSharedMs = performance.timeOrigin + calledMs;
  const first = progress.warmupMs() || ending.firstStepMs || sharedNowMs();
  return {
    processToRunMs: calledMs,
    setupMs: first - calledSharedMs,
    measuredMs,
    cpuMs: cpuMs(record),
    teardownMs: Math.max(0, sharedNowMs() - Math.max(first, ending.lastStepMs)),
  };
}

/** 0 if no worker took a last step. */
function cpuMs({ progress }: RunRecord): number {
  const starts = progress.blocks.map((block) => block.number('cpuStartMs')).filter((ms) => ms > 0);
  const ends = progress.blocks.map((block) => block.number('cpuEndMs'));
  return Math.max(0, Math.max(0, ...ends) - Math.min(...starts, Number.POSITIVE_INFINITY));
}

function totals(
  operations: readonly OperationResult[],
  measuredMs: number,
  workers: number,
  overhead: Overhead,
): RunResult['totals'] {
  const simple = operations.filter((operation) => !operation.composite);
  const count = simple.reduce((sum, operation) => sum + operation.count, 0);
  const rate = measuredMs === 0 ? 0 : (count / measuredMs) * 1000;
  // Each worker spends this share of its time on the recorder; above half, the figure would be useless.
  const ownShare = (rate / workers) * overhead.recorderNs * 1e-9;
  return {
    operations: count,
    noMemory: simple.reduce((sum, operation) => sum + operation.noMemory, 0),
    operationsPerSecond: rate,
    operationsPerSecondNet: overhead.recorderNs > 0 && ownShare < 0.5 ? rate / (1 - ownShare) : null,
  };
}

function workerResults(record: RunRecord, faults: readonly FaultResult[]): WorkerResult[] {
  const { progress, ending, workload } = record;
  return progress.blocks.map((block, worker) => {
    const byKind = operationResults(workload, [block]);
    const simple = byKind.filter((operation) => !operation.composite);
    const operations = simple.reduce((sum, operation) => sum + operation.count, 0);
    const firstMs = block.number('firstStepMs');
    const ranMs = firstMs === 0 ? 0 : (block.number('lastStepMs') || ending.lastStepMs) - firstMs;
    const { state, message, stack } = stateOf(record, worker, faults);
    return {
      worker,
      state,
      message,
      stack: stack ?? null,
      operations,
      noMemory: simple.reduce((sum, operation) => sum + operation.noMemory, 0),
      operationsPerSecond: ranMs > 0 ? (operations / ranMs) * 1000 : 0,
      byKind,
    };
  });
}

function stateOf(
  record: RunRecord,
  worker: number,
  faults: readonly FaultResult[],
): { state: WorkerState; message: string | null; stack?: string } {
  const { progress, ending } = record;
  const failure = progress.blocks[worker].failure();
  if (failure !== null) return failure;
  if (progress.blocks[worker].phase === 'ended') return { state: 'finished', message: null };
  if (ending.hang?.workers.some((hung) => hung.worker === worker)) {
    return { state: 'hung', message: ending.hang.message };
  }
  const killed = faults.find(({ death }) => death?.worker === worker && death.recovery === null);
  if (killed !== undefined) return { state: 'crashed', message: deathText(killed) };
  const crash = ending.ends.find((end) => end.worker === worker)?.crash ?? null;
  // A worker that was ended by force after something else had happened is not the cause.
  if (ending.forced.includes(worker)) {
    return { state: 'stopped', message: 'did not stop when told to, and was ended by force' };
  }
  return { state: 'crashed', message: crash?.message ?? null, stack: crash?.stack };
}

function sumKinds(record: RunRecord, workload: Workload): OperationResult[] {
  return operationResults(workload, record.progress.blocks);
}

function operationResults(workload: Workload, blocks: readonly WorkerBlock[]): OperationResult[] {
  return workload.operations.map((kind, index) => {
    const latencies = new Histogram();
    let count = 0;
    let noMemory = 0;
    for (const block of blocks) {
      const { measured } = block.counted(index);
      count += measured.count;
      noMemory += measured.noMemory;
      if (block.isMeasuring) latencies.merge(block.latencies[index]);
    }
    return {
      kind,
      composite: workload.composite?.includes(kind) ?? false,
      count,
      noMemory,
      latency: latencyResult(latencies),
    };
  });
}

function latencyResult(histogram: Histogram): LatencyResult | null {
  const samples = histogram.count;
  if (samples === 0) return null;
  return {
    samples,
    p50Ns: histogram.quantile(0.5),
    p99Ns: histogram.quantile(0.99),
    p999Ns: histogram.quantile(0.999),
    maxNs: histogram.max,
    meanNs: histogram.mean,
    histogram: histogram.nonEmpty(),
  };
}

function allocatorResult({ observer, ending, setup, configuration, remedies }: RunRecord): AllocatorResult {
  const { midRun } = ending;
  const gate = new WarmupGate(setup.gate, configuration.workers);
  const health = racyHealth(observer);
  const middle = midRun?.health ?? null;
  return {
    name: observer.allocatorName,
    freeBytes: health?.freeBytes ?? 0,
    largestFreeBlockBytes: health?.largestFreeBlockBytes ?? 0,
    freeBlocksByOrder: health?.freeBlocksByOrder ?? [],
    perCpu: health?.perCpu ?? [],
    fragmentation: fragmentationOf(health),
    counters: gate.since(health?.counters ?? {}),
    remedies,
    midRun:
      middle === null || midRun === null
        ? null
        : {
            atMs: midRun.atMs,
            freeBytes: middle.freeBytes,
            largestFreeBlockBytes: middle.largestFreeBlockBytes,
            freeBlocksByOrder: middle.freeBlocksByOrder,
            perCpu: middle.perCpu,
            fragmentation: fragmentationOf(middle),
          },
  };
}

function readOverhead(block: WorkerBlock): Overhead {
  return {
    recorderNs: block.number('recorderNs'),
    oracleNs: block.number('oracleNs'),
    statisticsNs: block.number('statisticsNs'),
    casNs: block.number('casNs'),
  };
}

function judge(
  record: RunRecord,
  workers: readonly WorkerResult[],
  {
    complete,
    warmup,
    faults,
  }: { complete: boolean; warmup: WarmupResult | null; faults: readonly FaultResult[] },
): Verdict {
  const { progress, configuration, ending } = record;
  const failures = progress.blocks
    .map((block) => block.failure())
    .filter((failure): failure is WorkerFailure => failure !== null);
  const found = failures.flatMap((failure) => (failure.violation === undefined ? [] : [failure.violation]));
  const accounts = accountsOf(record, found, complete);
  const accounted = (accounts?.breaches ?? []).map(
    (breach): Violation => ({ ...breach, worker: -1, operation: 0 }),
  );
  const out = frameRanges(accounts?.framesOut ?? []);
  const sum = (name: BlockNumber) => progress.blocks.reduce((total, block) => total + block.number(name), 0);
  return {
    oracle: configuration.oracle,
    operationsChecked:
      configuration.oracle === 'off'
        ? 0
        : workers.reduce((total, worker) => total + worker.operations, warmup?.operations ?? 0),
    allocationsChecked: sum('oracleAllocs'),
    deallocationsChecked: sum('oracleDeallocs'),
    framesAllocated: sum('oracleFramesGiven'),
    framesFreed: sum('oracleFramesTaken'),
    violations: ranked([...found, ...accounted]),
    leakedFrames: complete && out.frames === 0 ? (accounts?.leakedFrames ?? null) : null,
    memoryReturned: !complete || out.frames > 0 ? null : (accounts?.memoryReturned ?? null),
    framesOut: out,
    auditProblems: accounts?.auditProblems ?? null,
    hang: ending.hang,
    unproved: complete ? [...whatDidNotHappen(record, workers), ...whatFaultsDidNotShow(record, faults)] : [],
    strayErrors: ending.strays,
  };
}

/**
 * Accounts are closed if every CPU has left normally. Also if memory ran out unexpectedly, since lost frames may be
 * why; frames held then are not leaks.
 */
function accountsOf(record: RunRecord, found: readonly Violation[], complete: boolean): Accounts | null {
  const { observer, early, setup, ending } = record;
  const ranOut = found.length > 0 && found.every((violation) => violation.symptom === 'unexpected-no-memory');
  if (!complete && !ranOut) return null;
  const owners = setup.oracle === null ? null : new OwnerTable(setup.oracle.owners);
  const shared = (ending.faults?.deaths.length ?? 0) > 0 && setup.faults!.sharesFrames;
  const accounts = closeAccounts(observer, early, owners, {
    shared,
    named: framesNamedByRecoveries(ending),
  });
  if (complete) return accounts;
  const breaches = accounts.breaches.filter((breach) => breach.symptom === 'lost-frame');
  return { ...accounts, breaches };
}

/** Causes first: running out of memory is mostly a consequence. */
function ranked(violations: readonly Violation[]): Violation[] {
  const rank = (violation: Violation) => (violation.symptom === 'unexpected-no-memory' ? 1 : 0);
  return [...violations].sort((a, b) => rank(a) - rank(b));
}

function outcomeOf(verdict: Verdict, workers: readonly WorkerResult[], ending: RunEnding): RunEnd {
  if (verdict.violations.length > 0) return 'violation';
  if (ending.hang !== null || workers.some((worker) => worker.state === 'hung')) return 'hung';
  if (workers.some((worker) => worker.state === 'crashed')) return 'crashed';
  if (verdict.strayErrors.length > 0) return 'crashed';
  if (ending.interrupted) return 'interrupted';
  if (verdict.unproved.length > 0) return 'unproved';
  return workers.every((worker) => worker.state === 'finished') ? 'passed' : 'crashed';
}
