import type { Line, SliceLine } from '#src/campaign/ledger/lines.js';
import type { Cell, ExploreCell, Plan } from '#src/campaign/plan/plan.js';
import { planOf } from '#src/campaign/plan/plan_file.js';
import { NO_FIGURES } from '#src/campaign/slice/slice_end.js';

// Plans and lines as tests want them, without anything run.

export function exploreCell(id: string, more: Partial<ExploreCell> = {}): ExploreCell {
  return {
    kind: 'explore',
    id,
    slices: 3,
    scenario: `${id}.mjs`,
    hash: '0'.repeat(64),
    strategy: 'random',
    params: {},
    schedules: 100,
    options: {},
    ...more,
  };
}

export function plan(...cells: readonly Cell[]): Plan {
  return planOf({ framelab: '0', createdAt: '2026-01-01T00:00:00Z', seed: 1000, cells });
}

export const ON = { node: '20.0.0', framelab: '0', platform: 'linux', arch: 'x64' } as const;

/** A slice that was done. */
export function done(
  slice: string,
  more: Partial<Omit<SliceLine, 'figures'>> & { figures?: Partial<SliceLine['figures']> } = {},
): SliceLine {
  const { figures, ...others } = more;
  return {
    v: 1,
    t: 'slice',
    plan: 'p',
    worker: 'w',
    at: 1,
    slice,
    on: ON,
    end: 'done',
    finds: [],
    ...others,
    figures: { ...NO_FIGURES, executions: 100, seconds: 1, ...figures },
  };
}

export function find(slice: string, key: string, message = 'it fails', worker = 'w', at = 1): Line {
  const finding = {
    verdict: 'check',
    blames: 'code',
    message,
    details: [],
    cause: null,
    thread: null,
    places: [],
    evidence: null,
  } as const;
  return { v: 1, t: 'find', plan: 'p', worker, at, slice, key, finding, replay: null };
}
