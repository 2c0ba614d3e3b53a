import { formatDuration } from '../../platform/units.ts';

// Numbers as people read them. Everything here is for people; programs read the JSON.

const THIN = ',';

/** `1,234,567`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** Three significant digits: `1.84 M`, `920 k`, `12.3`. */
export function formatRate(value: number): string {
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (value >= size) return `${significant(value / size)} ${unit}`;
  }
  return significant(value);
}

/** The same without zeros at the end, for the labels of an axis: `50 k`, `0`. */
export function shortRate(value: number): string {
  return formatRate(value).replace(/\.0+(?= |$)|(\.\d*?[1-9])0+(?= |$)/, '$1');
}

/** `376 ns`, `8.96 us`, `4.06 ms`; `-` if none. */
export function formatNs(ns: number | null): string {
  if (ns === null) return '-';
  return ns === 0 ? '0' : formatDuration(ns);
}

/** `1.27 %`; a value that is too small for two digits is not shown as 0. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return '-';
  if (percent > 0 && percent < 0.005) return '<0.01 %';
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)} %`;
}

/** `1 frame`, `2,000 frames`. @param nouns of several, where it is not the noun with an s */
export function formatMany(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
