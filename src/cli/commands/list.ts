import { allocatorTypes, DEFAULT_ALLOCATOR } from '../../allocators/registry.ts';
import type { StrategyParam, StrategyParams } from '../../control/thread/strategy.ts';
import { DEFAULT_WORKLOAD } from '../../lab/run/run_options.ts';
import { workloads } from '../../lab/workloads/registry.ts';
import type { Workload } from '../../lab/workloads/workload.ts';
import { MEMORY_MAP_PRESETS } from '../../mm/boot/memory_map.ts';
import { describeStrategies } from '../../strategies/describe.ts';
import { DEFAULT_LOCK_KIND, lockKinds, missingLockKinds } from '../../sync/registry.ts';
import { defineCommand } from '../command.ts';
import { BARE_OUTPUT } from '../groups/output.ts';
import { type OneOf, rangeText } from '../option_kinds.ts';
import { readValue } from '../options.ts';
import { paramOption } from '../strategy_params.ts';

/** One thing that can be chosen. */
interface Thing {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  /** False if it needs a package that is not installed. */
  readonly available: boolean;
  /** For a strategy: it runs no schedule twice. */
  readonly systematic?: boolean;
  /** Its parameters, if known. */
  readonly params?: StrategyParams;
  /** For a workload: the kinds of operations that it counts. */
  readonly operations?: readonly string[];
  /** For a workload: what `--mix` may be; null if its sizes of blocks are fixed. */
  readonly mix?: Workload['mix'] | null;
}

/** What is listed, in this order: a line for each kind. */
const THINGS: Readonly<Record<string, () => Thing[]>> = {
  workloads: describeWorkloads,
  allocators: () => described(allocatorTypes(), DEFAULT_ALLOCATOR),
  locks: () => [...described(lockKinds(), DEFAULT_LOCK_KIND), ...described(missingLockKinds(), null)],
  maps: () => described(MEMORY_MAP_PRESETS, 'small'),
  strategies: () => describeStrategies().map((strategy) => ({ ...strategy, available: true })),
};

const KIND: OneOf = { kind: 'one-of', value: 'KIND', of: Object.keys(THINGS), help: 'what to list' };

/** `framelab list`. */
export const listCommand = defineCommand({
  usage: [`[${KIND.of.join('|')}] [options]`],
  about: 'Lists what `framelab run` and `framelab explore` can be told to use.',
  operands: { name: 'KIND', least: 0, most: 1 },
  options: { json: { ...BARE_OUTPUT.json, help: 'write it as JSON to a file, or to standard output' } },
  endings: { ok: 'listed', usage: true },
  async run({ values, operands }, io) {
    const kinds = operands.length === 0 ? KIND.of : [readValue('kind', KIND, operands[0])];
    const things = Object.fromEntries(kinds.map((kind) => [kind, THINGS[kind]()]));
    if (values.json === undefined) io.text(asText(things));
    io.json(things, 2);
    return 'ok';
  },
});

/** @param usual the name of the default; null if these things are not installed */
function described(
  things: Iterable<{ readonly name: string; readonly description: string }>,
  usual: string | null,
): Thing[] {
  return Array.from(things, ({ name, description }) => ({
    name,
    description,
    isDefault: name === usual,
    available: usual !== null,
  }));
}

function describeWorkloads(): Thing[] {
  return workloads().map(({ name, description, params = {}, operations, mix = null }) => ({
    name,
    description,
    isDefault: name === DEFAULT_WORKLOAD,
    available: true,
    params,
    operations,
    mix,
  }));
}

function asText(things: Record<string, Thing[]>): string {
  const width = Math.max(...Object.values(things).flatMap((list) => list.map((thing) => thing.name.length)));
  return Object.entries(things)
    .map(([kind, list]) => {
      const lines = list.flatMap((thing) => {
        const { name, description, isDefault, available, systematic } = thing;
        const note = isDefault
          ? ' (default)'
          : !available
            ? ' (not installed)'
            : systematic
              ? ' (systematic)'
              : '';
        return [
          `  ${name.padEnd(width)}  ${description}${note}`,
          ...choicesOf(kind, thing).map((line) => `  ${' '.repeat(width)}  ${line}`),
        ];
      });
      return `${kind}\n${lines.join('\n')}\n`;
    })
    .join('\n');
}

/** What can be chosen about it, a line each. */
function choicesOf(kind: string, { params = {}, mix }: Thing): string[] {
  const option = kind === 'workloads' ? '--workload-param' : '--param';
  const lines = Object.entries(params).map(([param, spec]) => `${option} ${param}=N: ${paramText(spec)}`);
  if (!mix) return lines;
  const { framesMax, usual } = mix;
  const sizes = `the sizes of its blocks (1 to ${framesMax} frames; default: ${usual})`;
  return [...lines, `--mix FRAMES:WEIGHT,...: ${sizes}`];
}

function paramText(param: StrategyParam): string {
  return `${param.description} (${rangeText(paramOption(param))}; default: ${param.default})`;
}
