import { DEFAULT_ALLOCATOR } from '../../src/allocators/registry.ts';
import { DEFAULT_LOCK_KIND } from '../../src/sync/registry.ts';
import type {
  BenchResult,
  LockThroughput,
  OverheadResult,
  ScaleResult,
  StepsResult,
} from '../figures/bench_result.ts';
import { type Criterion, judge, TARGET_TOLERANCE } from '../figures/criterion.ts';
import { median } from '../figures/statistics.ts';
import { stepsByAxis } from '../figures/steps_by_axis.ts';
import { doubtOf } from './neighbours.ts';
import { CONTROL_NAME } from './overhead.ts';

/** The share of the scaling of a control that shares nothing which two threads must reach. */
const OF_CONTROL_MIN = 0.9;
/** The share of two workers' throughput that the default lock must keep with more workers than cores. */
const NO_CLIFF = 0.5;
/** From the start of a process to the first operation, in milliseconds. */
const STARTUP_MS_MAX = 500;
/** What the lab's recorder may add to an operation. */
const RECORDER_NS_MAX = 10;
/** If two identical locks differ by more, in percent, the figures beside them are not more exact. */
const CONTROL_PERCENT_MAX = 4;
/** Steps of an operation that count as none, however few the others take. */
const STEPS_FLOOR = 0.001;
/** A control that shares nothing and scales less did not have two cores. */
const CONTROL_SPEEDUP_MIN = 1.6;

/** What criteria judge: a result without them. */
export type Measured = Pick<
  BenchResult,
  'rows' | 'scale' | 'steps' | 'locks' | 'overhead' | 'startup' | 'othersCores'
> & { readonly cores: number };

/** Judges everything that was measured and has a target. */
export function judgeAll(measured: Measured): Criterion[] {
  return [
    ...judgeRows(measured),
    ...measured.scale
      .filter((result) => result.allocator === DEFAULT_ALLOCATOR)
      .map((result) => judgeScale(result, measured.cores)),
    ...judgeSteps(measured.steps),
    ...judgeLocks(measured),
    ...judgeOverhead(measured),
    ...judgeStartup(measured),
  ];
}

/** Times of one thread: in doubt if it had no core to itself. */
function judgeRows({ rows, othersCores, cores }: Measured): Criterion[] {
  const doubt = doubtOf(othersCores.rows ?? 0, cores, 1);
  return rows.flatMap(({ row, runs, target }) =>
    target === null
      ? []
      : [
          judge({
            section: 'rows',
            subject: row,
            values: runs.map((run) => run.ns / run.unitNs),
            atMost: target.units,
            format: (units) => `${Number(units.toPrecision(3))} ${units === 1 ? 'unit' : 'units'}`,
            doubt,
            isTime: true,
          }),
        ],
  );
}

function judgeScale({ row, runs }: ScaleResult, cores: number): Criterion {
  const control = median(runs.map((run) => run.controlSpeedup));
  const tooFew = `the control itself came to ${control.toFixed(2)}x only: two threads had no two cores`;
  return judge({
    section: 'scale',
    subject: `two threads on ${row}`,
    values: runs.map((run) => run.speedup / run.controlSpeedup),
    atLeast: OF_CONTROL_MIN,
    format: (part) => `${(part * 100).toFixed(0)} % of control`,
    doubt: oneCore(cores) ?? (control < CONTROL_SPEEDUP_MIN ? tooFew : null),
    isTime: false,
  });
}

/** Counts do not depend on other processes: in doubt only if there is nothing to compare. */
function judgeSteps(steps: readonly StepsResult[]): Criterion[] {
  if (steps.length === 0) return [];
  const { byMemory, byBlocks } = stepsByAxis(steps);
  return [
    // Small machines have smaller caches and take more steps: compared with the largest count, growth would not show.
    judgeGrowth('steps over RAM', byMemory, Math.min, ({ memoryBytes }) => `${memoryBytes / 2 ** 20} MiB`),
    // Few blocks fit into the caches and take almost no steps: the smallest count says nothing about the others.
    judgeGrowth('steps over live blocks', byBlocks, Math.max, ({ liveBlocks }) => `${liveBlocks} blocks`),
  ];
}

/** Steps of the largest, beside those of the smaller ones. */
function judgeGrowth(
  subject: string,
  axis: readonly StepsResult[],
  of: (...steps: number[]) => number,
  name: (result: StepsResult) => string,
): Criterion {
  const smaller = of(...axis.slice(0, -1).map(allSteps));
  const last = axis.at(-1);
  const isKnown = axis.length > 1 && last !== undefined;
  const criterion = judge({
    section: 'steps',
    subject,
    values: isKnown ? [allSteps(last)] : [],
    atMost: Math.max(smaller * (1 + TARGET_TOLERANCE), STEPS_FLOOR),
    format: (count) => `${count.toFixed(3)} an operation`,
    tolerance: 0,
    doubt: isKnown ? null : 'there is nothing smaller to compare with',
    isTime: true,
  });
  return isKnown
    ? {
        ...criterion,
        asked: `no more than smaller ones, ${smaller.toFixed(3)} and 15 %`,
        found: `${criterion.found} with ${name(last)}`,
      }
    : { ...criterion, asked: 'no more than smaller ones' };
}

/** List steps, splits and merges among them, and trips to the lock. */
function allSteps(result: StepsResult): number {
  return result.listSteps + result.lockTrips;
}

function judgeLocks({ locks, othersCores, cores }: Measured): Criterion[] {
  const of = (threads: number): LockThroughput | undefined =>
    locks.find((result) => result.lock === DEFAULT_LOCK_KIND && result.threads === threads);
  const two = of(2);
  const eight = of(8);
  if (two === undefined || eight === undefined) return [];
  const kept = eight.runs.map((run, i) => run.perSecond / two.runs[i].perSecond);
  return [
    judge({
      section: 'locks',
      subject: `${DEFAULT_LOCK_KIND} lock with 8 workers`,
      values: kept,
      atLeast: NO_CLIFF,
      format: (part) => `${(part * 100).toFixed(0)} % of 2 workers`,
      doubt: oneCore(cores) ?? doubtOf(othersCores.locks ?? 0, cores, cores),
      isTime: false,
    }),
  ];
}

function judgeOverhead({ overhead, othersCores, cores }: Measured): Criterion[] {
  const doubt = doubtOf(othersCores.overhead ?? 0, cores, cores);
  return overhead.flatMap((result, i) => {
    // Only the recorder has no run without it to compare with.
    if (result.addedPercent === null) return [judgeRecorder(result, doubt)];
    if (result.percentMax === null) return [];
    return [judgeStatistics(result, doubt ?? unlikeItself(overhead.slice(0, i).findLast(isControl)))];
  });
}

function judgeRecorder(
  { addedNs: { min, median: middle, max } }: OverheadResult,
  doubt: string | null,
): Criterion {
  return judge({
    section: 'overhead',
    subject: 'the lab, for each operation',
    values: [min, middle, max],
    atMost: RECORDER_NS_MAX,
    format: (ns) => `${Number(ns.toFixed(1))} ns`,
    doubt,
    isTime: true,
  });
}

/** Does not count for the exit code: how two workers that want one lock take turns differs from process to process. */
function judgeStatistics(result: OverheadResult, doubt: string | null): Criterion {
  const { name, addedPercent, interval, percentMax } = result;
  const asked = percentMax!;
  return judge({
    section: 'overhead',
    subject: name,
    values: [interval!.low, addedPercent!, interval!.high],
    atMost: asked,
    format: (percent) => `${percent.toFixed(1)} %`,
    tolerance: Number.POSITIVE_INFINITY,
    doubt,
    isTime: false,
  });
}

function isControl({ interval, percentMax, name }: OverheadResult): boolean {
  return interval !== null && percentMax === null && name.startsWith(CONTROL_NAME);
}

/** A doubt if two identical locks without statistics differ by half of the target. */
function unlikeItself(control: OverheadResult | undefined): string | null {
  const percent = control?.addedPercent ?? 0;
  if (Math.abs(percent) < CONTROL_PERCENT_MAX) return null;
  return `two locks without statistics are ${Math.abs(percent).toFixed(1)} % apart`;
}

function judgeStartup({ startup, othersCores, cores }: Measured): Criterion[] {
  if (startup === null) return [];
  return [
    judge({
      section: 'startup',
      subject: 'process start to first operation',
      values: startup.runsMs,
      atMost: STARTUP_MS_MAX,
      format: (ms) => `${ms.toFixed(0)} ms`,
      doubt: doubtOf(othersCores.startup ?? 0, cores, cores),
      isTime: true,
    }),
  ];
}

function oneCore(cores: number): string | null {
  return cores < 2 ? 'this machine has one core' : null;
}
