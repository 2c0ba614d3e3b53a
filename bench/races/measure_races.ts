import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Session } from '../../src/explore/scenario/session.ts';
import { draftOf, parse } from '../../src/intercept/plain/rewrite/rewrite.ts';
import { nowNs } from '../../src/platform/clock.ts';
import type { OverheadResult } from '../figures/bench_result.ts';
import { median, spread } from '../figures/statistics.ts';
import { ACCESSES, KERNELS } from './kernels.ts';

/** A schedule itself costs as much as thousands of accesses: there are enough of them in each. */
const SCHEDULES = { quick: 30, full: 100 };
const RUNS = { quick: 3, full: 7 };
/** Of the steps of a schedule of 15 there are enough for a rate. */
const STEPS_SCHEDULES = { quick: 3000, full: 20_000 };
const THREADS = 2;

/**
 * What `--races` costs: for each kind of plain access, of one access, with instrumentation and detector together and
 * without both; of one schedule of atomic operations; and of loading one MB of a module beside parsing it.
 */
export async function measureRaces(
  quick: boolean,
  progress: (what: string) => void,
): Promise<OverheadResult[]> {
  const effort = quick ? 'quick' : 'full';
  const results: OverheadResult[] = [];
  for (const name of Object.keys(KERNELS)) {
    progress(`races: ${name}`);
    const url = new URL('./plain_scenario.js', import.meta.url);
    url.searchParams.set('kernel', name);
    const each = SCHEDULES[effort] * THREADS * ACCESSES;
    results.push(await pair(`races, ${name}`, url.href, SCHEDULES[effort], each, RUNS[effort]));
  }
  progress('races: schedules');
  const steps = new URL('./steps_scenario.js', import.meta.url).href;
  const schedules = STEPS_SCHEDULES[effort];
  results.push(
    await pair('races, a schedule of atomic operations', steps, schedules, schedules, RUNS[effort]),
  );
  progress('races: loading');
  results.push(loading(RUNS[effort]));
  return results;
}

/** The same schedules with and without, by turns, each in a session that is warm. */
async function pair(
  name: string,
  scenario: string,
  schedules: number,
  each: number,
  runs: number,
): Promise<OverheadResult> {
  const without = await open(scenario, false);
  const withIt = await open(scenario, true);
  const times: { without: number; with: number }[] = [];
  try {
    for (let run = -1; run < runs; run++) {
      const one = await timeOf(without, schedules);
      const two = await timeOf(withIt, schedules);
      if (run >= 0) times.push({ without: one / each, with: two / each });
    }
  } finally {
    await without.close();
    await withIt.close();
  }
  return cost(name, times);
}

function open(scenario: string, races: boolean): Promise<Session> {
  const limits = { stepLimit: 10_000, spinLimit: 2, hangMs: 10_000 };
  return Session.open({ scenario, threads: THREADS, seed: 1, ...limits, races });
}

async function timeOf(session: Session, schedules: number): Promise<number> {
  const start = nowNs();
  const { failure } = await session.run({ strategy: 'random', schedules });
  if (failure !== 0) throw new Error(`races: the schedules ended with failure ${failure}`);
  return nowNs() - start;
}

/** Of a module that is never run: a MB of source, parsed, and instrumented. */
function loading(runs: number): OverheadResult {
  const source = readFileSync(createRequire(import.meta.url).resolve('acorn'), 'utf8');
  const perMegabyte = (work: () => unknown): number => {
    const start = nowNs();
    work();
    return ((nowNs() - start) * 2 ** 20) / source.length;
  };
  const times: { without: number; with: number }[] = [];
  for (let run = -1; run < runs; run++) {
    const one = perMegabyte(() => parse(source, 'commonjs', []));
    const two = perMegabyte(() => draftOf(source, 'commonjs'));
    if (run >= 0) times.push({ without: one, with: two });
  }
  return cost('races, a MB of a module: instrumented beside parsed', times);
}

function cost(name: string, times: readonly { without: number; with: number }[]): OverheadResult {
  return {
    name,
    withoutNs: median(times.map((one) => one.without)),
    withNs: median(times.map((one) => one.with)),
    addedNs: spread(times.map((one) => one.with - one.without)),
    addedPercent: median(times.map((one) => (one.with / one.without - 1) * 100)),
    interval: null,
    percentMax: null,
  };
}
