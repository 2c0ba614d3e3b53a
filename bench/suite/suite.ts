import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from '../../src/cli/command.ts';
import { type Ending, endingOf } from '../../src/cli/exit_codes.ts';
import { Interrupted } from '../../src/cli/interrupt.ts';
import type { Io } from '../../src/cli/io.ts';
import { requireWritable, writeOutput } from '../../src/cli/output.ts';
import { LabError } from '../../src/platform/error.ts';
import { BENCH_SCHEMA_VERSION } from '../../src/results/bench_rows.ts';
import { readEnvironment } from '../../src/results/environment.ts';
import { headerOf } from '../../src/results/header.ts';
import type { BenchOptions, Section } from '../figures/bench_options.ts';
import type { BenchResult } from '../figures/bench_result.ts';
import type { Criterion } from '../figures/criterion.ts';
import { median } from '../figures/statistics.ts';
import { measureLocks } from '../locks/lock_throughput.ts';
import { measureRaces } from '../races/measure_races.ts';
import {
  hasTarget,
  measureRows,
  type PendingRow,
  planRows,
  rowName,
  summarizeRow,
} from '../rows/row_table.ts';
import { measureScale } from '../rows/scale.ts';
import { measureSteps } from '../rows/steps.ts';
import { judgeAll } from './criteria.ts';
import { formatResult } from './format.ts';
import { Neighbours } from './neighbours.ts';
import { BENCH, benchOptions } from './options.ts';
import { measureOverhead } from './overhead.ts';
import { Progress } from './progress.ts';
import { benchArguments } from './reproduce.ts';
import { measureStartup } from './startup.ts';

/** While this process does nothing, any load comes from others. */
const LOOK_AROUND_MS = 200;

/** `framelab bench`. */
export const benchCommand = defineCommand({ ...BENCH, run: (given, io) => bench(benchOptions(given), io) });

/** Runs the suite, and reports what it found: a regression if a target is missed by more than the tolerance. */
async function bench(options: BenchOptions, io: Io): Promise<Ending> {
  requireWritable('--plot', options.plot ?? undefined);
  await requireTinybench();
  const stream = options.quiet ? null : process.stderr;
  const progress = new Progress(stream, options.sections.length + (restIsLater(options) ? 1 : 0));
  let result: BenchResult;
  try {
    result = await new Suite(options, progress, io.interrupt).measure();
  } finally {
    progress.clear();
  }
  io.text(`${formatResult(result)}\n`);
  io.json(result);
  if (options.plot !== null) {
    // The chart library takes a while to load.
    const { stepsPlot } = await import('../rows/steps_plot.ts');
    writeOutput('--plot', options.plot, await stepsPlot(result));
  }
  return endingOf(result.outcome);
}

/** It is a development dependency: present in a checkout, absent if framelab is installed as a dependency. */
async function requireTinybench(): Promise<void> {
  try {
    await import('tinybench');
  } catch (cause) {
    throw new LabError(
      'Usage',
      'tinybench is not installed: run this in a checkout of framelab, after npm install',
      { cause },
    );
  }
}

/** True if rows without a target come last, as far as there is time. */
function restIsLater({ sections, repeatsAll }: BenchOptions): boolean {
  return sections.includes('rows') && !repeatsAll;
}

function outcomeOf(criteria: readonly Criterion[], interrupted: boolean): BenchResult['outcome'] {
  if (interrupted) return 'interrupted';
  return criteria.some(({ fails }) => fails) ? 'regression' : 'passed';
}

class Suite {
  private readonly options: BenchOptions;
  private readonly progress: Progress;
  private readonly othersCores: Record<string, number> = {};
  private readonly interrupt: AbortSignal;

  constructor(options: BenchOptions, progress: Progress, interrupt: AbortSignal) {
    this.options = options;
    this.progress = progress;
    this.interrupt = interrupt;
  }

  /** @throws `Interrupted` if nothing was measured by then */
  async measure(): Promise<BenchResult> {
    const { options } = this;
    const startedAt = new Date().toISOString();
    const startMs = performance.now();
    const environment = await readEnvironment();
    const show = (what: string) => this.progress.show(what);
    const pending = planRows(options);
    const later = restIsLater(options) ? pending.filter((row) => !hasTarget(row)) : [];
    const first = pending.filter((row) => !later.includes(row));
    await this.part('rows', () => this.rows(first));
    const scale = (await this.part('scale', () => measureScale(options, show))) ?? [];
    const steps = (await this.part('steps', () => measureSteps(options, show))) ?? [];
    const locks = (await this.part('locks', () => measureLocks(options, show))) ?? [];
    const overhead = (await this.part('overhead', () => measureOverhead(options, show))) ?? [];
    overhead.push(...((await this.part('races', () => measureRaces(options.quick, show))) ?? []));
    const startup = (await this.part('startup', () => this.startup())) ?? null;
    if (later.length > 0) {
      this.progress.begin('other rows');
      await this.unlessInterrupted(() => measureRows(later, options, this.lesser(startMs), show));
    }
    const rows = pending.filter((row) => row.runs.length > 0).map(summarizeRow);
    const measured = { rows, scale, steps, locks, overhead, startup, othersCores: this.othersCores };
    const interrupted = this.interrupt.aborted;
    if (interrupted && rows.length + scale.length + steps.length + locks.length + overhead.length === 0) {
      throw new Interrupted();
    }
    // Fewer repetitions than were asked for decide nothing.
    const criteria = interrupted ? [] : judgeAll({ ...measured, cores: environment.cores });
    return {
      ...headerOf({
        schemaVersion: BENCH_SCHEMA_VERSION,
        kind: 'bench',
        startedAt,
        environment,
        outcome: outcomeOf(criteria, interrupted),
        findings: [],
        reproduce: benchArguments(options),
      }),
      durationMs: performance.now() - startMs,
      quick: options.quick,
      memoryBytes: options.memoryBytes,
      unitNs: rows.length > 0 ? median(rows.map((row) => row.unitNs)) : null,
      ...measured,
      criteria,
      leftOut: this.leftOut(pending),
      stopped: pending.flatMap((row) => (row.stopped === null ? [] : [`${rowName(row)}: ${row.stopped}`])),
    };
  }

  /** Runs a part of the suite if it was asked for; notes the load of others meanwhile. */
  private async part<T>(section: Section, body: () => Promise<T>): Promise<T | undefined> {
    if (!this.options.sections.includes(section)) return undefined;
    this.progress.begin(section);
    const neighbours = new Neighbours();
    const found = await this.unlessInterrupted(body);
    this.othersCores[section] ??= neighbours.othersCores();
    return found;
  }

  /** None where no rows were asked for. */
  private leftOut(pending: readonly PendingRow[]): string[] {
    if (!this.options.sections.includes('rows')) return [];
    return pending.filter(({ runs, stopped }) => runs.length === 0 && stopped === null).map(rowName);
  }

  /** What is being measured when Ctrl-C comes is given up; what was measured before is kept. */
  private async unlessInterrupted<T>(body: () => Promise<T>): Promise<T | undefined> {
    const { interrupt } = this;
    if (interrupt.aborted) return undefined;
    const interrupted = new Promise<undefined>((resolve) => {
      interrupt.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    return await Promise.race([body(), interrupted]);
  }

  private rows(rows: readonly PendingRow[]): Promise<void> {
    const { options } = this;
    const { runs, effort } = options;
    return measureRows(rows, options, { runs, effort, untilMs: Number.POSITIVE_INFINITY }, (what) =>
      this.progress.show(what),
    );
  }

  /** It runs in processes of its own, so the load of others is measured before. */
  private async startup(): Promise<{ runsMs: number[] }> {
    const neighbours = new Neighbours();
    await sleep(LOOK_AROUND_MS);
    this.othersCores.startup = neighbours.othersCores();
    return { runsMs: await measureStartup(this.options.quick ? 3 : 5) };
  }

  private lesser(startMs: number) {
    const { lesserEffort, budgetMs } = this.options;
    return { runs: 1, effort: lesserEffort, untilMs: startMs + budgetMs };
  }
}
