import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { idealLine, scalingCurves } from '#src/report/figures/scaling.js';
import { bestCell } from '#src/report/figures/sweep_cells.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { scalingCharts } from '#src/report/html/pages/sweep_charts.js';
import { sweepTable } from '#src/report/tables/sweep_table.js';
import { sweepWithLaterFields } from '#src/results/later_fields.js';
import { cellOf, type SweepCell, type SweepResult } from '#src/results/sweep_result.js';

const golden = sweepWithLaterFields(
  JSON.parse(readFileSync(join(import.meta.dirname, 'golden/sweep.json'), 'utf8')),
);

const CORES = 2;

function cell(workers: number, lock: string, throughputs: readonly number[]): SweepCell {
  const [{ configuration, repetitions }] = golden.cells;
  const [sample] = repetitions;
  return cellOf(
    { workers: `${workers}`, lock },
    { ...configuration, workers, lock, oversubscribed: workers > CORES },
    throughputs.map((throughput) => ({ ...sample, metrics: { ...sample.metrics, throughput } })),
  );
}

const steady = (rate: number) => [rate, rate * 1.01, rate * 0.99];

/** A slow lock that scales, a fast one that does not, and one that nobody can rank. */
const sweep: SweepResult = {
  ...golden,
  environment: { ...golden.environment, cores: CORES },
  axes: [
    { name: 'workers', values: ['1', '2', '4'] },
    { name: 'lock', values: ['slow', 'fast', 'wild'] },
  ],
  cells: [
    cell(1, 'slow', steady(100)),
    cell(2, 'slow', steady(200)),
    cell(4, 'slow', steady(180)),
    cell(1, 'fast', steady(1000)),
    cell(2, 'fast', steady(1200)),
    cell(4, 'fast', steady(900)),
    cell(1, 'wild', [10, 3000, 1500]),
  ],
};

describe('the ideal', () => {
  test('is a core for each worker, and never more than the cores', () => {
    expect(idealLine(10, [1, 2, 4], 2)).toEqual([
      [1, 10],
      [2, 20],
      [4, 20],
    ]);
    expect(idealLine(10, [1, 8], 3)).toEqual([
      [1, 10],
      [3, 30],
      [8, 30],
    ]);
    expect(idealLine(10, [1, 2], 64)).toEqual([
      [1, 10],
      [2, 20],
    ]);
  });
});

describe('small multiples', () => {
  const charts = scalingCharts(sweep);

  test('are one for each curve, the highest first, all on one scale', () => {
    expect(charts.map(({ title }) => title)).toEqual(['wild', 'fast (best)', 'slow']);
    expect(new Set(charts.map(({ y }) => y.max)).size).toBe(1);
    // Data decide on the height: 2,000 would be the ideal of `fast`.
    expect(charts[0].y.max).toBeCloseTo(3000 * 1.05, 6);
    for (const { x, small } of charts) {
      expect(x.labelled).toEqual([1, 2, 4]);
      expect(small).toBe(true);
    }
  });

  test('have the ideal beside what was measured, cut where it leaves the chart', () => {
    const [, fast, slow] = charts;
    expect(slow.series[1].points).toEqual([
      [1, 100],
      [2, 200],
      [4, 200],
    ]);
    expect(fast.series[1].points.at(-1)).toEqual([4, 2000]);
    const low = scalingCharts({ ...sweep, cells: sweep.cells.slice(3, 6) });
    const top = low[0].y.max!;
    expect(low[0].series[1].points).toEqual([
      [1, 1000],
      [top / 1000, top],
    ]);
  });

  test('say how much of the ideal it was', () => {
    expect(charts[2].summary).toBe(
      'By workers: 1: 100/s; 2: 200/s, 100.0 % of the ideal; 4: 180/s, 90.0 % of the ideal.',
    );
  });

  test('none where the number of workers does not vary', () => {
    expect(scalingCharts({ ...sweep, cells: [sweep.cells[0], sweep.cells[3]] })).toEqual([]);
  });

  test('a curve is in the order of its workers, however the cells are', () => {
    const turned = scalingCurves({ ...sweep, cells: [...sweep.cells].reverse() });
    expect(turned[1].cells.map(({ configuration }) => configuration.workers)).toEqual([1, 2, 4]);
  });
});

describe('the table of a sweep', () => {
  const table = sweepTable(sweep);

  test('is sorted, and marks the best of those that are steady', () => {
    expect(table.rows.map(([name]) => name)).toEqual([
      '1 worker, lock wild',
      '2 workers, lock fast (best)',
      '1 worker, lock fast',
      '4 workers, lock fast (more than cores)',
      '2 workers, lock slow',
      '4 workers, lock slow (more than cores)',
      '1 worker, lock slow',
    ]);
    expect(table.best).toBe(1);
    expect(bestCell({ ...sweep, cells: sweep.cells.slice(0, 1) })).toBeNull();
  });

  test('has bars as long as the throughput, on the page', async () => {
    expect(table.bars?.parts.map((part) => Number(part.toFixed(3)))).toEqual([
      1, 0.8, 0.667, 0.6, 0.133, 0.12, 0.067,
    ]);
    const page = await htmlReport([sweep]);
    const bars = [...page.matchAll(/<td class="bar" data-l="operations\/s" style="--p:([\d.]+)%">/g)];
    expect(bars.map(([, length]) => length)).toEqual([
      '100.0',
      '80.0',
      '66.7',
      '60.0',
      '13.3',
      '12.0',
      '6.7',
    ]);
    expect(page.match(/<tr class="best">/g)).toHaveLength(1);
  });
});
