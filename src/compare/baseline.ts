import type { Environment } from '../results/environment.ts';
import type { Configuration } from '../results/run_result.ts';

/** Two cells of the same point, to be compared. */
export interface CellPair<Cell> {
  readonly base: Cell;
  readonly now: Cell;
}

/** The cells that both have. */
export function matchCells<Cell extends Comparable['cells'][number]>(
  base: { readonly cells: readonly Cell[] },
  now: { readonly cells: readonly Cell[] },
): CellPair<Cell>[] {
  if (base.cells.length === 1 && now.cells.length === 1) return [{ base: base.cells[0], now: now.cells[0] }];
  return now.cells.flatMap((cell) => {
    const match = base.cells.find((other) => pointKey(other) === pointKey(cell));
    return match === undefined ? [] : [{ base: match, now: cell }];
  });
}

/** What decides whether a sweep can be compared: known before it runs. */
export interface Comparable {
  readonly environment: Environment;
  readonly cells: readonly { readonly configuration: Configuration }[];
}

/** Why two results cannot be compared fairly, each a sentence; empty if they can. */
export function differences(base: Comparable, now: Comparable): string[] {
  const found = environmentDifferences(base.environment, now.environment);
  const pairs = matchCells(base, now);
  if (pairs.length === 0) {
    found.push(`they have no configuration in common: ${described(base)} then, ${described(now)} now`);
  }
  for (const pair of pairs) {
    for (const text of configurationDifferences(pair.base.configuration, pair.now.configuration)) {
      if (!found.includes(text)) found.push(text);
    }
  }
  return found;
}

function described({ cells }: Comparable): string {
  const names = cells.map(
    ({ configuration: c }) =>
      `${c.workers} ${c.workers === 1 ? 'worker' : 'workers'} ${c.allocator} ${c.lock}`,
  );
  return names.length === 0 ? 'none' : [...new Set(names)].join(', ');
}

/** What identifies a machine. */
const ENVIRONMENT_FIELDS = ['node', 'platform', 'arch', 'cpuModel', 'cores'] as const;

/** The differences of machine or Node.js that make times incomparable. */
export function environmentDifferences(base: Environment, now: Environment): string[] {
  return ENVIRONMENT_FIELDS.filter((field) => base[field] !== now[field]).map(
    (field) => `${field}: ${base[field]} then, ${now[field]} now`,
  );
}

/** The options that change the work. The seed is not among them: repetitions differ in it anyway. */
const CONFIGURATION_FIELDS = [
  'workload',
  'workloadParams',
  'mix',
  'workers',
  'durationMs',
  'operations',
  'warmup',
  'memoryBytes',
  'map',
  'hotplugBytes',
  'allocator',
  'params',
  'lock',
  'stats',
  'oracle',
  'injectDelay',
] as const;

function configurationDifferences(base: Configuration, now: Configuration): string[] {
  return CONFIGURATION_FIELDS.filter(
    (field) => JSON.stringify(base[field]) !== JSON.stringify(now[field]),
  ).map((field) => `${field}: ${JSON.stringify(base[field])} then, ${JSON.stringify(now[field])} now`);
}

function pointKey(cell: Comparable['cells'][number]): string {
  return JSON.stringify([cell.configuration.workers, cell.configuration.lock, cell.configuration.allocator]);
}
