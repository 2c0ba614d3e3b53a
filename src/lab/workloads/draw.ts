/**
 * `draw`, an unsigned 32-bit number, as an index in `[0, bound)`.
 *
 * Workloads draw first and look at their state afterwards: so the bounds of a draw never depend on what happened, and a
 * worker's sequence of draws is the same on every run of a seed.
 */
export function choose(draw: number, bound: number): number {
  return Math.floor((draw / 0x1_0000_0000) * bound);
}
