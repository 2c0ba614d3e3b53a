import { faultWords } from '../../intercept/faults/nemesis_grammar.ts';
import { strategyType } from '../../strategies/registry.ts';
import { where } from '../options/where.ts';
import { isLong } from './job_count.ts';
import { DEFAULTS, type Search } from './search.ts';

/** The arguments of `framelab` that explore in the same way again, whatever is as by default left out. */
export function exploreArguments({ scenario, request }: Pick<Search, 'scenario' | 'request'>): string[] {
  const {
    seed,
    strategy,
    params,
    threads,
    schedules,
    schedulesWithWorkers,
    stepLimit,
    spinLimit,
    hangMs,
    timeouts,
    jobs,
  } = request;
  const { named } = request.knownFinds ?? {};
  const { program } = request;
  const args = [
    'explore',
    ...(program === undefined ? [scenario] : ['--program', scenario]),
    '--seed',
    `${seed}`,
    '--strategy',
    strategy,
  ];
  const usual = strategyType(strategy)?.params ?? {};
  for (const [name, value] of Object.entries(params)) {
    if (value !== usual[name]?.default) args.push('--param', `${name}=${value}`);
  }
  const add = (option: string, value: string | number | undefined, usual?: string | number): void => {
    if (value !== undefined && value !== usual) args.push(`--${option}`, `${value}`);
  };
  add('threads', threads);
  // One of the two defaults was replaced, or both.
  const isUsual = schedules === DEFAULTS.schedules && schedulesWithWorkers === DEFAULTS.schedulesWithWorkers;
  add('schedules', isUsual ? undefined : schedules);
  add('steps', stepLimit, DEFAULTS.stepLimit);
  add('spin', spinLimit, DEFAULTS.spinLimit);
  add('hang', `${hangMs}ms`, `${DEFAULTS.hangMs}ms`);
  add('timeouts', timeouts);
  // How many there are by default depends on the machine, where a search is long.
  add('jobs', jobs, isLong(request) ? undefined : 1);
  add('known', named);
  if (request.raceEffects) args.push('--race-effects');
  else if (request.races) args.push('--races');
  for (const { at, reason } of request.allowRaces ?? []) args.push('--allow-race', `${at}=${reason}`);
  for (const fault of faultWords(request.faults ?? {})) args.push('--fault', fault);
  if (request.coverage) args.push('--coverage');
  if (request.all) args.push('--all');
  if (program === undefined) return args;
  add('exit-code', program.exitCode, 0);
  add('check', program.check === undefined ? undefined : where(program.check));
  return program.args.length === 0 ? args : [...args, '--', ...program.args];
}
