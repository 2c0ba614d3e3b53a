import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  expectFixed,
  explore,
  readRecording,
  replay,
  replayAll,
  replayFiles,
  ScheduleFailed,
} from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

// A folder of replay files as a regression suite: in the API, in a test, and on the command line.

const source = readFileSync(fileURLToPath(scenario('lost-update.mjs')), 'utf8');
const mended = source
  .replace('const seen', 'while (Atomics.compareExchange(words, 1, 0, 1) !== 0);\n  const seen')
  .replace('seen + 1);', 'seen + 1);\n  Atomics.store(words, 1, 0);');
const unknown = source.replace(/const seen[^}]*/, 'Atomics.add(words, 0, 1);\n');

let root: string;
/** A folder with a replay file of each kind; and one of which all are fixed. */
let mixed: string;
let fixed: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framelab-suite-'));
  mixed = join(root, 'mixed');
  fixed = join(root, 'fixed');
  mkdirSync(fixed);
  for (const [name, now] of Object.entries({ bad: source, good: mended, lost: unknown })) {
    const path = join(root, `${name}.mjs`);
    writeFileSync(path, source);
    await expect(explore(path, { seed: 1, directory: mixed })).rejects.toBeInstanceOf(ScheduleFailed);
    writeFileSync(path, now);
  }
  const [, good] = replayFiles(mixed);
  copyFileSync(good, join(fixed, basename(good)));
  // Other files of such a folder are none of a suite.
  writeFileSync(join(mixed, 'known.json'), '{}');
  writeFileSync(join(mixed, 'notes.txt'), 'framelab-replay');
  mkdirSync(join(mixed, 'older.json'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const options = { allowOutside: true };

describe('a folder of replay files', () => {
  it('lists them in the order of their names, and nothing else', () => {
    expect(replayFiles(mixed).map((file) => basename(file).replace(/-.*/, ''))).toEqual([
      'bad',
      'good',
      'lost',
    ]);
  });

  it('is refused where it is not there, and where it has none: such a suite would pass', async () => {
    expect(() => replayFiles(join(root, 'nowhere'))).toThrow(/there is no folder .*nowhere/);
    mkdirSync(join(root, 'empty'));
    expect(() => replayFiles(join(root, 'empty'))).toThrow(/there is no replay file in .*empty/);
    const { code, err } = await commandIn(root, 'replay', 'empty');
    expect([code, err]).toEqual([2, expect.stringContaining('there is no replay file in empty')]);
  });

  it('is replayed one after the other, each with its answer, damaged ones with their error', async () => {
    const [first] = replayFiles(mixed);
    const damaged = join(mixed, 'damaged.json');
    writeFileSync(damaged, readFileSync(first, 'utf8').replace('"seed": 1', '"seed": 2'));
    const told: string[] = [];
    try {
      const suite = await replayAll(mixed, {
        ...options,
        onReplayed: ({ file }) => told.push(basename(file)),
      });
      const answers = suite.replays.map(({ result, error }) => result?.answer ?? error?.code);
      expect(answers).toEqual(['still fails', 'Usage', 'fixed', 'no longer applies']);
      expect(suite.counts).toEqual({ 'still fails': 1, fixed: 1, 'no longer applies': 1, error: 1 });
      expect(told).toEqual(suite.replays.map(({ file }) => basename(file)));
      expect(suite.notRun).toEqual([]);
    } finally {
      rmSync(damaged);
    }
  });

  it('ends where it is interrupted, and says what was not run', async () => {
    const stop = new AbortController();
    const suite = await replayAll(mixed, { ...options, signal: stop.signal, onReplayed: () => stop.abort() });
    expect(suite.replays).toHaveLength(1);
    expect(suite.notRun).toEqual(replayFiles(mixed).slice(1));
  });

  it('refuses options that it does not have', async () => {
    await expect(replayAll(mixed, { nerby: 3 } as object)).rejects.toThrow(/replayAll\(\).*nerby/s);
    await expect(replayAll(mixed, { nearby: 0 })).rejects.toThrow(/nearby is 0/);
  });
});

describe('in a test', () => {
  it('expectFixed passes, fails with the verdict and its replay, or says that it does not know', async () => {
    const [bad, good, lost] = replayFiles(mixed);
    await expect(expectFixed(good, options)).resolves.toMatchObject({ answer: 'fixed' });
    await expect(expectFixed(bad, options)).rejects.toMatchObject({
      code: 'ScheduleFailed',
      replayFile: bad,
      failure: { verdict: 'check' },
      message: expect.stringContaining('check() failed: counted 1 of 2'),
    });
    await expect(expectFixed(lost, options)).rejects.toMatchObject({
      code: 'Nondeterminism',
      message: expect.stringMatching(/no longer applies: .*not there: load\(words\[0\]\) at lost\.mjs:6/s),
    });
  });
});

describe('framelab replay DIR', () => {
  it('prints a line each and a summary, and ends as the gravest of them', async () => {
    const { code, out } = await commandIn(root, 'replay', 'mixed');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^still fails {8}mixed.bad-check-\w+\.json: check: check\(\) failed: counted 1 of 2$/m,
    );
    expect(out).toMatch(/^fixed {14}mixed.good-check-\w+\.json: was check$/m);
    expect(out).toMatch(
      /^no longer applies {2}mixed.lost-check-\w+\.json: the schedule could not be followed/m,
    );
    expect(out).toMatch(/^3 replay files: 1 still fails, 1 fixed, 1 no longer applies$/m);
  });

  it('ends with 0 where all are fixed, and with 4 where it does not know of one', async () => {
    expect((await commandIn(root, 'replay', 'fixed')).code).toBe(0);
    const [, , lost] = replayFiles(mixed);
    copyFileSync(lost, join(fixed, basename(lost)));
    expect((await commandIn(root, 'replay', 'fixed')).code).toBe(4);
    rmSync(join(fixed, basename(lost)));
  });

  it('takes no option that is for one file', async () => {
    for (const option of ['--times=2', '--html=page.html']) {
      const { code, err } = await commandIn(root, 'replay', 'fixed', option);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/^framelab replay: --(times|html): .*not a folder/),
      ]);
    }
  });

  it('gives the same as JSON', async () => {
    const { out } = await commandIn(root, 'replay', 'mixed', '--json', '--quiet');
    const { counts, replays } = JSON.parse(out);
    expect(counts).toMatchObject({ fixed: 1, 'still fails': 1, 'no longer applies': 1 });
    expect(replays.map((one: { answer: string }) => one.answer)).toEqual([
      'still fails',
      'fixed',
      'no longer applies',
    ]);
    expect(replays[0]).toMatchObject({ by: 'turns', failure: { verdict: 'check' } });
    expect(replays[2].following.lost[0]).toMatchObject({ operation: 'load', memory: 'words[0]' });
  });
});

describe('a schedule of the present code that fails', () => {
  const grown = source.replace(
    'const seen',
    'for (let i = 0; i < 3; i++) Atomics.load(words, 1);\n  const seen',
  );

  it('is kept in a file of its own; with --update it takes the place of the old one', async () => {
    const folder = join(root, 'grown');
    mkdirSync(folder);
    writeFileSync(join(folder, 'it.mjs'), source);
    await commandIn(folder, 'explore', 'it.mjs', '--seed', '1', '-o', 'finds');
    const [file] = replayFiles(join(folder, 'finds'));
    const before = readFileSync(file, 'utf8');
    writeFileSync(join(folder, 'it.mjs'), grown);
    const { code, out } = await commandIn(folder, 'replay', file);
    expect([code, readFileSync(file, 'utf8')]).toEqual([1, before]);
    expect(out).toMatch(/still fails, though not by the recorded turns/);
    const [, kept] = /The failing schedule of the present code: .* replay (\S+)$/m.exec(
      out,
    ) as RegExpExecArray;
    expect((await replay(join(folder, kept))).reproduced).toBe(true);
    const updated = await commandIn(folder, 'replay', file, '--update');
    expect([updated.code, readRecording(file).steps]).toEqual([1, readRecording(join(folder, kept)).steps]);
    expect((await commandIn(folder, 'replay', file)).out).toContain('reproduced 1 of 1 times, event hash');
  });
});
