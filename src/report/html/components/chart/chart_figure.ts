import { escapeHtml } from '../../../../page/markup.ts';
import { type Chart, seriesColor } from './chart.ts';
import { type PlotSize, plotSvg } from './plot.ts';

const WIDE: PlotSize = { width: 720, height: 280, font: 12 };
const NARROW: PlotSize = { width: 340, height: 240, font: 11 };

/** Charts side by side, as far as there is room, and what stands beside them; empty if there is nothing. */
export function chartGrid(charts: readonly (Chart | null)[], beside = ''): string {
  const figures = charts.flatMap((chart) => (chart === null ? [] : [chartFigure(chart)]));
  return figures.length + beside.length === 0 ? '' : `<div class="grid">${figures.join('')}${beside}</div>`;
}

/** A figure with its title and its text, drawn twice, wide and narrow, since scaled-down text cannot be read. */
function chartFigure(chart: Chart): string {
  const label = escapeHtml(`${chart.title}. ${chart.summary}`);
  return `<figure class="chart">
<figcaption><h3>${escapeHtml(chart.title)}</h3>${keyOf(chart)}</figcaption>
<div class="wide" role="img" aria-label="${label}">${drawing(chart, WIDE)}</div>
<div class="narrow" role="img" aria-label="${label}">${drawing(chart, NARROW)}</div>
<p class="note">${escapeHtml(chart.summary)}</p>
</figure>`;
}

function drawing(chart: Chart, size: PlotSize): string {
  return `<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}">${plotSvg(chart, size)}</svg>`;
}

/** The series' names by colour, if there are several: as text of the page, so that it wraps. */
function keyOf({ series }: Chart): string {
  if (series.length < 2) return '';
  const items = series.map(
    ({ name, dashed }, i) =>
      `<li><i${dashed ? ' class="dashed"' : ''} style="--c:${seriesColor(i)}"></i>${escapeHtml(name)}</li>`,
  );
  return `<ul class="key">${items.join('')}</ul>`;
}
