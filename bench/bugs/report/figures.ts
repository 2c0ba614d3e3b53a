import { quantileSorted } from 'simple-statistics';
import { Random } from '../../../src/platform/random.ts';
import type { Searched } from '../measure/search_program.ts';
import { PROGRAMS, type Published } from '../programs/registry.ts';

/** What a strategy came to on a program, in figures. */
export interface SearchRow {
  readonly program: string;
  readonly strategy: string;
  /** Seeds that were run, and those that found the bug. */
  readonly seeds: number;
  readonly found: number;
  /** Seeds that were to be run. */
  readonly seedsAsked: number;
  /**
   * Schedules to the first that shows the bug, on the average over the seeds. A seed that did not find it counts with all that
   * it ran: then the mean is too small.
   */
  readonly mean: number;
  /** 95 % of the mean, by the bootstrap; null for fewer than two seeds. */
  readonly interval: readonly [number, number] | null;
  /** The largest number of schedules of a seed. */
  readonly most: number;
  readonly cap: number;
  readonly systematic: boolean;
  readonly exhausted: boolean;
  /** The published mean: null for never, undefined where none is known. */
  readonly published: number | null | undefined;
  readonly schedules: number;
  readonly cpuSeconds: number;
}

const RESAMPLES = 2000;
const TAIL = 0.025;

export function rowOf(searched: Searched): SearchRow {
  const { program, strategy, first, cap, seeds, systematic, exhausted, schedules, cpuSeconds } = searched;
  const values = first.map((one) => one ?? cap);
  return {
    program,
    strategy,
    seeds: first.length,
    found: first.filter((one) => one !== null).length,
    seedsAsked: systematic ? 1 : seeds,
    mean: meanOf(values),
    interval: meanInterval(values),
    most: Math.max(...values),
    cap,
    systematic,
    exhausted,
    published: publishedOf(program, strategy),
    schedules,
    cpuSeconds,
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The interval of a mean by the bootstrap (Efron, 1979): percentiles of the means of samples drawn with replacement. */
function meanInterval(values: readonly number[]): readonly [number, number] | null {
  if (values.length < 2) return null;
  const random = new Random(1);
  const means = Array.from({ length: RESAMPLES }, () =>
    meanOf(values.map(() => values[random.below(values.length)])),
  );
  means.sort((a, b) => a - b);
  return [quantileSorted(means, TAIL), quantileSorted(means, 1 - TAIL)];
}

/** The published mean of a strategy on a program. */
function publishedOf(program: string, strategy: string): number | null | undefined {
  return publishedMeans(program)[strategy as keyof Published];
}

/** The smallest published mean of a program; undefined where none is known. */
export function bestPublished(program: string): number | undefined {
  const known = Object.values(publishedMeans(program)).filter((mean) => typeof mean === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}

function publishedMeans(program: string): Published {
  return PROGRAMS.find(({ name }) => name === program)?.published ?? {};
}
