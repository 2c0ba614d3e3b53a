import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explore, readRecording, replay, ScheduleFailed, shrink, writeRecording } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'framelab-finds-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
function fresh(): string {
  const path = join(root, `case-${count++}`);
  mkdirSync(path);
  return path;
}

const path = (name: string): string => fileURLToPath(scenario(name));

async function found(...args: Parameters<typeof explore>): Promise<ScheduleFailed> {
  const error = await explore(...args).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

/** A file system of some pages; false where none may be mounted. */
async function withSmallDisk(bytes: number, use: (path: string) => Promise<void>): Promise<boolean> {
  const disk = fresh();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk]).status !== 0) return false;
  try {
    await use(disk);
  } finally {
    spawnSync('umount', [disk]);
  }
  return true;
}

describe('a place that cannot be written', () => {
  it('is noticed before the search, on the command line', async () => {
    const folder = fresh();
    writeFileSync(join(folder, 'file'), '');
    for (const place of ['file', 'file/below', '/dev/null/x', '/proc/nope']) {
      const { code, out, err } = await commandIn(folder, 'explore', path('lost-update.mjs'), '-o', place);
      expect([place, code]).toEqual([place, 2]);
      expect(err).toContain(`--output: ${place} cannot be written`);
      expect(err).not.toMatch(/\n\s+at /);
      expect(out).toMatch(/^seed \d+\n$/);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is noticed before the search, in the API', async () => {
    await expect(explore(scenario('lost-update.mjs'), { directory: '/dev/null/x' })).rejects.toMatchObject({
      code: 'NotWritten',
    });
  });

  it('where a full disk is the reason', async (context) => {
    const ran = await withSmallDisk(4096, async (disk) => {
      const ended = await commandIn(fresh(), 'explore', path('lost-update.mjs'), '-o', join(disk, 'finds'));
      expect(ended.code).toBe(2);
      expect(ended.err).toContain('there is no room');
    });
    if (!ran) context.skip('no file system may be mounted here');
  });

  it('does not forbid the search where nobody asked for it: it is said, and the find is printed', async () => {
    const folder = fresh();
    writeFileSync(join(folder, '.framelab'), '');
    const clean = await commandIn(folder, 'explore', path('locks/tas.mjs'), '--schedules', '20');
    expect(clean.code).toBe(0);
    expect(clean.err).toMatch(
      /^framelab: \.framelab cannot be written: .*; what is found will be printed in full\n/m,
    );
    const buggy = await commandIn(folder, 'explore', path('lost-update.mjs'), '--seed', '1', '--quiet');
    expect(buggy.code).toBe(1);
    expect(buggy.out).toMatch(/^\{"format": "framelab-replay", .*\}$/m);
  });

  it('is noticed by shrink before it begins', async () => {
    const { replayFile } = await found(scenario('lost-update.mjs'), { seed: 1, directory: fresh() });
    for (const options of [{ file: '/dev/null/x.json' }, { html: '/dev/null/x.html' }, { html: root }]) {
      await expect(shrink(replayFile as string, options)).rejects.toMatchObject({ code: 'NotWritten' });
    }
    const { code, err } = await commandIn(
      fresh(),
      'shrink',
      replayFile as string,
      '-o',
      '/proc/x',
      '--allow-outside',
    );
    expect([code, err]).toEqual([2, expect.stringContaining('/proc/x cannot be written')]);
  });
});

describe('a find whose file cannot be written after all', () => {
  const spoilt = (folder: string): URL => {
    const url = scenario('spoils-a-place.mjs');
    url.searchParams.set('file', join(folder, 'finds'));
    return url;
  };

  it('is printed in full, with exit code 1, and can be replayed from what was printed', async () => {
    const folder = fresh();
    const { code, out, err } = await commandIn(
      folder,
      'explore',
      spoilt(folder).href,
      '--seed',
      '1',
      '-o',
      'finds/deep',
    );
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain('check() failed: counted 1 of 2');
    expect(out).toMatch(/Found by portfolio in schedule \d+, seed 1\n/);
    expect(out).toMatch(/There is no replay file: finds.deep cannot be written: .*is not a folder/);
    const line = /^\{"format".*\}$/m.exec(out)?.[0] as string;
    const [, name] = /to be saved in this folder as (\S+)/.exec(out) as RegExpExecArray;
    writeFileSync(join(folder, name), line);
    const command = /Replay it with: node \S+ (.*)$/m.exec(out)?.[1] as string;
    const again = await commandIn(folder, ...command.split(' '));
    expect([again.code, again.out]).toEqual([1, expect.stringContaining('reproduced 1 of 1 times')]);
  });

  it('is whole in JSON as well', async () => {
    const folder = fresh();
    const ended = await commandIn(
      folder,
      'explore',
      spoilt(folder).href,
      '--seed',
      '1',
      '-o',
      'finds/deep',
      '--json',
    );
    expect(ended.code).toBe(1);
    const told = JSON.parse(ended.out);
    expect(told).toMatchObject({
      found: true,
      seed: 1,
      foundBy: { strategy: 'portfolio', job: 0 },
      verdict: 'check',
      replayFile: null,
      notWritten: expect.stringContaining('cannot be written'),
      details: expect.any(Array),
    });
    writeFileSync(join(folder, 'saved.json'), JSON.stringify(told.recording));
    expect(readRecording(join(folder, 'saved.json')).eventHash).toBe(told.eventHash);
  });

  it('is carried by the error as data', async () => {
    const folder = fresh();
    const error = await found(spoilt(folder), { seed: 1, directory: join(folder, 'finds', 'deep') });
    expect(error.code).toBe('ScheduleFailed');
    expect([error.replayFile, error.notWritten]).toEqual([
      undefined,
      expect.stringContaining('not a folder'),
    ]);
    expect((await replay(error.recording)).reproduced).toBe(true);
    writeRecording(error.recording, join(folder, 'elsewhere', 'kept.json'));
    expect(readRecording(join(folder, 'elsewhere', 'kept.json'))).toEqual(error.recording);
  });

  it('for want of room leaves no half file behind', async (context) => {
    const ran = await withSmallDisk(256 * 1024, async (disk) => {
      const url = scenario('spoils-a-place.mjs');
      url.searchParams.set('disk', disk);
      const { code, out } = await commandIn(fresh(), 'explore', url.href, '--seed', '1', '-o', disk);
      expect(code).toBe(1);
      expect(out).toMatch(/There is no replay file: .*ENOSPC/);
      expect(out).toMatch(/^\{"format".*\}$/m);
      expect(readdirSync(disk).filter((name) => !name.startsWith('filler'))).toEqual([]);
    });
    if (!ran) context.skip('no file system may be mounted here');
  });
});

it('a find that could not be run again is told, and not relied on', async () => {
  const folder = fresh();
  const url = scenario('loads-so-often.mjs');
  url.searchParams.set('file', join(folder, 'loads'));
  // Two threads explore; the fresh workers that would confirm the find cannot load it any more.
  url.searchParams.set('times', '2');
  const error = await found(url, { seed: 1, directory: folder });
  expect([error.code, error.failure.verdict]).toEqual(['Nondeterminism', 'nondeterminism']);
  expect(error.message).toMatch(
    /could not be run again.*\n {2}first: check: .*counted 1 of 2\n {2}then: .*no more/,
  );
  expect(existsSync(error.replayFile as string)).toBe(true);
  expect(readFileSync(join(folder, 'loads'), 'utf8').length).toBe(3);
});
