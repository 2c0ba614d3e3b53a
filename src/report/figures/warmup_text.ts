import { formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { SweepCell } from '../../results/sweep_result.ts';
import { type Warmup, type WarmupEnd, warmupArgument } from '../../results/warmup.ts';
import { formatMany } from './format.ts';

/** The warm-up that was asked for. */
export function warmupAsked(warmup: Warmup): string {
  if (warmup === 'steady') return 'until steady';
  if (warmup === 'off') return 'none';
  return 'durationMs' in warmup
    ? warmupArgument(warmup, formatDuration)
    : `${formatMany(warmup.operations, 'operation')} per worker`;
}

const ENDED: Readonly<Record<WarmupEnd, string>> = {
  steady: 'steady',
  'not steady': 'not steady in the time for it',
  'as asked': 'as asked',
  'cut off': 'cut off: nothing was measured',
};

/** The warm-up that was done, in a line. */
export function warmupText({ warmup, configuration }: RunResult): string {
  if (warmup === null) return configuration.warmup === 'off' ? 'none' : 'none was begun';
  const unsteady = warmup.workers.filter(({ steady }) => !steady).map(({ worker }) => worker);
  const who =
    unsteady.length === 0 || warmup.ended === 'cut off'
      ? ''
      : unsteady.length === warmup.workers.length
        ? ' (no worker was steady by then)'
        : ` (${unsteady.length === 1 ? 'worker' : 'workers'} ${unsteady.join(', ')} ${unsteady.length === 1 ? 'was' : 'were'} not steady by then)`;
  return `${formatMany(warmup.operations, 'operation')} in ${formatDuration(warmup.durationMs * 1e6)}, ${ENDED[warmup.ended]}${who}`;
}

/** The warm-up of a sweep's repetitions; null if none. */
export function sweepWarmupText(cells: readonly SweepCell[]): string | null {
  const all = cells.flatMap((cell) =>
    cell.repetitions.flatMap(({ warmup }) => (warmup === null ? [] : [warmup])),
  );
  const [first] = cells;
  if (first === undefined || all.length === 0) return null;
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  const unsteady = all.filter(({ ended }) => ended === 'not steady').length;
  const steadyText = unsteady === 0 ? '' : `, ${unsteady} of ${all.length} not steady in the time for it`;
  return `Each after a warm-up ${first.configuration.warmup === 'steady' ? 'until steady' : `of ${warmupAsked(first.configuration.warmup)}`}, left out (${formatDuration(middle(all.map(({ durationMs }) => durationMs)) * 1e6)} and ${formatMany(middle(all.map(({ operations }) => operations)), 'operation')} at the median${steadyText}).`;
}
