// What `framelab compare` can tell: twenty comparisons of one workload with itself, in which any difference is a
// false alarm, and twenty with one that is a tenth slower, in which none is a miss. Takes some minutes:
//   npm run -s build && node dist/bench/compare_evidence.js [COMPARISONS] [REPETITIONS] [OPERATIONS]
// Repetitions are bounded by operations, not by time: on a busy machine each then compiles and does the same.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ComparisonVerdict, compareRepetitions, NOISE_BAND } from '../src/lab/comparison.ts';
import { run } from '../src/lab/run.ts';
import { interleaved } from '../src/lab/sweep.ts';
import { type Repetition, repetitionOf } from '../src/lab/sweep_result.ts';

const [comparisons, repetitions, operations] = [20, 10, 60_000].map((otherwise, i) =>
  Number(process.argv[2 + i] ?? otherwise),
);
const METRICS = ['throughput', 'cpu-throughput'] as const;

const BASE = fileURLToPath(new URL('./planted_base.js', import.meta.url));
const SLOWER = fileURLToPath(new URL('./planted_slower.js', import.meta.url));

async function repeat(workloads: readonly string[]): Promise<Repetition[][]> {
  const sides: Repetition[][] = workloads.map(() => []);
  for (const { cell } of interleaved(workloads.length, repetitions)) {
    const result = await run({
      workload: workloads[cell],
      workers: 1,
      operations,
      memory: 4 * 2 ** 20,
      oracle: 'off',
      stats: 'off',
    });
    sides[cell].push(repetitionOf(result));
  }
  return sides;
}

async function verdicts(name: string, now: string): Promise<void> {
  const counts = Object.fromEntries(METRICS.map((metric) => [metric, {} as Record<string, number>]));
  const ratios: Record<string, number[]> = Object.fromEntries(METRICS.map((metric) => [metric, []]));
  for (let i = 0; i < comparisons; i++) {
    const [base, other] = await repeat([BASE, now]);
    const found = compareRepetitions(base, other, { noiseBand: NOISE_BAND, inCasUnits: false, seed: i });
    const line = METRICS.map((metric) => {
      const one = found.find((comparison) => comparison.metric === metric)!;
      counts[metric][one.verdict] = (counts[metric][one.verdict] ?? 0) + 1;
      ratios[metric].push(one.ratio ?? Number.NaN);
      return `${metric} ${one.verdict} (${one.ratio?.toFixed(3)}, p ${one.p?.toFixed(4)})`;
    });
    console.log(`${name} ${i + 1}: ${line.join('; ')}; load ${loadavg()[0].toFixed(1)}`);
  }
  for (const metric of METRICS) {
    const verdictsOf: readonly ComparisonVerdict[] = ['worse', 'better', 'same', 'cannot tell'];
    const text = verdictsOf.map((verdict) => `${verdict} ${counts[metric][verdict] ?? 0}`).join(', ');
    const sorted = ratios[metric].sort((a, b) => a - b);
    console.log(`== ${name}, ${metric}: ${text}; median ratio ${sorted[sorted.length >> 1].toFixed(3)}`);
  }
}

console.log(
  `${comparisons} comparisons of ${repetitions} repetitions a side, ${operations} operations each, noise band ${NOISE_BAND * 100} %`,
);
await verdicts('same code', BASE);
await verdicts('10 % slower', SLOWER);
process.exit(0);
