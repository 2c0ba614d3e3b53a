import { escapeHtml } from './markup.ts';

// Charts as SVG, drawn without a DOM. Colours are CSS variables, so that one drawing serves light and dark; each
// chart is drawn twice, wide and narrow, since text that is scaled down cannot be read.

/** One line, or one group of bars. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number | null])[];
  /** Vertical lines from low to high at each point: a spread. */
  readonly spread?: readonly (readonly [number, number, number])[];
  readonly dashed?: boolean;
  readonly filled?: boolean;
  /** Marks on the points: for few points that stand for themselves. */
  readonly marked?: boolean;
}

export interface ChartAxis {
  readonly title: string;
  readonly kind: 'linear' | 'log';
  readonly min?: number;
  readonly max?: number;
  /** Between labels; where there is none, what fits. */
  readonly interval?: number;
  /** Steps between labels are whole numbers. */
  readonly whole?: boolean;
  format(value: number): string;
}

export interface Chart {
  readonly title: string;
  /** What it shows, in a sentence with its figures: shown below, and read out in its stead. */
  readonly summary: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly Series[];
  /** Bars, one for each name, instead of lines over x. */
  readonly bars?: readonly string[];
}

const WIDE = { width: 720, height: 280, font: 12 };
const NARROW = { width: 340, height: 240, font: 11 };
/** Colours that the style sheet has. */
const COLORS = 8;

/** A figure with its title, both drawings and its text. */
export async function chartFigure(chart: Chart): Promise<string> {
  const wide = await draw(chart, WIDE);
  const narrow = await draw(chart, NARROW);
  const label = escapeHtml(`${chart.title}. ${chart.summary}`);
  return `<figure class="chart">
<figcaption><h3>${escapeHtml(chart.title)}</h3>${keyOf(chart)}</figcaption>
<div class="wide" role="img" aria-label="${label}">${wide}</div>
<div class="narrow" role="img" aria-label="${label}">${narrow}</div>
<p class="note">${escapeHtml(chart.summary)}</p>
</figure>`;
}

/** The series' names by colour, where there are several: as text of the page, which wraps as it must. */
function keyOf({ series }: Chart): string {
  if (series.length < 2) return '';
  const items = series.map(
    ({ name, dashed }, i) =>
      `<li><i${dashed ? ' class="dashed"' : ''} style="--c:var(--s${i % COLORS})"></i>${escapeHtml(name)}</li>`,
  );
  return `<ul class="key">${items.join('')}</ul>`;
}

type Size = typeof WIDE;

/** What the library writes for pages with scripts, and this page has no use for. */
const NEEDLESS =
  / (?:class="zr\d+-cls-\d+"|pointer-events="\w+"|xml:space="preserve"|xmlns:xlink="[^"]*"|baseProfile="full"|version="1.1")|<style ?>.*?<\/style>|<rect [^>]*fill="none"[^>]*><\/rect>/gs;

async function draw(chart: Chart, size: Size): Promise<string> {
  const echarts = await loadEcharts();
  const instance = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: size.width,
    height: size.height,
  });
  try {
    instance.setOption(optionOf(chart, size));
    return instance
      .renderToSVGString({ useViewBox: true })
      .replace('<svg ', '<svg aria-hidden="true" ')
      .replaceAll(NEEDLESS, '')
      .replaceAll('\n', '');
  } finally {
    instance.dispose();
  }
}

let loaded: ReturnType<typeof importEcharts> | null = null;

/** Only reports need it, and it takes a while to load. */
function loadEcharts(): ReturnType<typeof importEcharts> {
  loaded ??= importEcharts();
  return loaded;
}

async function importEcharts() {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([
    charts.LineChart,
    charts.BarChart,
    charts.CustomChart,
    components.GridComponent,
    renderers.SVGRenderer,
  ]);
  return core;
}

function optionOf(chart: Chart, { font, width }: Size) {
  const text = { color: 'var(--muted)', fontSize: font, fontFamily: 'inherit' };
  const wide = width > 500;
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'inherit' },
    grid: {
      left: 6,
      right: 14,
      top: 24,
      bottom: 24,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      ...axisOf(chart.x, text, wide ? 8 : 4, decadesOf(chart)),
      ...(chart.bars === undefined ? {} : { type: 'category' as const, data: [...chart.bars] }),
      nameLocation: 'middle' as const,
      nameGap: 24,
      splitLine: { show: false },
    },
    yAxis: {
      ...axisOf(chart.y, text, 4),
      nameLocation: 'end' as const,
      nameTextStyle: { ...text, align: 'left' as const },
      nameGap: 10,
    },
    series: chart.series.flatMap((series, i) => seriesOf(chart, series, `var(--s${i % COLORS})`)),
  };
}

/** Powers of ten that its x axis spans. */
function decadesOf({ series }: Chart): number {
  const xs = series.flatMap(({ points }) => points.map(([x]) => x)).filter((x) => x > 0);
  return xs.length === 0 ? 0 : Math.log10(Math.max(...xs) / Math.min(...xs));
}

function axisOf(axis: ChartAxis, text: { color: string; fontSize: number }, splits: number, decades = 0) {
  // A log axis has a label for each power of ten, however narrow it is.
  const step = axis.kind === 'log' ? Math.max(1, Math.ceil(decades / splits)) : 0;
  return {
    type: axis.kind === 'log' ? ('log' as const) : ('value' as const),
    name: axis.title,
    nameTextStyle: text,
    min: axis.min,
    max: axis.max,
    interval: axis.interval,
    minInterval: axis.whole ? 1 : undefined,
    splitNumber: splits,
    axisLabel: { ...text, hideOverlap: true, formatter: labelOf(axis, step) },
    axisLine: { show: true, lineStyle: { color: 'var(--line)' } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: 'var(--line)', opacity: 0.7 } },
  };
}

/** @param step of the powers of ten, of which each such one has a label; 0 where the axis is linear */
function labelOf(axis: ChartAxis, step: number): (value: number | string) => string {
  return (value) => {
    if (typeof value !== 'number') return value;
    return step > 1 && Math.round(Math.log10(value)) % step !== 0 ? '' : axis.format(value);
  };
}

function seriesOf(chart: Chart, series: Series, color: string): object[] {
  if (chart.bars !== undefined) {
    return [
      {
        type: 'bar' as const,
        name: series.name,
        data: series.points.map(([, y]) => y),
        itemStyle: { color, borderRadius: 2 },
        barMaxWidth: 28,
      },
    ];
  }
  const line = {
    type: 'line' as const,
    name: series.name,
    data: series.points.map(([x, y]) => [x, y]),
    showSymbol: series.marked ?? false,
    symbol: 'circle',
    symbolSize: 6,
    itemStyle: { color },
    lineStyle: {
      color,
      width: series.dashed ? 1.2 : 1.8,
      type: series.dashed ? ('dashed' as const) : 'solid',
    },
    areaStyle: series.filled ? { color, opacity: 0.12 } : undefined,
    connectNulls: false,
  };
  return series.spread === undefined ? [line] : [line, spreadOf(series, color)];
}

function spreadOf(series: Series, color: string) {
  return {
    type: 'custom' as const,
    name: series.name,
    data: (series.spread ?? []).map((at) => [...at]),
    encode: { x: 0, y: [1, 2] },
    silent: true,
    renderItem(
      _: unknown,
      api: { value(dimension: number): number | string; coord(point: number[]): number[] },
    ) {
      const x = Number(api.value(0));
      const [px, low] = api.coord([x, Number(api.value(1))]);
      const [, high] = api.coord([x, Number(api.value(2))]);
      const bar = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style: { stroke: color, lineWidth: 1.2, opacity: 0.8 },
      });
      return {
        type: 'group' as const,
        children: [bar(px, low, px, high), bar(px - 4, low, px + 4, low), bar(px - 4, high, px + 4, high)],
      };
    },
  };
}
