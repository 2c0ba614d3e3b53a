import { escapeHtml } from '../../src/page/markup.ts';
import { seriesVariables } from '../../src/page/series_colors.ts';
import { type Plot, seriesColor } from '../../src/report/html/components/chart/chart.ts';
import { plotSvg } from '../../src/report/html/components/chart/plot.ts';
import type { BenchResult, StepsResult } from '../figures/bench_result.ts';
import { stepsByAxis } from '../figures/steps_by_axis.ts';

// What one operation costs over the size of RAM and over live blocks, as a picture that stands alone: its colours
// are CSS variables inside it, so that it is light or dark like the page that shows it.

const WIDTH = 860;
const HEIGHT = 540;
const FONT = 12;
/** Size of each panel: two side by side, a row of keys below all. */
const PANEL = { width: WIDTH / 2 - 14, height: 226, font: FONT, left: 42 };
const TITLE_HEIGHT = 24;

/** One panel of four: a figure over one axis. */
interface Panel {
  readonly title: string;
  readonly results: readonly StepsResult[];
  readonly x: Along;
  readonly series: readonly Figure[];
  /** The axis ends here, so that panels side by side can be compared. */
  readonly yMax: number;
  readonly left: number;
  readonly top: number;
}

interface Along {
  readonly title: string;
  read(result: StepsResult): number;
  format(value: number): string;
}

interface Figure {
  readonly name: string;
  read(result: StepsResult): number;
}

const RAM: Along = {
  title: 'RAM',
  read: (result) => result.memoryBytes / 2 ** 20,
  format: (mib) => (mib >= 1024 ? `${mib / 1024} GiB` : `${mib} MiB`),
};
const BLOCKS: Along = {
  title: 'live blocks',
  read: (result) => result.liveBlocks,
  format: (blocks) =>
    blocks >= 1e6 ? `${blocks / 1e6} M` : blocks >= 1e3 ? `${blocks / 1e3} k` : `${blocks}`,
};

const TIME: readonly Figure[] = [{ name: 'time', read: (result) => result.ns }];
const COUNTS: readonly Figure[] = [
  { name: 'list steps', read: (result) => result.listSteps },
  { name: 'merges', read: (result) => result.merges },
  { name: 'splits', read: (result) => result.splits },
  { name: 'lock trips', read: (result) => result.lockTrips },
];

/** @returns the picture as SVG; empty panels if nothing was counted */
export function stepsPlot({ steps, environment }: BenchResult): string {
  const { byMemory, byBlocks } = stepsByAxis(steps);
  const blocks = byMemory[0]?.liveBlocks ?? 0;
  const gib = RAM.format(RAM.read(byBlocks[0] ?? { memoryBytes: 0 }));
  const nsMax = roundUp(Math.max(...steps.map((result) => result.ns)));
  const stepsMax = roundUp(Math.max(...steps.map((result) => result.listSteps)));
  const left = { left: 8, x: RAM, results: byMemory };
  const right = { left: WIDTH / 2 + 6, x: BLOCKS, results: byBlocks };
  const top = { series: TIME, yMax: nsMax, top: 8 };
  const bottom = { series: COUNTS, yMax: stepsMax, top: 8 + TITLE_HEIGHT + PANEL.height };
  const panels: Panel[] = [
    { ...left, ...top, title: `Nanoseconds of an operation, ${blocks} live blocks` },
    { ...right, ...top, title: `Nanoseconds of an operation, ${gib} of RAM` },
    { ...left, ...bottom, title: `Counted steps of an operation, ${blocks} live blocks` },
    { ...right, ...bottom, title: `Counted steps of an operation, ${gib} of RAM` },
  ];
  const about = `framelab bench, ${environment.cpuModel}, Node ${environment.node}, load ${environment.load[0].toFixed(1)}`;
  return picture(`What one operation of the default allocator costs. ${about}`, [
    ...panels.map(panelSvg),
    keySvg(),
  ]);
}

function panelSvg({ title, left, top, ...panel }: Panel): string {
  return `<g transform="translate(${left} ${top})"><text x="6" y="16" font-size="13" font-weight="600" fill="var(--ink)">${escapeHtml(title)}</text><g transform="translate(0 ${TITLE_HEIGHT - FONT})">${plotSvg(plotOf(panel), PANEL)}</g></g>`;
}

function plotOf({ results, x, series, yMax }: Omit<Panel, 'title' | 'left' | 'top'>): Plot {
  return {
    x: { title: x.title, kind: 'linear', format: x.format },
    y: {
      title: '',
      kind: 'linear',
      min: 0,
      max: yMax,
      interval: yMax / 4,
      format: (value) => `${Number(value.toPrecision(3))}`,
    },
    categories: results.map((result) => x.format(x.read(result))),
    series: series.map(({ name, read }) => ({
      name,
      marked: true,
      points: results.map((result, i) => [i, read(result)] as const),
    })),
  };
}

/** The counts by colour, in a row below the panels. */
function keySvg(): string {
  const step = 96;
  const left = (WIDTH - step * COUNTS.length) / 2;
  const items = COUNTS.map(
    ({ name }, i) =>
      `<circle cx="${left + i * step}" cy="${HEIGHT - 20}" r="4.5" fill="${seriesColor(i)}"/><text x="${left + i * step + 12}" y="${HEIGHT - 16}" font-size="${FONT}" fill="var(--muted)">${name}</text>`,
  );
  return items.join('');
}

function picture(label: string, parts: readonly string[]): string {
  const style = `:root{--card:#fff;--ink:#1b2129;--muted:#596573;--line:#dfe4ea;${seriesVariables(0, COUNTS.length)}font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}@media (prefers-color-scheme:dark){:root{--card:#161b22;--ink:#e3e8ee;--muted:#98a4b3;--line:#2a323c;${seriesVariables(1, COUNTS.length)}}}`;
  return `<svg role="img" aria-label="${escapeHtml(label)}" width="${WIDTH}" height="${HEIGHT}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">
<style>${style}</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" style="fill:var(--card)"/>
${parts.join('\n')}
</svg>
`;
}

/** To 1, 2, 4 or 8 and zeros: four steps of it are round numbers too. */
function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8].find((digit) => digit * power >= value) ?? 10);
}
