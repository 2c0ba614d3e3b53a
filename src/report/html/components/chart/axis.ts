import { scaleBand, scaleLinear, scaleLog } from 'd3-scale';
import type { ChartAxis } from './chart.ts';

/** An axis before its pixels are known: they depend on its labels. */
export interface Axis {
  readonly ticks: readonly Tick[];
  /** Where a value is, on pixels `from` to `to`; `from` is the end of the lowest value. */
  spanning(from: number, to: number): (value: number) => number;
}

export interface Tick {
  readonly value: number;
  /** Empty if the value is not labelled. */
  readonly label: string;
}

/**
 * An axis that holds all values.
 *
 * @param values may be empty: the axis is then from 0 to 1
 * @param parts about how many to divide it into
 */
export function valueAxis(axis: ChartAxis, values: readonly number[], parts: number): Axis {
  return axis.kind === 'log' ? logAxis(axis, values, parts) : linearAxis(axis, values, parts);
}

function linearAxis(axis: ChartAxis, values: readonly number[], parts: number): Axis {
  const low = axis.min ?? (values.length === 0 ? 0 : Math.min(...values));
  const high = axis.max ?? (values.length === 0 ? 1 : Math.max(...values));
  const scale = scaleLinear().domain([low, high > low ? high : low + 1]);
  const [niceLow, niceHigh] = scale.copy().nice(parts).domain();
  scale.domain([axis.min ?? niceLow, axis.max ?? niceHigh]);
  const [from, to] = scale.domain();
  const ticks =
    axis.labelled ?? (axis.interval === undefined ? scale.ticks(parts) : steps(from, to, axis.interval));
  return {
    ticks: ticks
      .filter((value) => !axis.whole || Number.isInteger(value))
      .map((value) => ({ value, label: axis.format(value) })),
    spanning: (start, end) => scale.copy().range([start, end]),
  };
}

function steps(from: number, to: number, interval: number): number[] {
  return Array.from({ length: Math.floor((to - from) / interval) + 1 }, (_, i) => from + i * interval);
}

/** From one power of ten to another; each has a tick, and as many have labels as there is room for. */
function logAxis(axis: ChartAxis, values: readonly number[], parts: number): Axis {
  const positive = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive, axis.min ?? Number.POSITIVE_INFINITY)));
  const high = Math.ceil(Math.log10(Math.max(...positive, axis.max ?? 0)));
  const [from, to] = Number.isFinite(low) && Number.isFinite(high) ? [low, Math.max(high, low + 1)] : [0, 1];
  const every = Math.max(1, Math.ceil((to - from) / parts));
  const scale = scaleLog().domain([10 ** from, 10 ** to]);
  return {
    ticks: steps(from, to, 1).map((power) => ({
      value: 10 ** power,
      label: power % every === 0 ? axis.format(10 ** power) : '',
    })),
    spanning: (start, end) => scale.copy().range([start, end]),
  };
}

/** Names in equal steps; a value is the index of one, and is in the middle of its step. */
export function categoryAxis(names: readonly string[]): Axis {
  const indices = names.map((_, i) => i);
  return {
    ticks: names.map((label, value) => ({ value, label })),
    spanning(start, end) {
      const scale = scaleBand<number>().domain(indices).range([start, end]);
      return (value) => (scale(value) ?? start) + scale.bandwidth() / 2;
    },
  };
}
