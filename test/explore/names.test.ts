import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, renderTable, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Labels } from '#src/control/memory/labels.js';
import { failurePage } from '#src/explore/picture/failure_page.js';
import { aboutSchedule } from '#src/explore/replay/about_schedule.js';
import { readNames } from '#src/explore/scenario/names.js';

// What a scenario calls its words: in tables, causes and pages; and what it may not.

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'framelab-names-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const body = `
export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(64)) };
}
export function attach({ words }) {
  return { ring: new Int32Array(words.buffer, 32, 4) };
}
export function thread({ words }, index, { ring }) {
  Atomics.store(ring, index, 1);
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
}
export function check({ words }) {
  if (words[0] !== 2) throw new Error('an update was lost');
}
`;

function explored(names: string): Promise<unknown> {
  const path = join(root, `s${count++}.mjs`);
  writeFileSync(path, body + names);
  return explore(path, { seed: 1, directory: join(root, 'finds') }).catch((error: unknown) => error);
}

describe('names()', () => {
  it('are used by the message, the table, the cause, the page and the recording', async () => {
    const error = await explored(
      "export function names({ words }, { ring }) { return { counter: [words, 0], 'slots[]': ring }; }",
    );
    if (!(error instanceof ScheduleFailed)) throw error;
    const { failure, recording } = error;
    const table = renderTable(failure);
    expect(table).toMatch(/load\(counter\) = 0/);
    expect(table).toMatch(/store\(slots\[1\], 1\)/);
    expect(table).not.toContain('words[');
    expect(failure.cause?.sentence).toContain('read counter = 0');
    expect(failure.cause?.places).toEqual(['counter']);
    const about = aboutSchedule(recording, { replay: 'r.json', shrink: 'r.json' });
    expect(failurePage(failure, about, recording.threads)).toContain('load(counter) = 0');
    expect(recording.places?.map(({ memory }) => memory).sort()).toEqual([
      '',
      'counter',
      'counter',
      'slots[0]',
      'slots[1]',
    ]);
  });

  it.each([
    [
      'an index outside its view',
      '{ counter: [words, 16] }',
      'names() gives counter the index 16; its view has 16 elements',
    ],
    [
      'more elements than there are',
      '{ slots: [words, 4, 13] }',
      'names() gives slots the count 13; its view has 16',
    ],
    [
      'no view',
      "{ counter: 'words[0]' }",
      'names() gives counter "words[0]" that is not a view, or [view, index]',
    ],
    [
      'other memory',
      '{ counter: [new Int32Array(4), 0] }',
      'names() gives counter a view of memory that the value',
    ],
    ['an odd name', "{ 'a\\nb': [words, 0] }", 'names() gives the name'],
    ['no object', '[words]', 'names() returned'],
  ])('are refused before the search: %s', async (_, value, message) => {
    const error = await explored(`export function names({ words }) { return ${value}; }`);
    expect(error).toMatchObject({ code: 'Usage', message: expect.stringContaining(message) });
  });

  it('are a function; what else a scenario calls itself is its own', async () => {
    await expect(explored('export const names = {};')).resolves.toMatchObject({
      code: 'Scenario',
      message: expect.stringContaining('its export names is an object'),
    });
    await expect(explored("export const name = 'counter';")).resolves.toBeInstanceOf(ScheduleFailed);
    await expect(explored('export function nmaes() {}')).resolves.toMatchObject({
      code: 'Usage',
      message: expect.stringContaining('did you mean names?'),
    });
  });
});

describe('a label', () => {
  const ram = new SharedArrayBuffer(64);
  const words = new Int32Array(ram);
  const labels = (value: object): Labels =>
    new Labels(
      [ram],
      [{ path: 'words', buffer: ram, start: 0, end: 64, elementBytes: 4 }],
      readNames(value, [ram]),
    );

  it('is the narrowest name, else the path', () => {
    const named = labels({ queue: [words, 2, 8], head: [words, 2], whole: new DataView(ram, 48, 8) });
    expect([0, 8, 12, 36, 40, 48, 52].map((offset) => named.place(0, offset))).toEqual([
      'words[0]',
      'head',
      'queue[1]',
      'queue[7]',
      'words[10]',
      'whole+0x0',
      'whole+0x4',
    ]);
  });

  it('tells where within a word an operation is', () => {
    expect([8, 9].map((offset) => labels({ head: [words, 2] }).place(0, offset))).toEqual([
      'head',
      'head+0x1',
    ]);
    expect(labels({ byte: [ram, 17] }).place(0, 17)).toBe('byte');
    expect(labels({ bytes: [ram, 16, 4] }).place(0, 18)).toBe('bytes+0x2');
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const [at] = readNames({ top: [memory, 8] }, [memory.buffer as unknown as SharedArrayBuffer]);
    expect(at).toMatchObject({ name: 'top', start: 8, end: 9, isOne: true });
  });
});
