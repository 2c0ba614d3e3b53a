import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interleavingPage } from '#src/page/interleaving/interleaving_page.js';
import type { InterleavingView } from '#src/results/interleaving_view.js';
import { inspectContrast, inspectPhone, inspectStep } from './inspect_step_page.js';
import { sampleView } from './sample_view.ts';

// The page of a failing schedule as a reader meets it: in a browser, from a file, with and without its script.

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
if (CHROMIUM === undefined) {
  console.warn(
    'test/report/interleaving_page.test.ts: skipped, there is no Chromium (apt-get install chromium)',
  );
}

const HOSTILE = `</script><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;

describe('the page of a failing schedule', () => {
  test('stays under a megabyte for 10,000 steps that all differ', () => {
    const page = interleavingPage(sampleView(10_000), '');
    expect(page.match(/<tr class=/g)?.length).toBe(10_000);
    expect(page.length).toBeLessThan(1_000_000);
  });

  test('holds the view that it shows as JSON', () => {
    const view = sampleView(20, { message: HOSTILE });
    const page = interleavingPage(view, '');
    const json = /<script type="application\/json" id="interleaving">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual(view);
  });
});

describe.skipIf(CHROMIUM === undefined)('the page of a failing schedule in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'framelab-interleaving-'));
  let browser: Browser;
  let files = 0;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Seen {
    readonly width?: number;
    readonly colorScheme?: 'light' | 'dark';
    readonly javaScriptEnabled?: boolean;
    /** Gets what the page complained about and asked for. */
    readonly events?: string[];
  }

  async function open(view: InterleavingView, seen: Seen = {}): Promise<Page> {
    const { width = 1400, colorScheme = 'light', javaScriptEnabled = true, events = [] } = seen;
    const file = join(folder, `${files++}.html`);
    writeFileSync(file, interleavingPage(view, 'the end'));
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled });
    page.on('console', (message) => events.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => events.push(`error: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith('data:') && url !== pathToFileURL(file).href) events.push(`request: ${url}`);
    });
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  test('asks for nothing but itself, has nothing to complain of, and names what there is to know', async () => {
    const events: string[] = [];
    const page = await open(sampleView(20), { events });
    expect(events).toEqual([]);
    const text = await page.locator('main').innerText();
    for (const part of [
      'check() failed: counted 1 of 2',
      'Cause: lost update. thread 0 stored over it.',
      'pct, schedule 12',
      'npx framelab replay counter.json',
      'npx framelab shrink counter.json',
      'at check (counter.mjs:9:11)',
      'line 9 of the source',
    ]) {
      expect(text).toContain(part);
    }
    await page.close();
    // It opens at its top, wherever the first step is.
    const long = await open(sampleView(20, { details: Array(100).fill('a line') }));
    expect(await long.evaluate('scrollY')).toBe(0);
    await long.keyboard.press('j');
    expect(await long.evaluate(inspectStep)).toMatchObject({ current: [1], inView: true });
    await long.close();
  });

  test('steps forth and back by keys and buttons, with the memory, the threads and the source at each step', async () => {
    const page = await open(sampleView(20));
    const at = async (...keys: string[]): Promise<ReturnType<typeof inspectStep>> => {
      for (const key of keys) await page.keyboard.press(key);
      return page.evaluate(inspectStep);
    };
    expect(await at()).toMatchObject({
      current: [0],
      operation: 'thread 0load(words[0]) = 1000',
      memory: ['words[0]: not touched yet', 'words[1]: not touched yet'],
      threads: ['thread 0: running', 'thread 1: not started'],
    });
    expect(await at('j', 'ArrowRight', 'ArrowDown')).toMatchObject({
      current: [3],
      operation: 'thread 0store(words[0], 1003)',
      memory: ['words[0]: 1001 → 1003', 'words[1]: not known'],
      changed: 1,
      source: '5    line 5 of the source',
    });
    expect(await at('k')).toMatchObject({
      current: [2],
      memory: ['words[0]: 1001', 'words[1]: 5'],
      changed: 0,
    });
    expect(await at('ArrowLeft', 'ArrowUp', 'k', 'k')).toMatchObject({ current: [0] });
    expect(await at('End')).toMatchObject({
      current: [19],
      threads: ['thread 0: running', 'thread 1: waits on words[0]'],
    });
    expect(await at('j')).toMatchObject({ current: [19] });
    expect(await at('Home')).toMatchObject({ current: [0] });
    await page.locator('button[data-key=j]').click();
    expect(await at()).toMatchObject({ current: [1] });
    await page.locator('#steps tr', { hasText: 'load(words[0]) = 1008' }).click();
    expect(await at()).toMatchObject({ current: [8], inView: true });
    // With a modifier a key is the browser's.
    expect(await at('Control+j')).toMatchObject({ current: [8] });
    await page.close();
  });

  test('folds what repeats: steps pass over it, and it opens by key, by click and at its end', async () => {
    const page = await open(sampleView(100));
    const at = async (...keys: string[]): Promise<ReturnType<typeof inspectStep>> => {
      for (const key of keys) await page.keyboard.press(key);
      return page.evaluate(inspectStep);
    };
    expect(await at()).toMatchObject({ shown: 30 });
    expect(await at(...Array(10).fill('j'))).toMatchObject({ current: [80], inView: true });
    expect(await at('k')).toMatchObject({ current: [9] });
    expect(await at('o')).toMatchObject({ current: [9], shown: 100 });
    expect(await at('j')).toMatchObject({ current: [10] });
    expect(await at('o')).toMatchObject({ current: [9], shown: 30 });
    await page.locator('.fold label').click();
    expect(await at()).toMatchObject({ shown: 100 });
    await page.locator('#open-all').click();
    expect(await at()).toMatchObject({ shown: 30 });
    await page.close();
    const last = await open(sampleView(100, { folds: [{ from: 90, to: 99, text: 'the end repeats' }] }));
    await last.keyboard.press('End');
    expect(await last.evaluate(inspectStep)).toMatchObject({ current: [99], shown: 100, inView: true });
    await last.close();
  });

  test('shows all steps, and opens folds, without a script', async () => {
    const page = await open(sampleView(100), { javaScriptEnabled: false });
    expect(await page.locator('#panel').isVisible()).toBe(false);
    const rows = page.locator('#steps tbody:not(.fold) tr:visible');
    expect(await rows.count()).toBe(30);
    await page.locator('.fold input').check();
    expect(await rows.count()).toBe(100);
    expect(await rows.nth(50).innerText()).toMatch(/50\s+load\(words\[0\]\) = 1050/);
    await page.close();
  });

  for (const width of [400, 1280, 1920]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${width} pixels wide, ${colorScheme}: nothing sticks out, every text is legible (WCAG AA)`, async () => {
        const page = await open(sampleView(60), { width, colorScheme });
        let looked = 0;
        // A preemption that is the current step is the hardest to read.
        for (const key of ['Home', 'j', 'j', 'j', 'j', 'j', 'o', 'End']) {
          await page.keyboard.press(key);
          for (const { text, color, background } of await page.evaluate(inspectContrast)) {
            looked++;
            expect(contrast(color, background), `${text}: ${color} on ${background}`).toBeGreaterThanOrEqual(
              4.5,
            );
          }
          expect(await page.evaluate(inspectStep)).toMatchObject({ overflow: 0, inView: true });
        }
        expect(looked).toBeGreaterThan(40);
        await page.close();
      });
    }
  }

  test('on a phone a step says which words it changed, and the step in view is above the panel', async () => {
    const page = await open(sampleView(20), { width: 400 });
    for (let i = 0; i < 9; i++) await page.keyboard.press('j');
    const place = await page.evaluate(inspectPhone);
    expect(place.chip).toBe('"words[0] = "1009');
    expect(place.bottom).toBeLessThanOrEqual(place.panel);
    await page.close();
  });

  test('of many words, those that a step changed come into view, and the table has columns for some', async () => {
    const words = Array.from({ length: 60 }, (_, i) => ({
      name: `table[${i}]`,
      bytes: 4,
      values: [i === 50 ? ([7, '3', '2'] as const) : ([2, '0'] as const)],
    }));
    const page = await open(sampleView(20, { words }));
    expect(await page.locator('#steps thead').innerText()).toContain('table[50]');
    expect(await page.locator('#steps thead th').count()).toBe(3 + 24);
    expect(await page.locator('.above').innerText()).toContain('36 more words are in the panel');
    for (let i = 0; i < 7; i++) await page.keyboard.press('j');
    const step = await page.evaluate(inspectStep);
    expect(step.memory[50]).toBe('table[50]: 2 → 3');
    expect(step).toMatchObject({ current: [7], changed: 1, changedInView: true, inView: true });
    await page.close();
  });

  test('10,000 steps open, and a key goes to the last of them', async () => {
    const page = await open(sampleView(10_000));
    await page.keyboard.press('End');
    expect(await page.evaluate(inspectStep)).toMatchObject({
      current: [9999],
      number: 'step 9999 (0 to 9999)',
    });
    await page.close();
  });

  test('runs nothing that what it shows holds', async () => {
    const view = sampleView(20);
    const events: string[] = [];
    const page = await open(
      {
        ...view,
        message: HOSTILE,
        details: [HOSTILE],
        cause: { name: HOSTILE, sentence: HOSTILE, steps: [] },
        about: { ...view.about, scenario: HOSTILE, replay: HOSTILE, strategy: HOSTILE },
        texts: [HOSTILE, HOSTILE],
        places: view.places.map((place) => ({ ...place, file: HOSTILE, name: HOSTILE })),
        sources: view.sources.map((excerpt) => ({
          ...excerpt,
          file: HOSTILE,
          lines: Array(12).fill(HOSTILE),
        })),
        threads: view.threads.map(() => ({ states: [[0, HOSTILE]] })),
        words: view.words.map((word) => ({ ...word, name: `"}</style>${HOSTILE}\\` })),
        folds: [{ from: 5, to: 9, text: HOSTILE }],
      },
      { events, width: 400 },
    );
    await page.keyboard.press('j');
    expect(await page.title()).toBe(`check: ${HOSTILE}`);
    expect(events).toEqual([]);
    expect(await page.locator('img').count()).toBe(0);
    expect((await page.evaluate(inspectStep)).operation).toBe(`thread 0${HOSTILE}`);
    await page.close();
  });
});

/** WCAG 2's ratio of two colours, given as red, green and blue of 0 to 255. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function luminance(color: readonly number[]): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
