/**
 * Schedules per second of the explorer: `node dist/bench/programs/explore.js`.
 *
 * Each row runs in one session, once to warm up and then several times; the median and the best are printed.
 * The figures mean nothing if other processes use the cores: the load average is printed first.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { H } from '../../src/control/words/layout.ts';
import { Session } from '../../src/explore/scenario/session.ts';
import { nowNs } from '../../src/platform/clock.ts';
import type { StrategyName } from '../../src/strategies/registry.ts';

interface Row {
  readonly scenario: string;
  readonly threads: number;
  readonly strategy: StrategyName;
  readonly schedules: number;
  /** Targets, in schedules per second, if any. */
  readonly goal?: number;
}

const ROWS: readonly Row[] = [
  { scenario: 'fifteen-steps.mjs', threads: 2, strategy: 'random', schedules: 50_000, goal: 100_000 },
  { scenario: 'fifteen-steps.mjs', threads: 2, strategy: 'pct', schedules: 50_000, goal: 100_000 },
  { scenario: 'fifteen-steps.mjs', threads: 2, strategy: 'pos', schedules: 50_000, goal: 100_000 },
  { scenario: 'fifteen-steps.mjs', threads: 2, strategy: 'surw', schedules: 50_000, goal: 100_000 },
  { scenario: 'fifteen-steps.mjs', threads: 2, strategy: 'dpor', schedules: 20_000 },
  { scenario: 'machine/lock.mjs?kind=ticket', threads: 2, strategy: 'dpor', schedules: 20_000 },
  { scenario: 'fifteen-steps.mjs', threads: 3, strategy: 'pct', schedules: 10_000, goal: 5_000 },
  { scenario: 'fifteen-steps.mjs', threads: 3, strategy: 'random', schedules: 3_000 },
  { scenario: 'locks/ttas.mjs', threads: 2, strategy: 'pct', schedules: 10_000 },
  { scenario: 'locks/futex.mjs', threads: 2, strategy: 'pct', schedules: 20_000 },
];
const RUNS = 5;

async function measure(row: Row): Promise<readonly number[]> {
  const session = await Session.open({
    scenario: new URL(`../../../test/explore/scenarios/${row.scenario}`, import.meta.url).href,
    threads: row.threads,
    seed: 1,
    stepLimit: 10_000,
    spinLimit: 2,
    hangMs: 10_000,
  });
  const { words } = session;
  const rates: number[] = [];
  try {
    for (let run = 0; run <= RUNS; run++) {
      const start = nowNs();
      const { strategy, schedules } = row;
      await session.run({ strategy, schedules });
      const seconds = (nowNs() - start) / 1e9;
      if (run > 0) rates.push((words[H.EXECUTIONS] + words[H.PRUNED]) / seconds);
    }
  } finally {
    await session.close();
  }
  return rates.sort((a, b) => a - b);
}

const load = loadavg()
  .map((value) => value.toFixed(2))
  .join(' ');
console.log(
  `Node.js ${process.version}, ${cpus()[0].model}, ${availableParallelism()} cores, load ${load}\n`,
);
console.log(
  `${'scenario'.padEnd(28)} threads strategy  ${'median/s'.padStart(9)} ${'best/s'.padStart(9)}   goal`,
);
for (const row of ROWS) {
  const rates = await measure(row);
  const round = (rate: number): string => Math.round(rate).toLocaleString('en').padStart(9);
  const { scenario, threads, strategy, goal } = row;
  console.log(
    `${scenario.padEnd(28)} ${String(threads).padStart(7)} ${strategy.padEnd(8)}  ${round(rates[RUNS >> 1])} ${round(rates[RUNS - 1])}   ${goal === undefined ? '' : round(goal)}`,
  );
}
