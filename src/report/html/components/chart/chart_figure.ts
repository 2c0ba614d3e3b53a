import { escapeHtml } from '../../../../page/markup.ts';
import { type Chart, colorOf } from './chart.ts';
import { type PlotSize, plotSvg } from './plot.ts';

/** For one that has the page's width for itself. */
const FULL: PlotSize = { width: 1180, height: 280, font: 12 };
const WIDE: PlotSize = { width: 720, height: 280, font: 12 };
const NARROW: PlotSize = { width: 340, height: 240, font: 11 };
const SMALL: PlotSize = { width: 300, height: 190, font: 11 };

/** Charts side by side, as far as there is room, and what stands beside them; empty if there is nothing. */
export function chartGrid(charts: readonly (Chart | null)[], beside = ''): string {
  const shown = charts.filter((chart) => chart !== null);
  const isAlone = shown.length === 1 && beside === '';
  if (isAlone) return chartFigure(shown[0], true);
  const figures = shown.map((chart) => chartFigure(chart));
  return figures.length + beside.length === 0 ? '' : `<div class="grid">${figures.join('')}${beside}</div>`;
}

/** Small charts side by side, more of them in a row; empty if there is none. */
export function chartMultiples(charts: readonly Chart[]): string {
  return charts.length === 0
    ? ''
    : `<div class="multiples">${charts.map((chart) => chartFigure(chart)).join('')}</div>`;
}

/** A figure with its title and its text, drawn for each width of page, since scaled-down text cannot be read. */
function chartFigure(chart: Chart, isAlone = false): string {
  const label = escapeHtml(`${chart.title}. ${chart.summary}`);
  return `<figure class="chart${isAlone ? ' alone' : ''}">
<figcaption><h3>${escapeHtml(chart.title)}</h3>${keyOf(chart)}</figcaption>
${drawings(chart, label, isAlone)}
<p class="note">${escapeHtml(chart.summary)}</p>
</figure>`;
}

function drawings(chart: Chart, label: string, isAlone: boolean): string {
  if (chart.small) return `<div role="img" aria-label="${label}">${drawing(chart, SMALL)}</div>`;
  const full = isAlone
    ? `<div class="full" role="img" aria-label="${label}">${drawing(chart, FULL)}</div>`
    : '';
  return `${full}<div class="wide" role="img" aria-label="${label}">${drawing(chart, WIDE)}</div>
<div class="narrow" role="img" aria-label="${label}">${drawing(chart, NARROW)}</div>`;
}

function drawing(chart: Chart, size: PlotSize): string {
  return `<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}">${plotSvg(chart, size)}</svg>`;
}

/** The series' names by colour, if there are several: as text of the page, so that it wraps. */
function keyOf(chart: Chart): string {
  const { series } = chart;
  if (series.length < 2) return '';
  const items = series.map(
    (line, i) =>
      `<li><i${line.dashed ? ' class="dashed"' : ''} style="--c:${colorOf(chart, i)}"></i>${escapeHtml(line.name)}</li>`,
  );
  return `<ul class="key">${items.join('')}</ul>`;
}
