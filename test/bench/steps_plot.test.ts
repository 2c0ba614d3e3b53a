import { describe, expect, test } from 'vitest';
import type { BenchResult, StepsResult } from '../../dist/bench/figures/bench_result.js';
import { stepsPlot } from '../../dist/bench/rows/steps_plot.js';

const shape = (mib: number, liveBlocks: number, ns: number): StepsResult => ({
  memoryBytes: mib * 2 ** 20,
  liveBlocks,
  bootMs: 3,
  splits: 0.002,
  merges: 0.012,
  listSteps: 0.031,
  lockTrips: 0,
  ns,
});

const result = {
  steps: [shape(64, 1000, 25), shape(16384, 1000, 27), shape(16384, 1e6, 160), shape(16384, 1e4, 24)],
  environment: { cpuModel: 'A & B <EPYC>', node: '20.20.2', load: [0.5, 0, 0] },
} as unknown as BenchResult;

describe('the picture of steps', () => {
  test('stands alone: its own colours, light and dark, no script, nothing to load', async () => {
    const svg = await stepsPlot(result);
    expect(svg).toMatch(/^<svg [^>]*role="img"[^>]*aria-label="[^"]*A &amp; B &lt;EPYC&gt;/);
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    for (const [, name] of svg.matchAll(/var\((--\w+)\)/g)) expect(svg).toContain(`${name}:`);
    expect(svg).not.toMatch(/<script|href=|url\((?!#)|NaN|undefined/);
  });

  test('has a label for each shape, from small to large, and a line for each count', async () => {
    const svg = await stepsPlot(result);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    for (const label of ['64 MiB', '16 GiB', '1 M', 'merges', 'lock trips']) expect(texts).toContain(label);
    const blocks = texts.filter((text) => ['1 k', '10 k', '1 M'].includes(text));
    expect(blocks.slice(0, 3)).toEqual(['1 k', '10 k', '1 M']);
    const lines = [...svg.matchAll(/<path d="[^"]*" fill="none" stroke="var\(--s\d\)"/g)];
    expect(lines).toHaveLength(2 * (1 + 4));
  });

  test('of nothing there is nothing to see, and nothing fails', async () => {
    expect(await stepsPlot({ ...result, steps: [] })).toContain('<svg ');
  });
});
