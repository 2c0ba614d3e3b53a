import { canonical } from '../../platform/canonical_json.ts';
import type { CampaignBehaviours, CampaignCell } from '../../results/campaign_result.ts';
import { type BehaviourSample, countsOf, unionOf } from '../ledger/behaviour_sample.ts';
import type { SliceEnvironment, SliceLine } from '../ledger/lines.ts';
import type { Cell, ExploreCell, Slice } from '../plan/plan.ts';
import type { Tally } from './tally.ts';

/** Of nothing in n, the chance is below 3 in n with 95 % confidence: the rule of three. */
const RULE_OF_THREE = 3;

/** How each cell stands: one row for each environment in which slices of it were done. */
export function cellsOf(cells: readonly Cell[], slices: readonly Slice[], tally: Tally): CampaignCell[] {
  return cells.flatMap((cell) => {
    const own = slices.filter((slice) => slice.cell.id === cell.id);
    const byEnvironment = new Map<string, SliceLine[]>();
    for (const { id } of own) {
      const line = tally.endOf(id);
      if (line?.end !== 'done') continue;
      const key = canonical(line.on);
      byEnvironment.set(key, [...(byEnvironment.get(key) ?? []), line]);
    }
    const rows = [...byEnvironment.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lines]) => lines);
    return rows.length === 0
      ? [rowOf(cell, own.length, [], null)]
      : rows.map((lines) => rowOf(cell, own.length, lines, lines[0].on));
  });
}

function rowOf(
  cell: Cell,
  planned: number,
  done: readonly SliceLine[],
  environment: SliceEnvironment | null,
): CampaignCell {
  const sum = (of: (line: SliceLine) => number): number => done.reduce((total, line) => total + of(line), 0);
  const all = (of: (line: SliceLine) => readonly string[]): string[] => [...new Set(done.flatMap(of))];
  const seconds = sum(({ figures }) => figures.seconds);
  const executions = sum(({ figures }) => figures.executions);
  const pruned = sum(({ figures }) => figures.pruned);
  const operations = sum(({ figures }) => figures.operations);
  const work = cell.kind === 'run' ? operations : executions + pruned;
  return {
    id: cell.id,
    kind: cell.kind,
    subject: subjectOf(cell),
    how: howOf(cell),
    environment,
    slices: { planned, done: done.length },
    executions,
    pruned,
    steps: sum(({ figures }) => figures.steps),
    operations,
    seconds,
    perSecond: seconds > 0 ? work / seconds : null,
    failed: sum(({ finds }) => finds.reduce((times, find) => times + find.times, 0)),
    kinds: all(({ finds }) => finds.map(({ key }) => key)).sort(),
    complete: isWhole(cell, planned, done, ({ figures }) => figures.complete),
    atomicsComplete: isWhole(cell, planned, done, ({ figures }) => figures.atomicsComplete),
    unwatched: all(({ figures }) => figures.unwatched),
    remarks: all(({ figures }) => figures.remarks),
    behaviours: behavioursOf(cell, done),
  };
}

/** What a cell runs, and how, as people read it. */
export function subjectOf(cell: Cell): string {
  return cell.kind === 'run' ? (cell.options.workload ?? '') : cell.scenario;
}

function howOf(cell: Cell): string {
  if (cell.kind === 'run') {
    const { allocator, lock, workers } = cell.options;
    return [allocator, lock, workers === undefined ? undefined : `${workers} workers`]
      .filter(Boolean)
      .join(', ');
  }
  const params = Object.entries(cell.params).map(([name, value]) => `${name}=${value}`);
  return params.length === 0 ? cell.strategy : `${cell.strategy} (${params.join(', ')})`;
}

/** Shares are complete together, and only if none is missing; another slice may be so by itself. */
function isWhole(
  cell: Cell,
  planned: number,
  done: readonly SliceLine[],
  is: (line: SliceLine) => boolean,
): boolean {
  if (cell.kind === 'run') return false;
  return cell.shares === true ? done.length === planned && planned > 0 && done.every(is) : done.some(is);
}

function behavioursOf(cell: Cell, done: readonly SliceLine[]): CampaignBehaviours | undefined {
  const samples = done.flatMap(({ behaviours }) => behaviours ?? []);
  if (cell.kind === 'run' || samples.length === 0) return undefined;
  const curve: [number, number][] = [];
  let union: BehaviourSample | undefined;
  for (const sample of samples) {
    union = union === undefined ? sample : unionOf([union, sample]);
    const { schedules, distinct } = countsOf(union);
    curve.push([schedules, distinct]);
  }
  const { schedules, distinct, once, sampled } = countsOf(union as BehaviourSample);
  const repeats = isRandom(cell) && schedules > 0;
  return {
    schedules,
    distinct,
    once,
    sampled,
    chanceOfNew: repeats && once > 0 ? once / schedules : null,
    chanceBelow: repeats && once === 0 ? Math.min(1, RULE_OF_THREE / schedules) : null,
    curve,
  };
}

/** Its schedules are drawn, so that what was seen once says how much was not seen yet. */
function isRandom({ strategy, shares }: ExploreCell): boolean {
  return shares !== true && strategy !== 'dpor' && strategy !== 'dfs';
}
