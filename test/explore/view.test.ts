import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explore, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewOf } from '#src/explore/picture/view.js';
import { replay } from '#src/explore/regress/replay.js';
import { aboutSchedule } from '#src/explore/replay/about_schedule.js';
import { entryAt, pageScript, stepText } from '#src/page/interleaving/script.js';
import type { InterleavingView } from '#src/results/interleaving_view.js';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-view-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What is found in a scenario, replayed, as its page is given it. */
async function viewOfFind(url: URL, options: Parameters<typeof explore>[1] = {}): Promise<InterleavingView> {
  const error = await explore(url, { seed: 1, directory, ...options }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  const { failure, recording } = await replay(error.recording, { allowOutside: true });
  if (failure === undefined) throw new Error('not reproduced');
  const view = viewOf(failure, aboutSchedule(recording, { replay: 'a b.json' }), recording.threads);
  expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  expect(view.steps.map((step) => stepText(view, step))).toEqual(
    failure.steps.map((step) => failure.labels.step(step)),
  );
  return view;
}

/** A scenario of a few lines. */
function written(name: string, text: string): URL {
  const file = join(directory, name);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const state = (view: InterleavingView, thread: number, step: number): string | undefined =>
  entryAt(view.threads[thread].states, step)?.[1];

describe('a failing schedule as plain data', () => {
  it('of a lost update: the words, the threads, the source around, how it was found', async () => {
    const view = await viewOfFind(scenario('lost-update.mjs'));
    const last = view.steps.length - 1;
    expect(view.words.map(({ name, bytes }) => [name, bytes])).toEqual([['words[0]', 4]]);
    expect(entryAt(view.words[0].values, last)?.[1]).toBe('1');
    const changes = view.words[0].values.filter((value) => value.length === 3);
    expect(changes.map(([, value, before]) => [before, value])).toEqual([['0', '1']]);
    expect([state(view, 0, last), state(view, 1, last)]).toEqual(['ended', 'ended']);
    const starts = view.steps.findLastIndex((step) => stepText(view, step) === 'starts');
    expect(state(view, view.steps[starts][0], starts - 1)).toBe('not started');
    expect(view.cause).toMatchObject({ name: 'lost update' });
    const thrown = view.places[view.thrownAt as number];
    expect(thrown.file).toMatch(/lost-update\.mjs$/);
    const excerpt = view.sources.find(
      ({ from, lines }) => from <= thrown.line && thrown.line < from + lines.length,
    );
    expect(excerpt?.lines[thrown.line - excerpt.from]).toContain('throw new Error(');
    expect(view.about).toMatchObject({ seed: 1, strategy: 'portfolio', shrink: null });
    expect(view.about.replay).toMatch(/ replay 'a b\.json'/);
  });

  it('of a wait for ever: who waits on what, who was woken', async () => {
    const url = written(
      'sleeper.mjs',
      `export function setup() { return { gate: new Int32Array(new SharedArrayBuffer(4)) }; }
export function thread({ gate }, id) {
  if (id === 0) for (let i = 0; i < 2; i++) Atomics.wait(gate, 0, 0);
  else while (Atomics.notify(gate, 0) === 0) Atomics.load(gate, 0);
}`,
    );
    const view = await viewOfFind(url);
    const texts = view.steps.map((step) => stepText(view, step));
    const [first, second] = texts.flatMap((text, i) => (text.endsWith(' sleeps') ? [i] : []));
    const notified = texts.findIndex((text) => text.endsWith('wakes 1'));
    const woken = texts.indexOf('is woken');
    expect([first, notified - 1, notified, woken, second].map((step) => state(view, 0, step))).toEqual([
      'waits on gate[0]',
      'waits on gate[0]',
      'woken from gate[0]',
      'running',
      'waits on gate[0]',
    ]);
    const last = texts.length - 1;
    expect([state(view, 0, last), state(view, 1, last)]).toEqual(['waits on gate[0]', 'ended']);
  });

  it('of a livelock: all its steps, those of the cycles in folds', async () => {
    const url = written(
      'livelock.mjs',
      `export function setup() { return new Int32Array(new SharedArrayBuffer(8)); }
export function thread(words, id) {
  for (;;) { Atomics.store(words, id, 1); Atomics.store(words, id, 0); if (Atomics.load(words, 1 - id) === 7) return; }
}`,
    );
    const view = await viewOfFind(url, { stepLimit: 2000 });
    expect(view.steps.length).toBeGreaterThan(100);
    const hidden = view.folds.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(hidden).toBeGreaterThan(view.steps.length * 0.8);
    for (let i = 1; i < view.folds.length; i++)
      expect(view.folds[i].from).toBeGreaterThan(view.folds[i - 1].to);
    expect(view.folds.every(({ from, to }) => from <= to && to < view.steps.length)).toBe(true);
  });

  it('of words of 64 bits: their whole values', async () => {
    const url = written(
      'wide.mjs',
      `export function setup() { const big = new BigInt64Array(new SharedArrayBuffer(16)); big[1] = 2n ** 40n; return { big }; }
export function thread({ big }) { Atomics.add(big, 1, 2n ** 33n); Atomics.store(big, 0, Atomics.load(big, 0) + 2n ** 50n); }
export function check({ big }) { if (big[0] !== 2n ** 51n) throw new Error('lost'); }`,
    );
    const view = await viewOfFind(url);
    const word = (name: string): string | null | undefined =>
      entryAt(view.words.find((one) => one.name === name)?.values ?? [], view.steps.length)?.[1];
    expect(word('big[0]')).toBe(String(2n ** 50n));
    expect(word('big[1]')).toBe(String(2n ** 40n + 2n ** 34n));
    const values = view.words.find(({ name }) => name === 'big[1]')?.values;
    expect(values?.[0].slice(1)).toEqual([String(2n ** 40n + 2n ** 33n), String(2n ** 40n)]);
  });
});

it('the page has every function of its script', () => {
  const source = readFileSync(new URL('../../src/page/interleaving/script.ts', import.meta.url), 'utf8');
  const names = [...source.matchAll(/^(?:export )?function (\w+)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(10);
  const script = pageScript();
  const missing = names.filter((name) => name !== 'pageScript' && !script.includes(`function ${name}(`));
  expect(missing).toEqual([]);
});
