import { SERIES_COLORS } from '../../../../page/series_colors.ts';

/** One line, or one group of bars. */
export interface Series {
  readonly name: string;
  /** `[x, y]`; a line has a gap where y is null. Where x has categories, it is the index of one. */
  readonly points: readonly (readonly [number, number | null])[];
  /** Vertical lines from low to high at each point: `[x, low, high]`, a spread. */
  readonly spread?: readonly (readonly [number, number, number])[];
  readonly dashed?: boolean;
  /** Shown in the colour of what is good. */
  readonly best?: boolean;
  /** Index of its colour; by default its place among the series. */
  readonly color?: number;
  readonly filled?: boolean;
  /** Marks on the points: for few points that stand for themselves. */
  readonly marked?: boolean;
}

export interface ChartAxis {
  readonly title: string;
  readonly kind: 'linear' | 'log';
  readonly min?: number;
  readonly max?: number;
  /** Distance between labels; whatever fits if not given. */
  readonly interval?: number;
  /** Where the labels are, instead of where they fit best. */
  readonly labelled?: readonly number[];
  /** Labels are whole numbers. */
  readonly whole?: boolean;
  format(value: number): string;
}

/** What a chart shows, independent of how it is drawn. */
export interface Plot {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly Series[];
  /** Names along x, in equal steps, instead of numbers. */
  readonly categories?: readonly string[];
  /** Bars on the categories instead of lines. */
  readonly bars?: boolean;
}

export interface Chart extends Plot {
  readonly title: string;
  /** What it shows, in a sentence with its figures: shown below, and read out instead of the chart. */
  readonly summary: string;
  /** One of several small ones that are compared with one another. */
  readonly small?: boolean;
}

/** The colour of a series, as a CSS variable: one drawing serves light and dark. */
export function seriesColor(index: number): string {
  return `var(--s${index % SERIES_COLORS.length})`;
}

/** The colour of the series at that index. */
export function colorOf({ series }: Pick<Plot, 'series'>, index: number): string {
  const { best, color } = series[index];
  return best ? 'var(--good)' : seriesColor(color ?? index);
}
