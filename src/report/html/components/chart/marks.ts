import type { Series } from './chart.ts';

/** Where values are on the picture, in pixels, and the pixel of the lower edge. */
export interface Place {
  x(value: number): number;
  y(value: number): number;
  readonly bottom: number;
  /** Pixels of one category. */
  readonly step: number;
}

/** A line with what belongs to it: its area, its spreads, its marks. */
export function lineMarks(series: Series, color: string, place: Place): string {
  const runs = unbroken(series, place);
  const line = runs.map((run) => `M${run.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}`).join('');
  const parts: string[] = [];
  if (line === '') return '';
  if (series.filled) {
    const area = runs.map((run) => areaBelow(run, place.bottom)).join('');
    parts.push(`<path d="${area}" fill="${color}" fill-opacity="0.12"/>`);
  }
  const look = series.dashed ? 'stroke-width="1.2" stroke-dasharray="4 3"' : 'stroke-width="1.8"';
  parts.push(`<path d="${line}" fill="none" stroke="${color}" ${look} stroke-linejoin="round"/>`);
  if (series.spread !== undefined) parts.push(spreadMarks(series.spread, color, place));
  if (series.marked) parts.push(`<g fill="${color}">${runs.flat().map(dot).join('')}</g>`);
  return parts.join('');
}

/** Half of a bar is at most this wide. */
const BAR_HALF_MAX = 14;

/** A bar for each point, from 0. */
export function barMarks({ points }: Series, color: string, place: Place): string {
  const half = Math.min(BAR_HALF_MAX, place.step * 0.4);
  const bars = points.map(([x, y]) => {
    const top = place.y(y ?? 0);
    return `<rect x="${px(place.x(x) - half)}" y="${px(top)}" width="${px(2 * half)}" height="${px(place.bottom - top)}" rx="2"/>`;
  });
  return `<g fill="${color}">${bars.join('')}</g>`;
}

/** A pixel, to as many digits as an eye can see. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

type Pixel = readonly [x: number, y: number];

/** The points of a line between its gaps, in pixels. */
function unbroken({ points }: Series, place: Place): Pixel[][] {
  const runs: Pixel[][] = [[]];
  for (const [x, y] of points) {
    if (y === null) runs.push([]);
    else runs[runs.length - 1].push([place.x(x), place.y(y)]);
  }
  return runs.filter((run) => run.length > 0);
}

function areaBelow(run: readonly Pixel[], bottom: number): string {
  const top = run.map(([x, y]) => `${px(x)} ${px(y)}`).join('L');
  return `M${px(run[0][0])} ${px(bottom)}L${top}L${px(run[run.length - 1][0])} ${px(bottom)}Z`;
}

function dot([x, y]: Pixel): string {
  return `<circle cx="${px(x)}" cy="${px(y)}" r="3"/>`;
}

/** Half the width of the cross strokes at a spread's ends. */
const CAP = 4;

function spreadMarks(spread: NonNullable<Series['spread']>, color: string, place: Place): string {
  const strokes = spread.map(([at, low, high]) => {
    const [x, from, to] = [px(place.x(at)), px(place.y(low)), px(place.y(high))];
    return `M${x} ${from}V${to}M${px(x - CAP)} ${from}h${2 * CAP}M${px(x - CAP)} ${to}h${2 * CAP}`;
  });
  return `<path d="${strokes.join('')}" fill="none" stroke="${color}" stroke-width="1.2" stroke-opacity="0.8"/>`;
}
