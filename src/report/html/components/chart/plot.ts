import { escapeHtml } from '../../../../page/markup.ts';
import { type Axis, categoryAxis, valueAxis } from './axis.ts';
import { colorOf, type Plot } from './chart.ts';
import { barMarks, lineMarks, type Place, px } from './marks.ts';

// A plot as SVG, drawn without a DOM. Its colours are CSS variables, so that one drawing serves light and dark.

/** In pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
  readonly font: number;
  /** Left of the y axis; by default what its labels need. */
  readonly left?: number;
}

/** What is inside an `<svg>` of that size: needs `--muted`, `--line` and `--s0` to `--s7` from its surroundings. */
export function plotSvg(plot: Plot, size: PlotSize): string {
  const y = valueAxis(plot.y, yValues(plot), Y_PARTS);
  const parts = size.width > WIDE ? 8 : 4;
  const x =
    plot.categories === undefined ? valueAxis(plot.x, xValues(plot), parts) : categoryAxis(plot.categories);
  const area = areaOf(x, y, size);
  const place: Place = {
    x: x.spanning(area.left, area.right),
    y: y.spanning(area.bottom, area.top),
    bottom: area.bottom,
    step: (area.right - area.left) / Math.max(1, plot.categories?.length ?? 1),
  };
  const marks = plot.series.map((series, i) =>
    (plot.bars ? barMarks : lineMarks)(series, colorOf(plot, i), place),
  );
  return `${lines(y, area, place)}${texts(plot, x, y, area, place, size)}${marks.join('')}`;
}

/** About how many parts the y axis has. */
const Y_PARTS = 5;
/** From here on there is room for more labels. */
const WIDE = 500;
/** The widest letters of usual fonts are about this wide, as a share of the font's size. */
const LETTER = 0.62;
const GAP = 8;

/** The pixels between the axes. */
interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function areaOf(x: Axis, y: Axis, { width, height, font, left }: PlotSize): Area {
  const yLabels = Math.max(0, ...y.ticks.map(({ label }) => label.length));
  const last = x.ticks.at(-1)?.label.length ?? 0;
  return {
    left: left ?? px(yLabels * font * LETTER + GAP + 2),
    right: px(width - Math.max(14, (last * font * LETTER) / 2)),
    top: font * 2.5,
    bottom: height - font * 3.7,
  };
}

function lines(y: Axis, { left, right, top, bottom }: Area, place: Place): string {
  // On the middle of a pixel, so that a line of one pixel is sharp.
  const sharp = (value: number) => Math.round(value) + 0.5;
  const across = y.ticks.map(({ value }) => `M${left} ${sharp(place.y(value))}H${right}`).join('');
  return `<path d="${across}" stroke="var(--line)" stroke-opacity="0.7"/><path d="M${sharp(left)} ${top}V${sharp(bottom)}H${right}" fill="none" stroke="var(--line)"/>`;
}

function texts(plot: Plot, x: Axis, y: Axis, area: Area, place: Place, { font, height }: PlotSize): string {
  // Half the height of a capital letter brings a text's middle to where it is placed.
  const middle = font * 0.36;
  const yLabels = y.ticks.map(
    ({ value, label }) =>
      `<text x="${px(area.left - GAP)}" y="${px(place.y(value) + middle)}">${escapeHtml(label)}</text>`,
  );
  const xLabels = withRoom(x, place, font).map(
    ({ at, label }) => `<text x="${px(at)}" y="${px(area.bottom + font * 1.4)}">${escapeHtml(label)}</text>`,
  );
  const center = px((area.left + area.right) / 2);
  return `<g fill="var(--muted)" font-size="${font}"><g text-anchor="end">${yLabels.join('')}</g><g text-anchor="middle">${xLabels.join('')}<text x="${center}" y="${px(height - font * 0.6)}">${escapeHtml(plot.x.title)}</text></g><text x="${area.left}" y="${px(font * 1.2)}">${escapeHtml(plot.y.title)}</text></g>`;
}

/** Labels from left to right, without those that would run into the one before. */
function withRoom(x: Axis, place: Place, font: number): { at: number; label: string }[] {
  const shown: { at: number; label: string }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { value, label } of x.ticks) {
    const half = (label.length * font * LETTER) / 2;
    const at = place.x(value);
    if (label === '' || at - half < end) continue;
    shown.push({ at, label });
    end = at + half + GAP;
  }
  return shown;
}

function xValues({ series }: Plot): number[] {
  return series.flatMap(({ points, spread = [] }) => [...points, ...spread].map(([x]) => x));
}

function yValues({ series }: Plot): number[] {
  return series.flatMap(({ points, spread = [] }) => [
    ...points.flatMap(([, y]) => (y === null ? [] : [y])),
    ...spread.flatMap(([, low, high]) => [low, high]),
  ]);
}
