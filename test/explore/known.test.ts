import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, type KnownFinding, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKnownFile, writeKnownFile } from '#src/explore/known/known_file.js';
import { commandIn } from './command_line.ts';

// Known findings: a search goes on past them, fails on new ones, and says which were met.

/** A scenario with two failures: a lost update, and an error that only some schedules come to. */
const two = `
export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(16)) };
}
export function thread({ words }, index) {
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
  if (index === 0) {
    Atomics.store(words, 1, 1);
    Atomics.store(words, 2, 1);
  } else if (Atomics.load(words, 2) === 0 && Atomics.load(words, 1) === 1) {
    throw new Error('between');
  }
}
export function check({ words }) {
  if (words[0] !== 2) throw new Error('an update was lost');
}
`;

let root: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'framelab-known-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const LOST: KnownFinding = {
  scenario: 'two.mjs',
  verdict: 'check',
  site: [{ file: 'two.mjs', text: "if (words[0] !== 2) throw new Error('an update was lost');" }],
  cause: 'lost update',
  reason: 'to be mended in May',
};
const BETWEEN: KnownFinding = {
  scenario: 'two.mjs',
  verdict: 'exception',
  site: [{ file: 'two.mjs', text: "throw new Error('between');" }],
  reason: 'a demonstration',
};

/** A folder with the scenario, and a list of what is known. */
function folderWith(
  known: readonly KnownFinding[],
  text = two,
): { folder: string; scenario: string; file: string } {
  const folder = join(root, `f${count++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'two.mjs'), text);
  const file = join(folder, 'known.json');
  writeKnownFile(file, known);
  return { folder, scenario: join(folder, 'two.mjs'), file };
}

function exploreWith({ folder, scenario, file }: ReturnType<typeof folderWith>, options = {}) {
  return explore(scenario, {
    seed: 1,
    schedules: 300,
    strategy: 'random',
    directory: folder,
    known: file,
    ...options,
  });
}

describe('an exploration', () => {
  it('fails on what is new, past what is known', async () => {
    await expect(exploreWith(folderWith([LOST]))).rejects.toMatchObject({
      failure: { verdict: 'exception' },
    });
    await expect(exploreWith(folderWith([BETWEEN]))).rejects.toMatchObject({ failure: { verdict: 'check' } });
  });

  it.each(['portfolio', 'random', 'dpor'] as const)(
    'by %s passes where all is known, says how often it was met, and is not complete',
    async (strategy) => {
      const result = await exploreWith(folderWith([LOST, BETWEEN]), { strategy });
      expect(
        result.known?.met.map(({ finding }) => finding).sort((a, b) => (a.verdict < b.verdict ? -1 : 1)),
      ).toEqual([LOST, BETWEEN]);
      const times = result.known?.met.reduce((sum, one) => sum + one.times, 0);
      expect(times).toBeGreaterThan(2);
      expect([result.atomicsComplete, result.known?.notMet]).toEqual([false, []]);
      expect(result.remarks).toContain(`not complete: ${times} schedules ended in a known finding`);
      expect(result.executions).toBeLessThanOrEqual(300);
    },
  );

  it('runs as many schedules as were asked for, and comes to none of them twice', async () => {
    const result = await exploreWith(folderWith([LOST, BETWEEN]), { strategy: 'pct' });
    expect(result.executions).toBe(300);
    // With two streams of its own the same search meets about as many: it does not meet the first one again and again.
    expect(result.known?.met.reduce((sum, one) => sum + one.times, 0)).toBeLessThan(290);
  });

  it('says which is not met any more, of its own scenario alone', async () => {
    const mended = two.replace(/const seen[^;]*;\n.*seen \+ 1\);/, 'Atomics.add(words, 0, 1);');
    const other = { ...LOST, scenario: 'other.mjs' };
    const { known } = await exploreWith(folderWith([LOST, BETWEEN, other], mended));
    expect([known?.met.map(({ finding }) => finding), known?.notMet]).toEqual([[BETWEEN], [LOST]]);
  });

  it('knows a line by its text, wherever it is now; another line, cause or verdict is another finding', async () => {
    const moved = `// One.\n// Two.\n${two.replaceAll('  throw', '      throw')}`;
    await expect(exploreWith(folderWith([LOST, BETWEEN], moved))).resolves.toMatchObject({
      known: { notMet: [] },
    });
    for (const change of [
      { site: [{ file: 'two.mjs', text: 'throw new Error();' }] },
      { site: [{ file: 'three.mjs', text: BETWEEN.site[0].text }] },
      { cause: 'lost update' },
      { verdict: 'invariant' },
      { scenario: 'three.mjs' },
    ]) {
      await expect(exploreWith(folderWith([LOST, { ...BETWEEN, ...change }]))).rejects.toBeInstanceOf(
        ScheduleFailed,
      );
    }
  });

  it('is as ever where nothing is known of the scenario', async () => {
    await expect(exploreWith(folderWith([]))).rejects.toBeInstanceOf(ScheduleFailed);
    const sound = two
      .replace(/const seen[^;]*;\n.*seen \+ 1\);/, 'Atomics.add(words, 0, 1);')
      .replace('=== 1)', '=== 7)');
    const result = await exploreWith(folderWith([], sound), { strategy: 'dpor' });
    expect([result.known, result.atomicsComplete]).toEqual([undefined, true]);
  });
});

describe('new findings', () => {
  it('are added with a reason, one a line, in an order that does not change', async () => {
    const given = folderWith([]);
    const { known } = await exploreWith(given, { saveKnown: 'for now' });
    expect(known?.saved).toHaveLength(2);
    expect(readKnownFile(given.file)).toEqual([
      { ...LOST, reason: 'for now' },
      { ...BETWEEN, reason: 'for now' },
    ]);
    const text = readFileSync(given.file, 'utf8');
    expect(text.split('\n').filter((line) => line.includes('"verdict"'))).toHaveLength(2);
    writeKnownFile(given.file, readKnownFile(given.file).reverse());
    expect(readFileSync(given.file, 'utf8')).toBe(text);
    await expect(exploreWith(given)).resolves.toMatchObject({ known: { saved: [], notMet: [] } });
  });

  it('that are no failures of the code are never known', async () => {
    const given = folderWith(
      [],
      'let n = 0;\nexport function setup() { return { words: new Int32Array(new SharedArrayBuffer(4)) }; }\nexport function thread({ words }) { for (let i = 0; i <= n++ % 7; i++) Atomics.add(words, 0, 1); }\n',
    );
    await expect(exploreWith(given, { saveKnown: 'no' })).rejects.toMatchObject({ code: 'Nondeterminism' });
    expect(readKnownFile(given.file)).toEqual([]);
  });
});

describe('a file of known findings', () => {
  it.each([
    ['no JSON', '{', /cannot be read as known findings/],
    [
      'another format',
      '{"format": "framelab-replay", "version": 1, "findings": []}',
      /is no list of known findings/,
    ],
    ['a version to come', '{"format": "framelab-known", "version": 2, "findings": []}', /the version 1/],
    ['no reason', JSON.stringify([{ ...LOST, reason: '' }]), /findings\[0\]: reason is ""; allowed: a text/],
    [
      'neither line nor cause',
      JSON.stringify([{ ...BETWEEN, site: [] }]),
      /every finding of this verdict would be known/,
    ],
    ['another field', JSON.stringify([{ ...LOST, line: 3 }]), /there is no field "line"/],
  ])('is refused: %s', async (_, text, message) => {
    const given = folderWith([]);
    const content = text.startsWith('[')
      ? `{"format":"framelab-known","version":1,"findings":${text}}`
      : text;
    writeFileSync(given.file, content);
    await expect(exploreWith(given)).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });

  it('that is named must be there', async () => {
    const given = folderWith([]);
    rmSync(given.file);
    await expect(exploreWith(given)).rejects.toMatchObject({ code: 'Usage' });
  });
});

describe('on the command line', () => {
  it('.framelab/known.json is used where it is there, and --save-known adds to it', async () => {
    const { folder } = folderWith([]);
    const explored = (...more: string[]) =>
      commandIn(folder, 'explore', 'two.mjs', '--seed', '1', '--schedules', '200', ...more);
    expect((await explored()).code).toBe(1);
    const saved = await explored('--save-known', 'for now');
    expect([saved.code, saved.out]).toEqual([
      0,
      expect.stringContaining('new, and added to .framelab/known.json'),
    ]);
    const { code, out, err } = await explored();
    expect([code, out]).toEqual([0, expect.stringMatching(/^nothing new found in \d+ executions/m)]);
    expect(out).toMatch(/^known, met \d+ times?: check at \.\.\/two\.mjs: if \(words.* \(for now\)$/m);
    expect(err).toMatch(/^note: known: /m);
    const json = JSON.parse((await explored('--json', '-q')).out);
    expect(json).toMatchObject({ found: false, known: { file: '.framelab/known.json', notMet: [] } });
  });
});
