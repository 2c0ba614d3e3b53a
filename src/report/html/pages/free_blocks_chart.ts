import type { RunResult } from '../../../results/run_result.ts';
import { formatCount, shortRate } from '../../figures/format.ts';
import type { Chart } from '../components/chart/chart.ts';

/** Free blocks of the global pool, at the middle of the run. */
export function freeBlocksChart(result: RunResult): Chart | null {
  const at = result.allocator.midRun ?? result.allocator;
  const blocks = at.freeBlocksByOrder;
  const last = blocks.findLastIndex((count) => count > 0);
  if (last < 0) return null;
  const orders = blocks.slice(0, last + 1);
  const sum = orders.reduce((total, count) => total + count, 0);
  return {
    title: 'Free blocks of the global pool by order',
    summary: `${formatCount(sum)} blocks ${result.allocator.midRun === null ? 'at the end' : 'in the middle of the run'}; the largest are of order ${last}, ${formatCount(2 ** last)} frames.`,
    x: { title: 'order: blocks of 2^order frames', kind: 'linear', format: (value) => `${value}` },
    y: { title: 'blocks', kind: 'linear', min: 0, whole: true, format: shortRate },
    categories: orders.map((_, order) => `${order}`),
    bars: true,
    series: [{ name: 'blocks', points: orders.map((count, order) => [order, count]) }],
  };
}
