import { escapeHtml } from '../../../page/markup.ts';
import type { Rgb } from '../../../page/series_colors.ts';
import { formatBytes, formatDuration } from '../../../platform/units.ts';
import type { MemoryPicture, MemoryResult } from '../../../results/run_result.ts';
import { formatPercent } from '../../figures/format.ts';
import { type MemoryState, memoryState } from './memory_colors.ts';
import { indexedPng } from './png.ts';

/** Bytes of a frame, in which results count memory. */
const FRAME_BYTES = 4096;

/** The RAM as an image, one pixel for each cell, with a legend that says how much there is of each. */
export function memoryFigure(memory: MemoryResult, isMidRun: boolean): string {
  const { picture } = memory;
  const cpus = 1 + Math.max(-1, ...picture.runs.map(([, , cpu]) => cpu));
  const kinds = kindsOf(picture, cpus);
  const cells = picture.runs.reduce((sum, [count]) => sum + count, 0);
  if (cells === 0 || kinds.length > 255) return '';
  const width = widthOf(cells);
  const pixels = new Uint8Array(Math.ceil(cells / width) * width).fill(kinds.length);
  let at = 0;
  for (const [count, state, cpu] of picture.runs) {
    const { key } = memoryState(state, cpu, cpus);
    pixels.fill(
      kinds.findIndex((kind) => kind.look.key === key),
      at,
      at + count,
    );
    at += count;
  }
  const image = (theme: 'light' | 'dark') => {
    const beyond: Rgb = theme === 'light' ? [255, 255, 255] : [22, 27, 34];
    const palette = [...kinds.map((kind) => kind.look[theme]), beyond];
    return `data:image/png;base64,${indexedPng(width, pixels, palette).toString('base64')}`;
  };
  const cellBytes = picture.framesPerCell * FRAME_BYTES;
  const what = picture.framesPerCell === 1 ? 'one frame' : `${picture.framesPerCell} frames`;
  const when = isMidRun
    ? `at ${formatDuration(picture.atMs * 1e6)}, in the middle of the run, while memory changed hands`
    : 'at the end of the run';
  const note = `Taken ${when}. A pixel is ${what} (${formatBytes(cellBytes)}; where some of them are in use, it shows that), a row ${formatBytes(cellBytes * width)}; address 0 is at the top left.`;
  const title = `The RAM: ${formatBytes(memory.frames * FRAME_BYTES)}`;
  const rows = Math.ceil(cells / width);
  return `<figure class="chart memory">
<figcaption><h3>${title}</h3></figcaption>
<picture><source media="(prefers-color-scheme: dark)" srcset="${image('dark')}"><img src="${image('light')}" width="${width}" height="${rows}" alt="${escapeHtml(`${title}. ${largest(kinds, cells)}`)}"></picture>
<p class="note">${escapeHtml(note)}</p>
<ul class="legend">${kinds.map((kind) => legendItem(kind, cells, cellBytes)).join('')}</ul>
</figure>`;
}

/** All that looks the same. */
interface Kind {
  readonly state: string;
  readonly look: MemoryState;
  cells: number;
  /** Cells by CPU. */
  readonly byCpu: Map<number, number>;
}

/** What there is, in the order of the legend: in use, free, the machine's own. */
function kindsOf(picture: MemoryPicture, cpus: number): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const [count, state, cpu] of picture.runs) {
    const look = memoryState(state, cpu, cpus);
    const kind = kinds.get(look.key) ?? { state, look, cells: 0, byCpu: new Map() };
    kind.cells += count;
    kind.byCpu.set(cpu, (kind.byCpu.get(cpu) ?? 0) + count);
    kinds.set(look.key, kind);
  }
  return [...kinds.values()].sort((a, b) => rank(a) - rank(b) || byKey(a, b));
}

const RANKS = [
  'allocated',
  'cached',
  'pool',
  'free',
  'metadata',
  'early',
  'kernel',
  'reserved',
  'withheld',
  'hole',
];

function rank(kind: Kind): number {
  const at = RANKS.indexOf(kind.state.replace(/-\d+$/, ''));
  return at < 0 ? RANKS.length : at;
}

/** By worker, or by order. */
function byKey(a: Kind, b: Kind): number {
  return a.look.key < b.look.key ? -1 : 1;
}

/** Four times as wide as high: a page is wider than a chart is high. */
function widthOf(cells: number): number {
  return 2 ** Math.max(5, Math.round(Math.log2(Math.sqrt(cells * 4))));
}

function legendItem(kind: Kind, cells: number, cellBytes: number): string {
  const share = formatPercent((kind.cells / cells) * 100);
  const { look } = kind;
  return `<li><i style="--l:rgb(${look.light.join()});--d:rgb(${look.dark.join()})"></i>${escapeHtml(`${look.label}${whose(kind, cellBytes)}`)} <b>${formatBytes(kind.cells * cellBytes)}</b> <span>${share}</span></li>`;
}

/** With more CPUs, the list would be longer than what it explains. */
const CPUS_LISTED = 8;

function whose({ look, byCpu }: Kind, cellBytes: number): string {
  if (!look.perCpu || byCpu.size > CPUS_LISTED) return '';
  const parts = [...byCpu]
    .sort(([a], [b]) => a - b)
    .map(([cpu, cells]) => `${cpu}: ${formatBytes(cells * cellBytes)}`);
  return ` (${parts.join(', ')})`;
}

function largest(kinds: readonly Kind[], cells: number): string {
  return [...kinds]
    .sort((a, b) => b.cells - a.cells)
    .slice(0, 6)
    .map((kind) => `${formatPercent((kind.cells / cells) * 100)} ${kind.look.label}`)
    .join(', ');
}
