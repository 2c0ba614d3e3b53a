import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  explainReplay,
  explore,
  type Recording,
  type ReplayResult,
  readRecording,
  replay,
  ScheduleFailed,
} from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingText } from '#src/explore/replay/recording.js';
import { scenario } from './paths.ts';

// What a replay file says of code that was edited since it was recorded.

const source = readFileSync(fileURLToPath(scenario('lost-update.mjs')), 'utf8');

let root: string;
let file: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framelab-regress-'));
  file = await recordedIn('counter.mjs', source);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Finds the failure of a scenario; its replay file. */
async function recordedIn(name: string, text: string): Promise<string> {
  writeFileSync(join(root, name), text);
  const error = await explore(join(root, name), {
    seed: 1,
    strategy: 'random',
    directory: join(root, 'finds'),
  }).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error.replayFile as string;
}

async function afterEdit(edit: (text: string) => string, options = {}): Promise<ReplayResult> {
  const edited = edit(source);
  expect(edited).not.toBe(source);
  writeFileSync(join(root, 'counter.mjs'), edited);
  try {
    return await replay(file, { allowOutside: true, ...options });
  } finally {
    writeFileSync(join(root, 'counter.mjs'), source);
  }
}

/** A lock around both operations, that spins or sleeps. */
function locked(wait: string) {
  return (text: string): string =>
    text
      .replace('const seen', `while (Atomics.compareExchange(words, 1, 0, 1) !== 0)${wait};\n  const seen`)
      .replace('seen + 1);', 'seen + 1);\n  Atomics.store(words, 1, 0); Atomics.notify(words, 1);');
}

describe('a recording', () => {
  it('has the place of every step, each once', () => {
    const { places = [], at = [], site, cause, steps } = readRecording(file);
    expect(
      places.map(({ operation, memory, file: of, line, text }) => [operation, memory, of, line, text]),
    ).toEqual([
      ['start', '', '', 0, ''],
      ['load', 'words[0]', 'counter.mjs', 6, 'const seen = Atomics.load(words, 0);'],
      ['store', 'words[0]', 'counter.mjs', 7, 'Atomics.store(words, 0, seen + 1);'],
    ]);
    expect(at).toHaveLength(steps);
    expect([...at].sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect([site?.[0].file, site?.[0].text.slice(0, 20), cause]).toEqual([
      'counter.mjs',
      'if (words[0] !== thr',
      'lost update',
    ]);
  });
});

describe('still fails', () => {
  it('where nothing but lines has moved, by the same events', async () => {
    const result = await afterEdit((text) => `// One.\n// Two.\n${text}`);
    expect([result.answer, result.by, result.newRecording]).toEqual(['still fails', 'turns', undefined]);
  });

  it('where new operations take the recorded turns: it is followed by its places', async () => {
    const result = await afterEdit((text) =>
      text.replace('const seen', 'for (let i = 0; i < 3; i++) Atomics.load(words, 1);\n  const seen'),
    );
    expect([result.answer, result.by, result.reproduced]).toEqual(['still fails', 'places', false]);
    expect(result.following).toMatchObject({ lost: [], waited: 0 });
    expect(result.failure).toMatchObject({ verdict: 'check', cause: { name: 'lost update' } });
    expect(explainReplay(result)).toMatch(
      /^still fails, though not by the recorded turns: \d of 4 recorded switches/,
    );
  });

  it('where lines were edited as well: the same operation on the same word is the place', async () => {
    const result = await afterEdit((text) =>
      text
        .replace('const seen', 'for (let i = 0; i < 3; i++) Atomics.load(words, 1);\n  const seen')
        .replaceAll('seen', 'before')
        .replace('threads) throw', 'threads /* all */) throw'),
    );
    expect([result.answer, result.by]).toEqual(['still fails', 'places']);
  });

  it('where a lock is released too early: a schedule nearby shows it', async () => {
    const result = await afterEdit((text) =>
      locked('')(text).replace(
        'Atomics.store(words, 0',
        'Atomics.store(words, 1, 0);\n  while (Atomics.compareExchange(words, 1, 0, 1) !== 0);\n  Atomics.store(words, 0',
      ),
    );
    expect([result.answer, result.by]).toEqual(['still fails', 'nearby']);
    expect(result.nearby?.schedules).toBeGreaterThan(0);
  });

  it('where the line that threw was edited, and no cause was known: by its verdict', async () => {
    const thrower = source.replace(
      'if (words[0] !== threads) throw',
      'if (words[0] !== threads && words[1] === 0) throw',
    );
    const recorded = await recordedIn('thrower.mjs', thrower);
    const { cause: _, ...rest } = readRecording(recorded);
    writeFileSync(
      join(root, 'thrower.mjs'),
      thrower
        .replace('words[1] === 0', 'words[1] < 1')
        .replace('const seen', 'for (let i = 0; i < 3; i++) Atomics.load(words, 1);\n  const seen'),
    );
    const result = await replay(rest, { allowOutside: true });
    expect([result.answer, result.scenarioChanged]).toEqual(['still fails', true]);
  });

  it('with a recording of the schedule that fails now, which replays exactly', async () => {
    const edit = (text: string): string =>
      text.replace('const seen', 'for (let i = 0; i < 3; i++) Atomics.load(words, 1);\n  const seen');
    const { newRecording } = await afterEdit(edit);
    writeFileSync(join(root, 'counter.mjs'), edit(source));
    try {
      const again = await replay(newRecording as Recording, { allowOutside: true });
      expect([again.answer, again.by, again.reproduced, again.scenarioChanged]).toEqual([
        'still fails',
        'turns',
        true,
        false,
      ]);
    } finally {
      writeFileSync(join(root, 'counter.mjs'), source);
    }
  });
});

describe('fixed', () => {
  it.each([
    ['spins', ''],
    ['sleeps', ' Atomics.wait(words, 1, 1)'],
  ])('by a lock that %s: the places are there, and the recorded order is not possible', async (_, wait) => {
    const result = await afterEdit(locked(wait));
    expect([result.answer, result.failure, result.following?.lost]).toEqual(['fixed', undefined, []]);
    expect(result.following?.waited).toBeGreaterThan(0);
    expect(result.following?.followed).toBe(4 - (result.following?.waited ?? 0));
    expect(explainReplay(result)).toMatch(
      /^fixed: \d of 4 recorded switches were followed by their places; at \d a thread now waits for another/,
    );
  });

  it('says how many schedules nearby were run, up to what was asked for', async () => {
    const result = await afterEdit((text) => text.replace('words[0] !== threads', 'words[0] > threads'), {
      nearby: 20,
    });
    expect([result.answer, result.followed]).toEqual(['fixed', true]);
    expect(result.nearby?.schedules).toBeGreaterThan(0);
    expect(result.nearby?.schedules).toBeLessThanOrEqual(20);
    expect(explainReplay(result)).toContain(`none of ${result.nearby?.schedules} schedules nearby failed`);
  });
});

describe('fixed, by a change that takes the recorded operations away', () => {
  it('where all orders of those that are there now were run, and none failed', async () => {
    const result = await afterEdit((text) => text.replace(/const seen[^}]*/, 'Atomics.add(words, 0, 1);\n'));
    expect([result.answer, result.nearby?.allOrders]).toEqual(['fixed', true]);
    expect(explainReplay(result)).toMatch(
      /^fixed: all orders of the operations that are there now were run, and none failed/,
    );
    expect(explainReplay(result)).toContain('not there: load(words[0]) at counter.mjs:');
  });

  it('but not where they were not all run', async () => {
    const result = await afterEdit((text) => text.replace(/const seen[^}]*/, 'Atomics.add(words, 0, 1);\n'), {
      nearby: 2,
    });
    expect([result.answer, result.nearby?.allOrders]).toEqual(['no longer applies', false]);
  });
});

describe('no longer applies', () => {
  it.each([
    [
      'store(words[0])',
      (text: string) => text.replace('Atomics.store(words, 0, seen + 1)', 'words[0] = seen + 1'),
    ],
  ])('where the place %s is gone: it is named, though nothing failed', async (gone, edit) => {
    const result = await afterEdit((text) => edit(text).replace('words[0] !== threads', 'false'));
    expect([result.answer, result.failure?.verdict ?? 'nondeterminism']).toEqual([
      'no longer applies',
      'nondeterminism',
    ]);
    expect(result.following?.lost.map(({ operation, memory }) => `${operation}(${memory})`)).toContain(gone);
    expect(explainReplay(result)).toContain(`not there: ${gone} at counter.mjs:`);
  });

  it('where it fails in another way', async () => {
    const result = await afterEdit((text) =>
      text
        .replace('words[0] !== threads', 'false')
        .replace('const seen', 'Atomics.wait(words, 1, 0);\n  const seen'),
    );
    expect([result.answer, result.failure?.verdict]).toEqual(['no longer applies', 'deadlock']);
  });

  it('where the same verdict comes from another line', async () => {
    const result = await afterEdit((text) =>
      text
        .replace('Atomics.store(words, 0, seen + 1)', 'Atomics.add(words, 0, 1)')
        .replace(
          'check({ words, threads }) {',
          "check({ words, threads }) {\n  if (words[0] > 1) throw new Error('two');",
        ),
    );
    expect([result.answer, result.failure?.verdict, result.failure?.message]).toEqual([
      'no longer applies',
      'check',
      'check() failed: two',
    ]);
  });
});

describe('a file of version 2', () => {
  function asVersion2(): string {
    const { places: _p, at: _a, site: _s, cause: _c, ...rest } = readRecording(file);
    const path = join(root, 'finds', 'old.json');
    writeFileSync(path, recordingText({ ...rest, version: 2, scenario: '../counter.mjs' }));
    return path;
  }

  it('is read, and answers by its turns', async () => {
    const result = await replay(asVersion2(), { allowOutside: true });
    expect([result.recording.version, result.answer, result.reproduced]).toEqual([2, 'still fails', true]);
  });

  it('is never called fixed where its turns could not be followed', async () => {
    writeFileSync(join(root, 'counter.mjs'), locked(' Atomics.wait(words, 1, 1)')(source));
    try {
      const result = await replay(asVersion2(), { allowOutside: true });
      expect([result.answer, result.scenarioChanged, result.following]).toEqual([
        'no longer applies',
        true,
        undefined,
      ]);
      expect(explainReplay(result)).toContain('version 2 and holds no places');
    } finally {
      writeFileSync(join(root, 'counter.mjs'), source);
    }
  });
});

describe('a deadlock', () => {
  const crossed = `
export function setup() {
  return { locks: new Int32Array(new SharedArrayBuffer(8)) };
}
function acquire(locks, i) {
  while (Atomics.compareExchange(locks, i, 0, 1) !== 0) Atomics.wait(locks, i, 1);
}
function release(locks, i) {
  Atomics.store(locks, i, 0);
  Atomics.notify(locks, i);
}
export function thread({ locks }, index) {
  const [first, second] = index === 0 ? [0, 1] : [1, 0];
  acquire(locks, first);
  acquire(locks, second);
  release(locks, second);
  release(locks, first);
}
`;

  it('is known again by where its threads sleep, and fixed by an order of locks', async () => {
    const recorded = await recordedIn('crossed.mjs', crossed);
    const { verdict, cause, site } = readRecording(recorded);
    expect([verdict, cause]).toEqual(['deadlock', 'lock order']);
    expect(site?.map(({ text }) => text.includes('Atomics.wait(locks, i, 1)'))).toEqual([true]);
    writeFileSync(
      join(root, 'crossed.mjs'),
      crossed.replace(
        '  acquire(locks, first);',
        '  Atomics.load(locks, 0);\n  Atomics.load(locks, 1);\n  acquire(locks, first);',
      ),
    );
    const still = await replay(recorded, { allowOutside: true });
    expect([still.answer, still.failure?.verdict]).toEqual(['still fails', 'deadlock']);
    writeFileSync(join(root, 'crossed.mjs'), crossed.replace('index === 0 ? [0, 1] : [1, 0]', '[0, 1]'));
    const fixed = await replay(recorded, { allowOutside: true });
    expect([fixed.answer, fixed.failure]).toEqual(['fixed', undefined]);
  });
});
