/** From here on percents are harder to read than a factor. */
const FACTOR_MIN = 10;

/** A ratio of new to base as people read it: `+8.4 %`, `-50.0 %`, `x229`. */
export function percentChange(ratio: number): string {
  if (ratio >= FACTOR_MIN) return `x${ratio < 100 ? ratio.toFixed(1) : Math.round(ratio)}`;
  const change = (ratio - 1) * 100;
  return `${change >= 0 ? '+' : '-'}${Math.abs(change).toFixed(1)} %`;
}
