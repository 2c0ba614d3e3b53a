import { TOOL_VERSION } from '../../platform/version.ts';
import type { LineContent } from '../ledger/ledger.ts';
import type { FindLine, SliceFigures, SliceLine } from '../ledger/lines.ts';

/** What came of a slice: the kinds of failure that this worker met for the first time, and the line of its end. */
export interface SliceEnd {
  readonly finds: readonly Omit<FindLine, 'v' | 'plan' | 'worker' | 'at' | 't' | 'slice'>[];
  readonly line: Omit<SliceLine, 'v' | 'plan' | 'worker' | 'at' | 't' | 'slice' | 'on'>;
}

export const NO_FIGURES: SliceFigures = {
  executions: 0,
  pruned: 0,
  steps: 0,
  operations: 0,
  seconds: 0,
  exhausted: false,
  complete: false,
  atomicsComplete: false,
  unwatched: [],
  remarks: [],
};

/** One that cannot be done. */
export function refusedSlice(why: string, end: 'refused' | 'crashed' = 'refused'): SliceEnd {
  return { finds: [], line: { end, why, figures: NO_FIGURES, finds: [] } };
}

/** As a line of a ledger. */
export function sliceLine(slice: string, { line }: SliceEnd): LineContent {
  const { node, platform, arch } = {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
  };
  return { t: 'slice', slice, on: { node, framelab: TOOL_VERSION, platform, arch }, ...line };
}
