import { errorFunction, wilcoxonRankSum } from 'simple-statistics';

/** Products of the sample sizes up to which the distribution is counted exactly. */
const EXACT_PRODUCT_MAX = 400;

export interface MannWhitney {
  /** Pairs in which the first sample's value is the larger, ties as halves: 0 to `a.length * b.length`. */
  readonly u: number;
  /** Two-sided: how probable a `u` so far from the middle is if both samples come from one distribution. */
  readonly p: number;
}

/**
 * Whether one sample tends to be larger than another (Mann and Whitney, 1947): makes no assumption on how values
 * are distributed. Exact for small samples without ties, else by the normal approximation, corrected for ties
 * and continuity.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  const pairs = a.length * b.length;
  if (pairs === 0) return { u: 0, p: 1 };
  const u = wilcoxonRankSum([...a], [...b]) - (a.length * (a.length + 1)) / 2;
  const ties = tieSizes([...a, ...b]);
  const p =
    ties.length === 0 && pairs <= EXACT_PRODUCT_MAX
      ? exactP(u, a.length, b.length)
      : normalP(u, a.length, b.length, ties);
  return { u, p: Math.min(1, p) };
}

/** By counting the arrangements of both samples that have each `u`. */
function exactP(u: number, m: number, n: number): number {
  const counts = arrangements(m, n);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const extreme = Math.min(u, m * n - u);
  let tail = 0;
  for (let k = 0; k <= extreme; k++) tail += counts[k];
  return (2 * tail) / all;
}

/** `counts[u]`: ways to choose m of m + n ranks whose statistic is u: the coefficients of a Gaussian binomial. */
function arrangements(m: number, n: number): number[] {
  const last = m * n;
  let counts = new Array<number>(last + 1).fill(0);
  counts[0] = 1;
  for (let i = 1; i <= m; i++) {
    // Times (1 - q^(n+i)), divided by (1 - q^i): both as running sums, in place.
    const next = [...counts];
    for (let k = last; k >= n + i; k--) next[k] -= next[k - n - i];
    for (let k = i; k <= last; k++) next[k] += next[k - i];
    counts = next;
  }
  return counts;
}

function normalP(u: number, m: number, n: number, ties: readonly number[]): number {
  const size = m + n;
  const tied = ties.reduce((sum, t) => sum + t ** 3 - t, 0);
  const variance = ((m * n) / 12) * (size + 1 - tied / (size * (size - 1)));
  if (!(variance > 0)) return 1;
  const z = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / Math.sqrt(variance);
  return 1 - errorFunction(z / Math.SQRT2);
}

/** How many share each tied value. */
function tieSizes(values: number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1);
}
