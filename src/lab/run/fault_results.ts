import type { Machine } from '../../machine/machine.ts';
import {
  type DeathResult,
  type FaultResult,
  type FrameRanges,
  frameRanges,
} from '../../results/fault_result.ts';
import { isFatal, type PlannedFault } from '../faults/fault_plan.ts';
import { FAULT_HAPPENED } from '../faults/fault_words.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Recovered } from './medic.ts';
import type { Progress } from './progress.ts';
import type { RunEnding } from './run_supervisor.ts';

/** The parts of a run that show what became of its faults. */
export interface FaultsRecord {
  readonly observer: Machine;
  readonly progress: Pick<Progress, 'blocks'>;
  readonly workload: Pick<Workload, 'operations'>;
  readonly ending: Pick<RunEnding, 'faults' | 'recoveries' | 'firstStepMs' | 'lastStepMs'>;
  /** Frames that were allocated before the run. */
  readonly early: Uint8Array;
}

/** What became of each fault that was asked for. */
export function faultResults(record: FaultsRecord): FaultResult[] {
  return record.ending.faults?.plan.map((_, fault) => faultResult(record, fault)) ?? [];
}

function faultResult(record: FaultsRecord, fault: number): FaultResult {
  const { ending, workload } = record;
  const watch = ending.faults!;
  const { text, kind, worker, target, length } = watch.plan[fault];
  const { state, worker: who, atMs, endMs, operation, operationKind, refused } = watch.record(fault);
  const hasHappened = state === FAULT_HAPPENED;
  return {
    fault: text,
    kind,
    state: hasHappened ? 'happened' : 'not reached',
    worker: hasHappened ? who : worker,
    atMs: hasHappened ? atMs - ending.firstStepMs : null,
    operation: hasHappened && operation > 0 ? operation : null,
    operationKind: (hasHappened && workload.operations[operationKind]) || null,
    place: target?.name ?? null,
    nth: target?.nth ?? null,
    moment: target?.moment ?? null,
    // One that the run's end cut short has no end of its own.
    durationMs: hasHappened && length !== null ? Math.max(0, (endMs || ending.lastStepMs) - atMs) : null,
    refused,
    death: deathResult(record, fault),
  };
}

function deathResult({ ending, observer, early }: FaultsRecord, fault: number): DeathResult | null {
  const death = ending.faults!.deaths.find((each) => each.fault === fault);
  if (death === undefined) return null;
  const { worker, message, locks, refusal } = death;
  const recovery = ending.recoveries.get(death);
  if (recovery === undefined) {
    return { worker, message, locks, framesOut: framesOf(observer, early, worker), recovery: null, refusal };
  }
  const { framesHeld, framesLost, ...told } = recovery;
  // Others have given back what they had of them.
  const before = new Set(
    ending
      .faults!.deaths.filter((each) => each.worker === worker && each.atMs < death.atMs)
      .flatMap((each) => framesNamed(ending.recoveries.get(each))),
  );
  const isOut = (frame: number) =>
    !before.has(frame) &&
    observer.frameMap.use(frame) === 'allocated' &&
    observer.frameMap.lastCpu(frame) === worker;
  const stillLost = new Set(framesLost.length === 0 ? [] : observer.audit().lostFrames);
  const out = [...framesHeld.filter(isOut), ...framesLost.filter((frame) => stillLost.has(frame))];
  return {
    worker,
    message,
    locks,
    framesOut: frameRanges(out.sort((a, b) => a - b)),
    recovery: { ...told, replaced: true },
    refusal,
  };
}

/** All frames that a recovery could not give back when it was made. */
function framesNamed(recovery: Recovered | undefined): readonly number[] {
  return recovery === undefined ? [] : [...recovery.framesHeld, ...recovery.framesLost];
}

/** All frames that recoveries could not give back when they were made. */
export function framesNamedByRecoveries({ recoveries }: Pick<RunEnding, 'recoveries'>): Set<number> {
  return new Set([...recoveries.values()].flatMap(framesNamed));
}

/** Frames that a CPU allocated and that no one has freed. */
function framesOf({ frameMap, frames }: Machine, early: Uint8Array, cpu: number): FrameRanges {
  const out: number[] = [];
  for (let frame = 0; frame < frames; frame++) {
    if (early[frame] === 0 && frameMap.use(frame) === 'allocated' && frameMap.lastCpu(frame) === cpu) {
      out.push(frame);
    }
  }
  return frameRanges(out);
}

/** What faults were to show and did not, each a sentence. */
export function whatFaultsDidNotShow(record: FaultsRecord, results: readonly FaultResult[]): string[] {
  const { ending, progress } = record;
  const { plan } = ending.faults ?? { plan: [] };
  const found = results.flatMap((result, fault) => {
    if (result.state === 'not reached') {
      return [`fault ${result.fault} was not reached: ${howFar(record, plan[fault], fault)}`];
    }
    const refusedNone = result.kind === 'oom' && result.refused === 0;
    return refusedNone
      ? [`fault ${result.fault} kept memory from no allocation: none was asked for then`]
      : [];
  });
  const [fatal] = plan.filter(isFatal);
  if (fatal !== undefined && progress.blocks.length === 1) {
    found.push(`fault ${fatal.text} met the only worker: whether others go on beside a death was not shown`);
  }
  return found;
}

function howFar({ ending, progress }: FaultsRecord, planned: PlannedFault, fault: number): string {
  const { at, target, worker } = planned;
  if (target !== null) {
    const met = ending.faults!.words.met(fault);
    const times = met === 1 ? 'once' : `${met} times`;
    const what = target.what === 'lock' ? `took lock ${target.name}` : `began operation ${target.name}`;
    return `worker ${worker} ${what} ${times}, and it was to come at number ${target.nth}`;
  }
  if (at !== null && 'operations' in at) {
    const done = progress.blocks.map((block) => block.number('begun') - block.number('measuredFrom'));
    const most = worker === null ? Math.max(...done) : done[worker];
    return `${worker === null ? 'no worker' : `worker ${worker}`} began ${worker === null ? 'more than ' : 'only '}${most} measured operations`;
  }
  const measuredMs = ending.firstStepMs === 0 ? 0 : ending.lastStepMs - ending.firstStepMs;
  const measured = `the run measured for ${(measuredMs / 1000).toFixed(2)} s`;
  const wasDue = at !== null && 'ms' in at && at.ms < measuredMs;
  return wasDue ? `${measured}, and worker ${worker} was not at work from then on` : measured;
}
