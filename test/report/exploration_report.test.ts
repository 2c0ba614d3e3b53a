import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framelab } from '../cli/framelab.ts';
import { scenario } from '../explore/paths.ts';
import { schemaErrors } from '../schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'framelab-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const read = (name: string) => JSON.parse(readFileSync(file(name), 'utf8'));

/** `framelab explore`, as a user calls it. */
async function explored(name: string, json: string, ...more: string[]) {
  const args = ['explore', fileURLToPath(scenario(name)), '--seed', '3', '--schedules', '100', ...more];
  const ended = await framelab([...args, '-o', folder, '--json', file(json)]);
  return { ...ended, result: read(json) };
}

let found: Awaited<ReturnType<typeof explored>>;
let nothing: Awaited<ReturnType<typeof explored>>;
let unproved: Awaited<ReturnType<typeof explored>>;
beforeAll(async () => {
  found = await explored('lost-update.mjs', 'found.json');
  nothing = await explored('lost-update-mended.mjs', 'none.json');
  unproved = await explored('cases/nothing.mjs', 'unproved.json');
}, 60_000);

async function report(format: string, ...files: string[]): Promise<string> {
  const { code, stdout, stderr } = await framelab(['report', ...files, '--format', format]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('framelab explore --json', () => {
  test('writes a result of the published schema, whatever came of it, and ends as before', () => {
    for (const { result } of [found, nothing, unproved]) {
      expect(schemaErrors('exploration', result)).toEqual([]);
    }
    expect([found.code, nothing.code, unproved.code]).toEqual([1, 0, 4]);
    expect([found, nothing, unproved].map(({ result }) => result.outcome)).toEqual([
      'violation',
      'passed',
      'unproved',
    ]);
    expect(unproved.stderr).toContain('nothing was shown: no thread did any operation of Atomics');
  });

  test('keeps the fields that a find had before there were results of explorations', () => {
    const { result } = found;
    expect(result).toMatchObject({
      found: true,
      seed: 3,
      foundBy: { strategy: 'portfolio', job: 0 },
      verdict: 'check',
      message: 'check() failed: counted 1 of 2',
      cause: { name: 'lost update' },
      thread: expect.any(Number),
      eventHash: result.findings[0].evidence.eventHash,
      replayFile: result.findings[0].evidence.recording,
      command: result.findings[0].evidence.command,
    });
    expect(nothing.result).toMatchObject({ found: false, atomicsComplete: true, threads: 2 });
  });

  test('says by which arguments it is had again', async () => {
    const again = await framelab([...found.result.reproduce, '-o', folder, '--json', file('again.json')]);
    expect(again.code).toBe(1);
    expect(read('again.json').eventHash).toBe(found.result.eventHash);
  });
});

describe('framelab replay and shrink --json', () => {
  test('write results with the finding, and keep their fields', async () => {
    const { replayFile } = found.result;
    const replay = await framelab([
      'replay',
      replayFile,
      '--times',
      '2',
      '--json',
      file('replay.json'),
      '-q',
    ]);
    expect(replay.code).toBe(1);
    const replayed = read('replay.json');
    expect(schemaErrors('replay', replayed)).toEqual([]);
    expect(replayed).toMatchObject({ outcome: 'violation', times: 2, reproduced: 2, verdict: 'check' });
    expect(replayed.findings[0].evidence).toMatchObject({ recording: replayFile, seed: 3 });
    const shrink = await framelab([
      'shrink',
      replayFile,
      '--time',
      '1s',
      '--json',
      file('shrink.json'),
      '-q',
    ]);
    expect(shrink.code).toBe(0);
    const shrunk = read('shrink.json');
    expect(schemaErrors('shrink', shrunk)).toEqual([]);
    expect(shrunk).toMatchObject({ outcome: 'violation', verdict: 'check' });
    expect(shrunk.findings[0].evidence).toMatchObject({
      preemptions: shrunk.after.preemptions,
      recording: shrunk.file,
    });
  });
});

describe('framelab report of an exploration', () => {
  test('explains the finding, and shows its steps by thread, in every format for people', async () => {
    for (const format of ['terminal', 'markdown', 'github', 'html']) {
      const text = (await report(format, file('found.json'))).replaceAll('\\', '');
      for (const said of [
        'check() failed: counted 1 of 2',
        'lost update',
        'preemption',
        'thread 1',
        'store(words[0], 1)',
        'lost-update.mjs:7',
        'framelab explore',
      ]) {
        expect(text, format).toContain(said);
      }
    }
  });

  test('does not call it passed where nothing was found, and says what was not watched', async () => {
    for (const format of ['terminal', 'markdown', 'github', 'html']) {
      const text = await report(format, file('none.json'));
      expect(text, format).toContain('nothing found');
      expect(text, format).toContain('not watched: plain reads and writes of shared memory');
      expect(text, format).not.toContain('passed');
    }
  });

  test('is a test case that fails, that passes, or that is in error where nothing was proved', async () => {
    const xml = await report('junit', ...['found.json', 'none.json', 'unproved.json'].map(file));
    const [failing, passing, wrong] = xml.split('<testsuite ').slice(1);
    expect(failing).toMatch(/failures="1" errors="0".*<failure message="check: check\(\) failed/s);
    expect(passing).toMatch(/failures="0" errors="0"/);
    expect(passing).not.toMatch(/<failure|<error/);
    expect(wrong).toMatch(/failures="0" errors="1".*<error message="nothing-shown/s);
  });

  test('is figures in a table for spreadsheets', async () => {
    const csv = await report('csv', file('found.json'));
    const { scenario: name, executions } = found.result;
    expect(csv.split('\r\n')).toContain(`0,exploration,${name},,executions,${executions}`);
    expect(csv).toContain('0,finding,check,,message,check() failed: counted 1 of 2');
  });

  test('of a replay file shows its schedule, and refuses one that was edited', async () => {
    const { replayFile } = found.result;
    for (const format of ['terminal', 'markdown', 'junit', 'github', 'html', 'csv']) {
      expect(await report(format, replayFile), format).toContain('check() failed: counted 1 of 2');
    }
    expect(await report('terminal', replayFile)).toMatch(/thread {2}steps in a row\n +\d+ +\d+\n/);
    writeFileSync(file('edited.json'), readFileSync(replayFile, 'utf8').replace('counted 1', 'counted 2'));
    const { code, stderr } = await framelab(['report', file('edited.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain('its checksum does not fit its content');
  });

  test('lets nothing in a file act on a terminal', async () => {
    const { findings, ...rest } = found.result;
    const evil = { ...findings[0], message: 'a\u001b[2Jb', details: ['c\u0007d'] };
    writeFileSync(file('evil.json'), JSON.stringify({ ...rest, scenario: 'x\u001b]0;y', findings: [evil] }));
    const text = await report('terminal', file('evil.json'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

describe('behaviours', () => {
  test('are in the JSON, in a sentence, and in a chart of the page, where they were counted', async () => {
    const { stdout, result } = await explored('fifteen-steps.mjs', 'seen.json', '--coverage');
    expect(schemaErrors('exploration', result)).toEqual([]);
    expect(result.behaviours.distinct).toBeGreaterThan(10);
    const said = `${result.behaviours.distinct} behaviours in 100 schedules`;
    expect(stdout).toContain(said);
    for (const format of ['terminal', 'markdown', 'html'])
      expect(await report(format, file('seen.json'))).toContain(said);
    expect(await report('html', file('seen.json'))).toMatch(/<h3>Behaviours<\/h3>/);
    expect(await report('html', file('none.json'))).not.toMatch(/Behaviours/i);
  });
});
