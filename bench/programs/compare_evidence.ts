// Shows what `framelab compare` detects: twenty comparisons of one workload with itself, in which any difference is a
// false alarm, and twenty with one that is a tenth slower, in which none is a miss. Takes some minutes:
//   npm run -s build && node dist/bench/programs/compare_evidence.js [COMPARISONS] [REPETITIONS] [OPERATIONS]
// Repetitions are bounded by operations, not by time: so each compiles and does the same even on a busy machine.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compareRepetitions, NOISE_BAND } from '../../src/compare/comparison.ts';
import { run } from '../../src/lab/run/run.ts';
import { interleaved } from '../../src/lab/sweep/plan.ts';
import type { ComparisonVerdict } from '../../src/results/comparison_result.ts';
import { type Repetition, repetitionOf } from '../../src/results/sweep_result.ts';

const [comparisons, repetitions, operations] = [20, 10, 60_000].map((otherwise, i) =>
  Number(process.argv[2 + i] ?? otherwise),
);
const METRICS = ['throughput', 'cpu-throughput'] as const;
const VERDICTS: readonly ComparisonVerdict[] = ['worse', 'better', 'same', 'cannot tell'];

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

/** The results of one kind of comparison so far. */
class Tally {
  private readonly name: string;
  private readonly now: string;
  private readonly verdicts = METRICS.map(() => [] as ComparisonVerdict[]);
  private readonly ratios = METRICS.map(() => [] as number[]);

  constructor(name: string, now: string) {
    this.name = name;
    this.now = now;
  }

  async compare(seed: number): Promise<void> {
    const [base, now] = await repeat([BASE, this.now]);
    const found = compareRepetitions(base, now, { noiseBand: NOISE_BAND, inCasUnits: false, seed });
    const texts = METRICS.map((metric, i) => {
      const { verdict, ratio, p } = found.find((comparison) => comparison.metric === metric)!;
      this.verdicts[i].push(verdict);
      this.ratios[i].push(ratio ?? Number.NaN);
      return `${metric} ${verdict} (${ratio?.toFixed(3)}, p ${p?.toFixed(4)})`;
    });
    console.log(`${this.name} ${seed + 1}: ${texts.join('; ')}; load ${loadavg()[0].toFixed(1)}`);
  }

  summary(): string {
    return METRICS.map((metric, i) => {
      const counts = VERDICTS.map(
        (verdict) => `${verdict} ${this.verdicts[i].filter((found) => found === verdict).length}`,
      );
      const sorted = [...this.ratios[i]].sort((a, b) => a - b);
      return `== ${this.name}, ${metric}: ${counts.join(', ')}; median ratio ${sorted[sorted.length >> 1].toFixed(3)}`;
    }).join('\n');
  }
}

console.log(
  `${comparisons} comparisons of ${repetitions} repetitions a side, ${operations} operations each, noise band ${NOISE_BAND * 100} %`,
);
const same = new Tally('same code', BASE);
const slower = new Tally('10 % slower', SLOWER);
// In turns, so that both run under the same conditions.
for (let i = 0; i < comparisons; i++) {
  await same.compare(i);
  await slower.compare(i);
}
console.log(`${same.summary()}\n${slower.summary()}`);
process.exit(0);
