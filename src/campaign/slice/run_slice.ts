import { run } from '../../lab/run/run.ts';
import { LabError } from '../../platform/error.ts';
import type { SliceFind } from '../ledger/lines.ts';
import type { RunCell, Slice } from '../plan/plan.ts';
import { exploreSlice } from './explore_slice.ts';
import { keyOfRun } from './find_key.ts';
import type { ReplayStore } from './replay_store.ts';
import { NO_FIGURES, refusedSlice, type SliceEnd } from './slice_end.ts';

/** Seeds of runs have 32 bits. */
const RUN_SEEDS = 2 ** 32;

/** Does a slice in this process. @throws what says nothing of the code: threads were given no time, files cannot be written */
export function doSlice(slice: Slice, store: ReplayStore, signal: AbortSignal): Promise<SliceEnd> {
  const { cell } = slice;
  return cell.kind === 'explore'
    ? exploreSlice({ ...slice, cell }, store, signal)
    : runSlice({ ...slice, cell }, signal);
}

/** One run of real threads. */
async function runSlice(
  { cell, seed }: Slice & { readonly cell: RunCell },
  signal: AbortSignal,
): Promise<SliceEnd> {
  try {
    const result = await run({ ...cell.options, seed: seed % RUN_SEEDS, signal });
    const finds = new Map<string, SliceFind>();
    const full = result.findings.map((finding) => {
      const key = keyOfRun(cell, finding);
      finds.set(key, { key, times: (finds.get(key)?.times ?? 0) + 1, first: 1 });
      return { key, finding, replay: null };
    });
    const { operations } = result.totals;
    const seconds = result.durations.measuredMs / 1000;
    return {
      finds: full,
      line: {
        end: result.outcome === 'interrupted' ? 'stopped' : 'done',
        figures: { ...NO_FIGURES, executions: 1, operations, seconds },
        finds: [...finds.values()],
      },
    };
  } catch (error) {
    if (error instanceof LabError && error.code === 'Usage') return refusedSlice(error.message);
    throw error;
  }
}
