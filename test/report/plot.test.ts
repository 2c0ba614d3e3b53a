import { describe, expect, test } from 'vitest';
import { categoryAxis, valueAxis } from '#src/report/html/components/chart/axis.js';
import type { ChartAxis, Plot, Series } from '#src/report/html/components/chart/chart.js';
import { plotSvg } from '#src/report/html/components/chart/plot.js';

// The picture of a chart, read back: where its labels are, and where its marks.

const SIZE = { width: 720, height: 280, font: 12 };
const LINEAR: ChartAxis = { title: 't', kind: 'linear', format: (value) => `${value}` };
const LOG: ChartAxis = { ...LINEAR, kind: 'log' };

const labels = (axis: ReturnType<typeof valueAxis>) => axis.ticks.map(({ label }) => label);

const plotOf = (series: Partial<Series>, rest: Partial<Plot> = {}): Plot => ({
  x: LINEAR,
  y: { ...LINEAR, min: 0 },
  series: [{ name: 's', points: [], ...series }],
  ...rest,
});

interface Text {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

function textsOf(svg: string): Text[] {
  return [...svg.matchAll(/<text x="([^"]*)" y="([^"]*)">([^<]*)<\/text>/g)].map(([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text,
  }));
}

/** The points of the first line, in pixels, by the parts between its gaps. */
function lineOf(svg: string): [number, number][][] {
  const [, d] = /<path d="([^"]*)" fill="none" stroke="var\(--s0\)"/.exec(svg)!;
  return d
    .split('M')
    .slice(1)
    .map((part) => part.split('L').map((point) => point.split(' ').map(Number) as [number, number]));
}

describe('an axis', () => {
  test('goes from one round number to another, beyond all values', () => {
    expect(labels(valueAxis(LINEAR, [3, 47], 5))).toEqual(['0', '10', '20', '30', '40', '50']);
  });

  test('keeps the ends that it is given', () => {
    const axis = valueAxis({ ...LINEAR, min: 1, max: 7.3, whole: true }, [2, 3], 8);
    expect(labels(axis)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    const at = axis.spanning(100, 700);
    expect([at(1), at(7.3)]).toEqual([100, 700]);
  });

  test('has whole numbers only, and steps of the length that was asked for', () => {
    expect(labels(valueAxis({ ...LINEAR, min: 0, whole: true }, [2], 8))).toEqual(['0', '1', '2']);
    const percent = valueAxis({ ...LINEAR, min: 0, max: 100, interval: 25 }, [], 5);
    expect(labels(percent)).toEqual(['0', '25', '50', '75', '100']);
  });

  test('of one value, or of none, still has a length', () => {
    for (const values of [[], [0], [5]]) {
      for (const axis of [LINEAR, LOG]) {
        const at = valueAxis(axis, values, 5).spanning(0, 100);
        const pixels = valueAxis(axis, values, 5).ticks.map(({ value }) => at(value));
        expect(pixels.every(Number.isFinite)).toBe(true);
        expect(new Set(pixels).size).toBeGreaterThan(1);
      }
    }
  });

  test('of a log scale goes from a power of ten to another, equally far apart', () => {
    const axis = valueAxis(LOG, [30, 20_000], 8);
    expect(labels(axis)).toEqual(['10', '100', '1000', '10000', '100000']);
    const at = axis.spanning(0, 400);
    expect(axis.ticks.map(({ value }) => Math.round(at(value)))).toEqual([0, 100, 200, 300, 400]);
  });

  test('of many decades labels some of them', () => {
    const named = labels(valueAxis(LOG, [1, 1e8], 4)).filter((label) => label !== '');
    expect(named).toEqual(['1', '100', '10000', '1000000', '100000000']);
  });

  test('of names has each in the middle of its step', () => {
    const at = categoryAxis(['a', 'b', 'c', 'd']).spanning(0, 400);
    expect([0, 1, 2, 3].map(at)).toEqual([50, 150, 250, 350]);
  });
});

describe('a plot', () => {
  test('has its points in proportion, with zero at the bottom', () => {
    const [[a, b, c]] = lineOf(
      plotSvg(
        plotOf({
          points: [
            [0, 0],
            [1, 50],
            [4, 100],
          ],
        }),
        SIZE,
      ),
    );
    expect(b[0] - a[0]).toBeCloseTo((c[0] - a[0]) / 4, 0);
    expect(a[1] - b[1]).toBeCloseTo((a[1] - c[1]) / 2, 0);
    expect(c[1]).toBeLessThan(a[1]);
  });

  test('has a gap where there is no value, and an area on both sides of it', () => {
    const points: Series['points'] = [
      [0, 1],
      [1, 2],
      [2, null],
      [3, 2],
      [4, 1],
    ];
    const svg = plotSvg(plotOf({ points, filled: true }), SIZE);
    expect(lineOf(svg).map((part) => part.length)).toEqual([2, 2]);
    const [, area] = /<path d="([^"]*)" fill="var\(--s0\)"/.exec(svg)!;
    expect(area.match(/Z/g)).toHaveLength(2);
  });

  test('holds its spreads, though they go beyond the points', () => {
    const spread = [[1, 5, 400] as const];
    const svg = plotSvg(
      plotOf({
        points: [
          [1, 10],
          [2, 10],
        ],
        spread,
      }),
      SIZE,
    );
    expect(textsOf(svg).map(({ text }) => text)).toContain('400');
  });

  test('has a bar for each name, as high as its value', () => {
    const plot = plotOf(
      {
        points: [
          [0, 4],
          [1, 0],
          [2, 2],
        ],
      },
      { categories: ['a', 'b', 'c'], bars: true },
    );
    const heights = [...plotSvg(plot, SIZE).matchAll(/<rect [^>]*height="([^"]*)"/g)].map(([, height]) =>
      Number(height),
    );
    expect(heights).toHaveLength(3);
    expect(heights[0]).toBeCloseTo(2 * heights[2], 0);
    expect(heights[1]).toBe(0);
  });

  test('leaves out labels that would run into one another, and none sticks out', () => {
    const categories = Array.from({ length: 40 }, (_, i) => `category ${i}`);
    const plot = plotOf({ points: categories.map((_, i) => [i, 1]) }, { categories });
    for (const width of [340, 720]) {
      const texts = textsOf(plotSvg(plot, { ...SIZE, width }));
      const named = texts.filter(({ text }) => text.startsWith('category'));
      expect(named.length).toBeGreaterThan(2);
      expect(named.length).toBeLessThan(40);
      const widest = 'category 39'.length * 12 * 0.6;
      for (const [i, { x }] of named.entries()) {
        if (i > 0) expect(x - named[i - 1].x).toBeGreaterThan(widest);
        expect(x + widest / 2).toBeLessThanOrEqual(width);
      }
    }
  });

  test('makes room for the labels of the y axis', () => {
    const wide = { ...LINEAR, min: 0, format: (value: number) => `${value} operations/s` };
    const points: Series['points'] = [
      [0, 0],
      [1, 100],
    ];
    const [[start]] = lineOf(plotSvg(plotOf({ points }, { y: wide }), SIZE));
    const [[narrow]] = lineOf(plotSvg(plotOf({ points }), SIZE));
    expect(start[0]).toBeGreaterThan(narrow[0] + 60);
  });

  test('of nothing is an empty frame', () => {
    for (const rest of [{}, { categories: [] }, { categories: [], bars: true }, { x: LOG }]) {
      expect(plotSvg(plotOf({}, rest), SIZE)).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('keeps text from becoming markup', () => {
    const svg = plotSvg(plotOf({ points: [[0, 1]] }, { categories: ['<b>&'] }), SIZE);
    expect(svg).toContain('&lt;b&gt;&amp;');
    expect(svg).not.toContain('<b>');
  });
});
