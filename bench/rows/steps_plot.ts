import { escapeHtml } from '../../src/report/html/markup.ts';
import { WORKER_COLORS } from '../../src/report/html/memory_colors.ts';
import type { BenchResult, StepsResult } from '../suite/bench_result.ts';
import { stepsByAxis } from '../suite/criteria.ts';

// What one operation costs over the size of RAM and over live blocks, as a picture that stands alone: its colours
// are CSS variables inside it, so that it is light where the page that shows it is, and dark where that is dark.

const WIDTH = 860;
const HEIGHT = 540;
const FONT = 12;

/** One panel of four: a figure over one axis. */
interface Panel {
  readonly title: string;
  readonly results: readonly StepsResult[];
  readonly x: Axis;
  readonly series: readonly { readonly name: string; read(result: StepsResult): number }[];
  /** The axis ends here, so that panels side by side can be compared. */
  readonly yMax: number;
  readonly left: string;
  readonly top: number;
}

interface Axis {
  readonly title: string;
  read(result: StepsResult): number;
  format(value: number): string;
}

const RAM: Axis = {
  title: 'RAM',
  read: (result) => result.memoryBytes / 2 ** 20,
  format: (mib) => (mib >= 1024 ? `${mib / 1024} GiB` : `${mib} MiB`),
};
const BLOCKS: Axis = {
  title: 'live blocks',
  read: (result) => result.liveBlocks,
  format: (blocks) =>
    blocks >= 1e6 ? `${blocks / 1e6} M` : blocks >= 1e3 ? `${blocks / 1e3} k` : `${blocks}`,
};

const TIME = [{ name: 'time', read: (result: StepsResult) => result.ns }];
const COUNTS = [
  { name: 'list steps', read: (result: StepsResult) => result.listSteps },
  { name: 'merges', read: (result: StepsResult) => result.merges },
  { name: 'splits', read: (result: StepsResult) => result.splits },
  { name: 'lock trips', read: (result: StepsResult) => result.lockTrips },
];

/** @returns the picture as SVG; empty panels where nothing was counted */
export async function stepsPlot({ steps, environment }: BenchResult): Promise<string> {
  const { byMemory, byBlocks } = stepsByAxis(steps);
  const blocks = byMemory[0]?.liveBlocks ?? 0;
  const gib = RAM.format(RAM.read(byBlocks[0] ?? { memoryBytes: 0 }));
  const nsMax = roundUp(Math.max(...steps.map((result) => result.ns)));
  const stepsMax = roundUp(Math.max(...steps.map((result) => result.listSteps)));
  const left = { left: '0%', x: RAM, results: byMemory };
  const right = { left: '50%', x: BLOCKS, results: byBlocks };
  const top = { series: TIME, yMax: nsMax, top: 44 };
  const bottom = { series: COUNTS, yMax: stepsMax, top: 288 };
  const panels: Panel[] = [
    { ...left, ...top, title: `Nanoseconds of an operation, ${blocks} live blocks` },
    { ...right, ...top, title: `Nanoseconds of an operation, ${gib} of RAM` },
    { ...left, ...bottom, title: `Counted steps of an operation, ${blocks} live blocks` },
    { ...right, ...bottom, title: `Counted steps of an operation, ${gib} of RAM` },
  ];
  const about = `framelab bench, ${environment.cpuModel}, Node ${environment.node}, load ${environment.load[0].toFixed(1)}`;
  return dressed(await draw(panels), `What one operation of the default allocator costs. ${about}`);
}

async function draw(panels: readonly Panel[]): Promise<string> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([
    charts.LineChart,
    components.GridComponent,
    components.TitleComponent,
    components.LegendComponent,
    renderers.SVGRenderer,
  ]);
  const instance = core.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    instance.setOption(optionOf(panels));
    return instance.renderToSVGString({ useViewBox: true });
  } finally {
    instance.dispose();
  }
}

function optionOf(panels: readonly Panel[]) {
  const text = { color: 'var(--muted)', fontSize: FONT, fontFamily: 'inherit' };
  const line = { lineStyle: { color: 'var(--line)' } };
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'inherit' },
    title: panels.map(({ title, left, top }) => ({
      text: title,
      left,
      top: top - 36,
      padding: [0, 0, 0, 14],
      textStyle: { color: 'var(--ink)', fontSize: 13, fontWeight: 600 as const, fontFamily: 'inherit' },
    })),
    legend: {
      data: COUNTS.map(({ name }) => name),
      bottom: 8,
      icon: 'circle',
      itemWidth: 9,
      itemHeight: 9,
      itemGap: 22,
      textStyle: text,
      selectedMode: false,
    },
    grid: panels.map(({ left, top }) => ({
      left: left === '0%' ? 52 : WIDTH / 2 + 52,
      top,
      width: WIDTH / 2 - 84,
      height: 164,
    })),
    xAxis: panels.map(({ x, results }, gridIndex) => ({
      gridIndex,
      type: 'category' as const,
      data: results.map((result) => x.format(x.read(result))),
      boundaryGap: true,
      name: x.title,
      nameLocation: 'middle' as const,
      nameGap: 24,
      nameTextStyle: text,
      axisLabel: { ...text, interval: 0 },
      axisTick: { show: false },
      axisLine: line,
    })),
    yAxis: panels.map(({ yMax }, gridIndex) => ({
      gridIndex,
      type: 'value' as const,
      min: 0,
      max: yMax,
      interval: yMax / 4,
      axisLabel: text,
      splitLine: line,
    })),
    series: panels.flatMap(({ series, results }, panel) =>
      series.map(({ name, read }, i) => {
        const color = `var(--s${i})`;
        return {
          type: 'line' as const,
          name,
          xAxisIndex: panel,
          yAxisIndex: panel,
          data: results.map(read),
          symbol: 'circle',
          symbolSize: 6,
          itemStyle: { color },
          lineStyle: { color, width: 1.8 },
          silent: true,
        };
      }),
    ),
  };
}

/** What the library writes for pages with scripts. */
const NEEDLESS =
  / (?:class="zr\d+-cls-\d+"|pointer-events="\w+"|xml:space="preserve")|<style ?>.*?<\/style>/gs;

function dressed(svg: string, label: string): string {
  const colors = (theme: 0 | 1) =>
    WORKER_COLORS.slice(0, COUNTS.length)
      .map((color, i) => `--s${i}:rgb(${color[theme].join(' ')});`)
      .join('');
  const style = `:root{--card:#fff;--ink:#1b2129;--muted:#596573;--line:#dfe4ea;${colors(0)}font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}@media (prefers-color-scheme:dark){:root{--card:#161b22;--ink:#e3e8ee;--muted:#98a4b3;--line:#2a323c;${colors(1)}}}`;
  const background = `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" style="fill:var(--card)"/>`;
  return `${svg
    .replaceAll(NEEDLESS, '')
    .replace('<svg ', `<svg role="img" aria-label="${escapeHtml(label)}" `)
    .replace('>', `>\n<style>${style}</style>\n${background}`)
    .trim()}\n`;
}

/** To 1, 2, 4 or 8 and zeros: four steps of it are round numbers too. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8].find((digit) => digit * power >= value) ?? 10);
}
