import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSweep } from '#src/lab/sweep/run_sweep.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import type { RunResult } from '#src/results/run_result.js';
import { framelab } from '../cli/framelab.ts';
import { scenario } from '../explore/paths.ts';
import { inspect } from './inspect_page.js';
import { realRun } from './real_run.ts';

// The page as a reader meets it: in a browser, from a file, with no network and no script.

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (CHROMIUM === undefined) {
  console.warn('test/report/page.test.ts: skipped, there is no Chromium (apt-get install chromium)');
}

describe.skipIf(CHROMIUM === undefined)('the HTML report in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framelab-page-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    const options = { seed: 5, durationMs: 150, memory: 32 * 2 ** 20, warmup: { operations: 500 } };
    const sweep = await runSweep({
      base: options,
      axes: { workers: [1, 2], lock: ['ttas', 'mcs'] },
      repeat: 2,
    });
    const run = sampled(await realRun({ workers: 3, allocator: 'global-buddy', durationMs: 800 }));
    const found = join(folder, 'found.json');
    const explore = ['explore', fileURLToPath(scenario('lost-update.mjs')), '--seed', '3', '-o', folder];
    await framelab([...explore, '--schedules', '100', '--json', found]);
    const explored = JSON.parse(readFileSync(found, 'utf8'));
    writeFileSync(file, await htmlReport([run, crowded(run), sweep, explored]));
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page opened so; what it complained about and asked for goes into `events`. */
  async function open(width: number, colorScheme: 'light' | 'dark', events: string[] = []): Promise<Page> {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme,
      javaScriptEnabled: true,
    });
    page.on('console', (message) => events.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => events.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) events.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  /** Opens what is folded: tables are in there, too. */
  async function unfold(page: Page): Promise<void> {
    for (const summary of await page.locator('summary').all()) await summary.click();
  }

  test('asks for nothing but itself, and has nothing to complain of', async () => {
    const events: string[] = [];
    await open(1600, 'light', events);
    expect(events).toEqual([`request: ${pathToFileURL(file).href}`]);
  });

  for (const width of [400, 1280, 1920]) {
    for (const scheme of ['light', 'dark'] as const) {
      test(`${width} pixels wide, ${scheme}: nothing sticks out, no table is cut, every chart shows something, text is legible`, async () => {
        const page = await open(width, scheme);
        await unfold(page);
        const found = await page.evaluate(inspect);
        expect(found.overflow).toBe(0);
        expect(found.cut).toEqual([]);
        expect(found.tables.length).toBeGreaterThan(12);
        for (const table of found.tables) expect(table.unnamed, table.title).toBe(0);
        const cards = found.tables.filter(({ isCards }) => isCards).map(({ title }) => title);
        if (width === 400) expect(cards).toContain('Contention by lock');
        else expect(cards).toEqual([]);
        expect(found.charts.length).toBeGreaterThanOrEqual(10);
        for (const chart of found.charts) {
          expect(chart.title).not.toBe('');
          expect(chart.drawings, chart.title).toBe(1);
          expect(chart.alternative.length, chart.title).toBeGreaterThan(20);
          if (chart.isSvg) expect(chart.marks, chart.title).toBeGreaterThan(0);
          for (const imageWidth of chart.imageWidth) expect(imageWidth).toBeGreaterThan(16);
          expect(chart.smallestText, chart.title).toBeGreaterThan(9);
        }
        const [background, ink] = [luminance(found.background), luminance(found.ink)];
        expect(scheme === 'dark' ? ink : background).toBeGreaterThan(scheme === 'dark' ? background : ink);
        // WCAG's ratio for text.
        const contrast = (Math.max(background, ink) + 0.05) / (Math.min(background, ink) + 0.05);
        expect(contrast).toBeGreaterThan(7);
        await page.close();
      });
    }
  }

  test('has a scaling curve for each lock of the sweep, and a heat map and the RAM for the run', async () => {
    const page = await open(1200, 'light');
    const titles = await page.locator('figure h3').allTextContents();
    for (const title of ['Throughput over time', 'Hold-time distribution by lock', 'The RAM: 32 MiB']) {
      expect(titles).toContain(title);
    }
    expect(titles.some((title) => title.startsWith('Latency distribution'))).toBe(true);
    expect(titles.some((title) => title.startsWith('Who waited for whom'))).toBe(true);
    for (const curve of ['ttas', 'mcs']) expect(titles.join()).toContain(curve);
    await page.close();
  });
});

/** The same run with samples enough for curves: on a busy machine, one of 800 ms may have two. */
function sampled(run: RunResult): RunResult {
  const sample = { operationsPerSecond: 1000, contendedPercent: 1, framesInUse: 100, fragmentation: 0.5 };
  const samples = [...run.timeline.samples];
  for (let i = samples.length; i < 5; i++) samples.push({ ...sample, atMs: 800 + 50 * i });
  return { ...run, timeline: { ...run.timeline, samples } };
}

/** The same run as if 40 workers had waited for one another: its heat map is the widest that there is. */
function crowded(run: RunResult): RunResult {
  const waits = Array.from({ length: 40 }, (_, holder) =>
    Array.from({ length: 40 }, (_, waiter) => (holder === waiter ? 0 : 1e6 * (1 + holder + waiter))),
  );
  return { ...run, locks: run.locks.map((lock) => ({ ...lock, waitedNs: waits })) };
}

/** WCAG 2's relative luminance of `rgb(r, g, b)`. */
function luminance(color: string): number {
  const [r, g, b] = color
    .match(/[\d.]+/g)!
    .slice(0, 3)
    .map((text) => {
      const part = Number(text) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
