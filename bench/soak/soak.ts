import { run } from '../../src/lab/run/run.ts';
import { CrowdModules } from './crowd.ts';
import { Drift } from './drift.ts';
import { type Round, rounds } from './rounds.ts';
import { takeVitals, type Vitals } from './vitals.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
  readonly memory: number;
  /** Of each round. */
  readonly durationMs: number;
  /** Told of every round as it ends. */
  onRound?(text: string): void;
}

/** What one round did. */
export interface RoundFigures {
  readonly key: string;
  readonly atMs: number;
  readonly outcome: string;
  readonly operations: number;
  readonly noMemory: number;
  readonly measuredMs: number;
  /** Share of the memory that was free in the middle, 0 to 1; null if nobody looked. */
  readonly freeShare: number | null;
  readonly faults: number;
  readonly notReached: number;
  readonly deaths: number;
  readonly recovered: number;
  readonly framesReturned: number;
  readonly framesOut: number;
}

export interface SoakResult {
  readonly rounds: readonly RoundFigures[];
  readonly vitals: readonly Vitals[];
  /** What drifted or went wrong, each a sentence; empty if nothing did. */
  readonly drift: readonly string[];
  readonly minutes: number;
}

/** Rounds after which the process has loaded and started all that it needs. */
const SETTLED_ROUNDS = 3;

/** Makes one run after the other in this process until the time is over, and looks for what drifts. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const startMs = performance.now();
  const drift = new Drift();
  const figures: RoundFigures[] = [];
  const vitals: Vitals[] = [];
  let settled: Vitals | null = null;
  const modules = new CrowdModules();
  try {
    for (const round of rounds(options.seed, modules.paths, options)) {
      const figure = await makeRound(round, startMs, drift);
      figures.push(figure);
      options.onRound?.(roundText(figure));
      const now = await takeVitals(startMs);
      vitals.push(now);
      if (figures.length <= SETTLED_ROUNDS) settled = now;
      if (now.atMs >= options.minutes * 60_000) break;
    }
  } finally {
    modules.remove();
  }
  drift.lookAtProcess(vitals, settled!);
  return {
    rounds: figures,
    vitals,
    drift: drift.found,
    minutes: (performance.now() - startMs) / 60_000,
  };
}

async function makeRound(round: Round, startMs: number, drift: Drift): Promise<RoundFigures> {
  const result = await run(round.options);
  drift.look(round, result);
  const { totals, durations, faults, verdict, allocator, memory } = result;
  const deaths = faults.flatMap(({ death }) => (death === null ? [] : [death]));
  const recoveries = deaths.flatMap(({ recovery }) => (recovery === null ? [] : [recovery]));
  const { midRun } = allocator;
  return {
    key: round.key,
    atMs: performance.now() - startMs,
    outcome: result.outcome,
    operations: totals.operations,
    noMemory: totals.noMemory,
    measuredMs: durations.measuredMs,
    freeShare: midRun === null ? null : midRun.freeBytes / (memory.managedFrames * 4096),
    faults: faults.length,
    notReached: faults.filter(({ state }) => state === 'not reached').length,
    deaths: deaths.length,
    recovered: recoveries.length,
    framesReturned: recoveries.reduce((sum, { framesReturned }) => sum + framesReturned, 0),
    framesOut: verdict.framesOut.frames,
  };
}

function roundText(figure: RoundFigures): string {
  const { key, outcome, operations, deaths, recovered, freeShare, notReached } = figure;
  const free = freeShare === null ? '' : `, ${Math.round(freeShare * 100)} % free in the middle`;
  const reached = notReached === 0 ? '' : `, ${notReached} faults not reached`;
  return `${key}: ${outcome}, ${operations} operations, ${recovered} of ${deaths} deaths recovered${free}${reached}`;
}
