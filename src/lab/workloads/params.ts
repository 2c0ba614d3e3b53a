import { LabError } from '../../platform/error.ts';
import { nearest } from '../../platform/nearest.ts';
import { show } from '../../platform/options_check.ts';
import type { Workload, WorkloadParam } from './workload.ts';

/**
 * The values of a workload's parameters: as given, else by default.
 *
 * @throws `Usage` for a name that the workload does not have, and for a value that is not allowed
 */
export function workloadParams(
  workload: Pick<Workload, 'name' | 'params'>,
  given: Readonly<Record<string, number>>,
): Record<string, number> {
  const { params = {} } = workload;
  const values = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default]));
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(params, name)) throw noSuchParam(workload.name, name, Object.keys(params));
    requireAllowed(`parameter ${name} of workload ${workload.name}`, params[name], value);
    values[name] = value;
  }
  return values;
}

function requireAllowed(what: string, { least, most }: WorkloadParam, value: unknown): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw new LabError('Usage', `${what} is ${show(value)}; allowed: whole numbers from ${least} to ${most}`);
}

function noSuchParam(workload: string, name: string, names: readonly string[]): LabError {
  const near = nearest(name, names);
  const there = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const hint = near === null ? '' : `; did you mean '${near}'?`;
  return new LabError('Usage', `workload ${workload} has no parameter '${name}': ${there}${hint}`);
}
