import { join } from 'node:path';
import { DEFAULT_ALLOCATOR } from '../../../allocators/registry.ts';
import type { Trial } from '../../../campaign/plan/calibrate.ts';
import { CAMPAIGN_STRATEGIES, makePlan, type PlanAsked } from '../../../campaign/plan/make_plan.ts';
import type { Cell, Plan } from '../../../campaign/plan/plan.ts';
import { writePlan } from '../../../campaign/plan/plan_file.ts';
import { slicesText } from '../../../campaign/plan/size_text.ts';
import { TIMEOUT_NAMES } from '../../../control/words/layout.ts';
import { BOUNDS } from '../../../explore/options/bounds.ts';
import { drawSeed } from '../../../explore/search/search.ts';
import { workloads } from '../../../lab/workloads/registry.ts';
import { callCommand, quoted } from '../../../platform/call_command.ts';
import { LabError } from '../../../platform/error.ts';
import { isModulePath } from '../../../platform/module_path.ts';
import { parseDuration } from '../../../platform/units.ts';
import { ensureWritableFolder } from '../../../platform/write_file.ts';
import { STRATEGY_NAMES } from '../../../strategies/registry.ts';
import { DEFAULT_LOCK_KIND } from '../../../sync/registry.ts';
import { defineCommand } from '../../command.ts';
import { CAMPAIGNS } from '../../groups/campaign.ts';
import { LIMITS } from '../../groups/exploring.ts';
import { MACHINE, namesOf, WORK } from '../../groups/machine.ts';
import { seedOption } from '../../groups/seed.ts';
import type { Given, OptionSpecs } from '../../options.ts';
import { scenariosOf } from '../../scenarios.ts';
import { STRATEGY_PARAM, strategyParams } from '../../strategy_params.ts';

const SLICE_MS = 10_000;
const SLICES = 30;
const SLICES_MAX = 1_000_000;
const SHARES_MAX = 65_536;

const WHAT = {
  program: {
    kind: 'text',
    value: 'FILE',
    repeated: true,
    help: 'a whole program by its main file; may be repeated',
  },
  strategy: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: STRATEGY_NAMES,
    orFile: { is: isModulePath, called: 'the path of a module' },
    help: 'how interleavings are chosen',
    default: `${CAMPAIGN_STRATEGIES.join(',')}; of programs without dpor`,
  },
  param: STRATEGY_PARAM,
  workload: {
    kind: 'one-of',
    value: 'NAME',
    list: true,
    of: namesOf(workloads()),
    orFile: { is: isModulePath, called: 'the path of a module' },
    help: 'runs of real threads, with every --allocator and every --lock',
  },
  allocator: MACHINE.allocator,
  lock: MACHINE.lock,
  workers: { ...WORK.workers, list: undefined, help: 'worker threads of a run' },
  memory: MACHINE.memory,
  oracle: WORK.oracle,
} as const satisfies OptionSpecs;

const SIZE = {
  slice: {
    kind: 'custom',
    value: 'TIME|N',
    read: sliceOf,
    must: 'a time, as in 10s, or a number of schedules (of runs: operations of each worker)',
    help: 'how much a slice holds: what is done in that time here, by a trial of each cell, or N',
    default: '10s',
  },
  slices: {
    kind: 'whole',
    min: 1,
    max: SLICES_MAX,
    help: 'slices of each cell that is random',
    default: SLICES,
  },
  shares: {
    kind: 'whole',
    min: 1,
    max: SHARES_MAX,
    help: 'shares of the one search of dpor, each up to 30 times as long as a slice',
    default: '1 where a trial ends it, else 16',
  },
  schedules: {
    kind: 'whole',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    help: 'schedules of each cell in all, instead of a number of slices',
  },
  seed: seedOption(BOUNDS.seed[1]),
} as const satisfies OptionSpecs;

const SEARCH = {
  threads: {
    kind: 'whole',
    min: BOUNDS.threads[0],
    max: BOUNDS.threads[1],
    help: 'threads of scenarios',
    default: 'what each exports, else 2',
  },
  timeouts: { kind: 'one-of', value: 'WHEN', of: TIMEOUT_NAMES, help: 'as of `framelab explore`' },
  races: { kind: 'switch', help: 'look at plain accesses, too' },
  'race-effects': { kind: 'switch', help: 'go past data races to what they do' },
  coverage: {
    kind: 'switch',
    help: 'count the behaviours that schedules show: curves, and the chance of a new one (costs up to a third)',
  },
  steps: LIMITS.steps,
  spin: LIMITS.spin,
  hang: LIMITS.hang,
  known: { kind: 'text', value: 'FILE', help: 'known findings, which do not count' },
  'exit-code': {
    kind: 'whole',
    min: 0,
    max: 255,
    help: 'the exit code of programs that is right',
    default: 0,
  },
  check: { kind: 'text', value: 'FILE', help: 'a module whose check() looks at the end of programs' },
} as const satisfies OptionSpecs;

const OUTPUT = {
  output: {
    kind: 'text',
    short: 'o',
    value: 'DIR',
    help: 'the folder of the campaign',
    default: `${CAMPAIGNS}/ and the time`,
  },
  quiet: { kind: 'switch', short: 'q', help: 'print nothing' },
} as const satisfies OptionSpecs;

const OPTIONS = { ...WHAT, ...SIZE, ...SEARCH, ...OUTPUT };

/** `framelab campaign plan`. */
export const planCommand = defineCommand({
  usage: ['[FILE|DIR...] [options]'],
  about: `
Makes the plan of a campaign: scenarios and programs by several strategies, and workloads with several allocators and locks,
cut into slices that any number of processes and machines can share. Each cell is tried for a second, so that what cannot be
run is refused now. A plan never changes; paths in it are relative to this folder.`,
  operands: { name: 'FILE|DIR', least: 0, most: Number.POSITIVE_INFINITY },
  options: OPTIONS,
  groups: { 'What is run': WHAT, 'How much': SIZE, 'The search': SEARCH, Output: OUTPUT },
  examples: [
    'framelab campaign plan test/scenarios -o night && framelab campaign run night',
    'framelab campaign plan queue.mjs --strategy pct,surw --schedules 1000000 -o queue',
    'framelab campaign plan --workload churn,fragment --lock mcs,ticket --slices 5 -o stress',
  ],
  endings: { ok: 'the plan is written', usage: true, crashed: true },
  async run(given, io) {
    const folder =
      given.values.output ?? join(CAMPAIGNS, new Date().toISOString().slice(0, 19).replace(/:/g, '-'));
    ensureWritableFolder(folder);
    const plan = await makePlan({
      ...planAsked(given),
      signal: io.interrupt,
      onTried: (cell, trial) => {
        io.live(`tried ${cell.id}`);
        if (!io.quiet) io.line(cellLine(cell, trial));
      },
    });
    writePlan(folder, plan);
    if (!io.quiet) io.line(`${planLine(plan)}\nRun it with: ${callCommand()} campaign run ${quoted(folder)}`);
    return 'ok';
  },
});

function planAsked({ values, operands }: Given<typeof OPTIONS>): Omit<PlanAsked, 'signal' | 'onTried'> {
  const {
    program = [],
    check,
    workload = [],
    allocator = [DEFAULT_ALLOCATOR],
    lock = [DEFAULT_LOCK_KIND],
    slices,
    schedules,
  } = values;
  const exitCode = values['exit-code'];
  if (slices !== undefined && schedules !== undefined)
    throw new LabError('Usage', '--slices and --schedules: give one of them, not both');
  if (program.length === 0 && (check !== undefined || exitCode !== undefined))
    throw new LabError('Usage', '--exit-code and --check are for programs: give a main file by --program');
  if (workload.length === 0 && (values.allocator ?? values.lock ?? values.workers) !== undefined)
    throw new LabError('Usage', '--allocator, --lock and --workers are for runs: name a --workload');
  const { workers, memory, oracle } = values;
  return {
    scenarios: operands.length === 0 ? [] : scenariosOf(operands),
    programs: program.map((file) => ({ file, args: [], exitCode: exitCode ?? 0, check })),
    strategies: values.strategy,
    params: strategyParams(values.param),
    options: exploring(values),
    runs: workload.flatMap((name) =>
      allocator.flatMap((allocatorName) =>
        lock.map((lockName) => ({
          workload: name,
          allocator: allocatorName,
          lock: lockName,
          workers,
          memory,
          oracle,
          warmup: 'off' as const,
        })),
      ),
    ),
    seed: values.seed ?? drawSeed(),
    slices: slices ?? SLICES,
    shares: values.shares,
    schedules,
    slice: values.slice ?? { ms: SLICE_MS },
  };
}

function exploring(values: Given<typeof OPTIONS>['values']): PlanAsked['options'] {
  const { threads, timeouts, races, coverage, steps, spin, hang, known } = values;
  return {
    threads,
    timeouts,
    races,
    raceEffects: values['race-effects'],
    coverage,
    stepLimit: steps,
    spinLimit: spin,
    hangMs: hang,
    known,
  };
}

function cellLine(cell: Cell, { found }: Trial): string {
  const already = found.length === 0 ? '' : `; found in the trial already: ${found.join('; ')}`;
  return `${cell.id}: ${slicesText(cell)}${already}`;
}

function planLine(plan: Plan): string {
  const slices = plan.cells.reduce((sum, cell) => sum + cell.slices, 0);
  return `${plan.cells.length} cells, ${slices} slices, seed ${plan.seed}`;
}

function sliceOf(text: string): PlanAsked['slice'] | undefined {
  if (/^[1-9]\d{0,9}$/.test(text)) return { count: Number(text) };
  try {
    const ms = parseDuration(text) / 1e6;
    return ms >= 1 ? { ms } : undefined;
  } catch {
    return undefined;
  }
}
