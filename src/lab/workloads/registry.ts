import { LabError } from '../../platform/error.ts';
import { nearest } from '../../platform/nearest.ts';
import { churn } from './churn.ts';
import { cpuHotplug } from './cpu_hotplug.ts';
import { fragment } from './fragment.ts';
import { hotplug } from './hotplug.ts';
import { ktest } from './ktest.ts';
import { larson } from './larson.ts';
import { lru } from './lru.ts';
import { mstress } from './mstress.ts';
import { pressure } from './pressure.ts';
import { pressureIdle } from './pressure_idle.ts';
import { refcount } from './refcount.ts';
import { scatterGather } from './scatter_gather.ts';
import { sh6bench } from './sh6bench.ts';
import type { Workload } from './workload.ts';
import { xmalloc } from './xmalloc.ts';

const WORKLOADS: readonly Workload[] = [
  ktest,
  churn,
  larson,
  xmalloc,
  mstress,
  sh6bench,
  fragment,
  refcount,
  pressure,
  pressureIdle,
  hotplug,
  lru,
  scatterGather,
  cpuHotplug,
];

/** All workloads, in the order of lists. */
export function workloads(): readonly Workload[] {
  return WORKLOADS;
}

/** The workload of that name. @throws `Usage`, naming those that exist */
export function workload(name: string): Workload {
  const found = WORKLOADS.find((each) => each.name === name);
  if (found === undefined) {
    const names = WORKLOADS.map((each) => each.name);
    const near = nearest(name, names);
    throw new LabError(
      'Usage',
      `workload '${name}': must be one of ${names.join(', ')}${near === null ? '' : `; did you mean '${near}'?`}`,
    );
  }
  return found;
}
