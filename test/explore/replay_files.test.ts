import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from 'framelab';
import { explore, type Recording, readRecording, replay, ScheduleFailed, shrink } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRecording, recordingText } from '#src/explore/replay/recording.js';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

const source = readFileSync(fileURLToPath(scenario('lost-update.mjs')), 'utf8');

let root: string;
/** A folder with a scenario, and the replay file of its failure. */
let bytes: Buffer;
let file: string;
/** What the file says, but for its checksum and its HMAC. */
let kept: Recording;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framelab-replays-'));
  writeFileSync(join(root, 'counter.mjs'), source);
  const error = await explore(join(root, 'counter.mjs'), { seed: 1, directory: join(root, 'finds') }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  file = error.replayFile as string;
  bytes = readFileSync(file);
  ({ recording: kept } = parseRecording(bytes.toString(), file));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Writes a replay file with a checksum that fits; `change` are fields in place of the recorded ones. */
function withChecksum(change: object, name = 'made.json'): string {
  const path = join(root, 'finds', name);
  writeFileSync(path, recordingText({ ...kept, ...change }));
  return path;
}

describe('a replay file', () => {
  it('says what it was recorded with, and the names of what failed', () => {
    expect(JSON.parse(bytes.toString())).toMatchObject({
      format: 'framelab-replay',
      version: 3,
      framelab: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.version,
      scenario: join('..', 'counter.mjs'),
      scenarioHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      verdict: 'check',
      failure: 'check',
      found: { strategy: 'portfolio', schedule: expect.any(Number), job: 0 },
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      hmac: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('is read as it was written', () => {
    expect(readRecording(file)).toEqual({
      ...kept,
      scenario: expect.stringMatching(/^file:.*counter\.mjs$/),
    });
    expect(readRecording(withChecksum({}))).toEqual(readRecording(file));
  });
});

/** What content of these bytes comes to: the same recording, perhaps with another HMAC, or the name of an error. */
function outcomeOf(content: Uint8Array): string {
  try {
    const { recording, hmac } = parseRecording(Buffer.from(content).toString(), 'it');
    if (recordingText(recording) !== recordingText(kept)) return 'another';
    return hmac === JSON.parse(bytes.toString()).hmac ? 'the same' : 'the same, of somebody else';
  } catch (error) {
    return error instanceof LabError ? error.code : `raw: ${String(error)}`;
  }
}

describe('damage', () => {
  it('of any single bit is refused by name, or makes the file one of somebody else', () => {
    const digits = bytes.lastIndexOf(JSON.parse(bytes.toString()).hmac);
    const outside = new Set<string>();
    const inside = new Set<string>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const isInside = bit >> 3 >= digits && bit >> 3 < digits + 64;
      (isInside ? inside : outside).add(outcomeOf(damaged));
    }
    expect([...outside]).toEqual(['Usage']);
    // Some of them are no characters of JSON.
    expect([...inside].sort()).toEqual(['Usage', 'the same, of somebody else']);
    expect(outcomeOf(bytes)).toBe('the same');
  });

  it('by truncation, by a lost or doubled byte, by a digit in place of another', () => {
    for (let length = 0; length < bytes.length - 2; length++)
      expect(outcomeOf(bytes.subarray(0, length))).toBe('Usage');
    for (let at = 0; at < bytes.length; at++) {
      const lost = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
      const doubled = Buffer.concat([bytes.subarray(0, at + 1), bytes.subarray(at)]);
      for (const outcome of [outcomeOf(lost), outcomeOf(doubled)])
        expect(['Usage', 'the same', 'the same, of somebody else']).toContain(outcome);
    }
    const text = bytes.toString();
    const start = text.indexOf('"schedule"');
    for (let at = start; at < text.indexOf(']', start); at++) {
      if (!/\d/.test(text[at])) continue;
      for (const digit of '0123456789') {
        if (digit === text[at]) continue;
        expect(outcomeOf(Buffer.from(text.slice(0, at) + digit + text.slice(at + 1)))).toBe('Usage');
      }
    }
  });

  it('is told on the command line, with exit code 2 and no stack', async () => {
    const path = join(root, 'finds', 'flipped.json');
    writeFileSync(path, bytes.toString().replace('"seed": 1', '"seed": 3'));
    for (const command of ['replay', 'shrink']) {
      const { code, out, err } = await commandIn(root, command, path);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('its checksum does not fit its content');
      expect(err).not.toMatch(/\n\s+at /);
    }
  });
});

describe('a file that somebody made, checksum and all', () => {
  const cases: [string, object, RegExp][] = [
    ['words in the schedule', { schedule: ['a', 'b'] }, /schedule names a thread "a"; there are 0 to 1/],
    ['objects in the schedule', { schedule: [{}, {}] }, /schedule names a thread an object/],
    ['a thread that is not there', { schedule: [2, 6] }, /schedule names a thread 2/],
    ['a negative thread', { schedule: [-1, 6] }, /schedule names a thread -1/],
    [
      'a length of 1e9',
      { schedule: [0, 1e9] },
      /schedule has 1000000000 steps in a row; allowed are 1 to 10002/,
    ],
    ['a length of 1e300', { schedule: [0, 1e300] }, /schedule has 1e\+300 steps in a row/],
    ['a length of no steps', { schedule: [0, 0, 0, 6] }, /schedule has 0 steps/],
    ['half a step', { schedule: [0, 5.5, 1, 0.5] }, /schedule has 5.5 steps/],
    ['no length', { schedule: [0] }, /a thread without a number of steps/],
    ['no schedule', { schedule: [] }, /schedule does not have the 6 steps/],
    ['fewer steps than recorded', { schedule: [0, 3] }, /schedule does not have the 6 steps/],
    ['many steps than recorded', { schedule: Array(5000).fill(1) }, /schedule does not have the 6 steps/],
    ['a schedule that is a text', { schedule: '0,6' }, /schedule is "0,6"; allowed: a list of numbers/],
    [
      'a step limit that is a text',
      { stepLimit: 'x' },
      /stepLimit is "x"; allowed: whole numbers from 16 to 1000000/,
    ],
    ['a step limit without end', { stepLimit: 1e12, steps: 1e12 }, /stepLimit is 1000000000000/],
    ['no step limit', { stepLimit: undefined }, /stepLimit is missing/],
    ['more steps than can be', { steps: 1e9, schedule: [0, 1e9] }, /steps is 1000000000/],
    ['a thousand threads', { threads: 1000 }, /threads is 1000; allowed: whole numbers from 1 to 128/],
    ['a seed below 0', { seed: -1 }, /seed is -1/],
    ['no time to hang', { hangMs: 1 }, /hangMs is 1; allowed: whole numbers from 100/],
    ['a verdict that is none', { verdict: '\x1b[2J' }, /verdict is "\\u001b\[2J"; allowed: exception, check/],
    ['a failure by number', { failure: 2 }, /failure is 2; allowed: none, exception, check/],
    ['an event hash that is none', { eventHash: 'zz' }, /eventHash is "zz"; allowed: 16 hexadecimal digits/],
    ['a message that is none', { message: 5 }, /message is 5/],
    ['a scenario that is none', { scenario: 'a\0b' }, /scenario is "a\\u0000b"; allowed: a path/],
    [
      'a strategy that is none',
      { found: { strategy: 'a\nb', schedule: 1, job: 0 } },
      /found is not.*strategy is "a\\nb"/,
    ],
    ['a find without a schedule', { found: { strategy: 'pct', job: 0 } }, /schedule is missing/],
    ['a field that is none', { command: 'rm' }, /there is no field "command"/],
    ['places that are no list', { places: {} }, /places is an object; allowed: a list/],
    [
      'a place without its line',
      { places: [{ operation: 'load' }] },
      /places\[0\] is not.*memory is missing/,
    ],
    ['a step without a place', { at: [0] }, /at has 1 entries, not one for each of 6 steps/],
    ['a step at a place that is none', { at: [0, 0, 0, 0, 0, 99] }, /at names a place 99 of 3/],
    ['a site that is none', { site: ['counter.mjs'] }, /site\[0\] is "counter.mjs"; allowed: an object/],
    ['another version', { version: 4 }, /version 4; this framelab reads versions 2 and 3/],
    [
      'version 1',
      { version: 1 },
      /version 1; this framelab reads versions 2 and 3. Files of version 1 have no checksum/,
    ],
    ['another format', { format: 'zip' }, /its format is "zip"/],
  ];
  for (const [what, change, says] of cases) {
    it(`with ${what} is refused by name`, async () => {
      const refused = expect.objectContaining({ code: 'Usage', message: expect.stringMatching(says) });
      expect(() => readRecording(withChecksum(change))).toThrow(refused);
      // As data, too; a scenario's URL is not its path.
      const recording = { ...readRecording(file), ...change } as Recording;
      await expect(replay(recording, { allowOutside: true })).rejects.toMatchObject({ code: 'Usage' });
    });
  }

  it('that is no plain file, or too large, or no JSON', () => {
    const path = join(root, 'huge.json');
    const huge = openSync(path, 'w');
    ftruncateSync(huge, 2 ** 27);
    closeSync(huge);
    expect(() => readRecording(path)).toThrow('it has 134217728 bytes, more than any replay');
    expect(() => readRecording(root)).toThrow('it is no plain file');
    expect(() => readRecording('/dev/zero')).toThrow('it is no plain file');
    expect(() => readRecording(join(root, 'none.json'))).toThrow('ENOENT');
    for (const text of [
      '',
      '[]',
      'null',
      '5',
      '"text"',
      '{"__proto__": {"format": "framelab-replay", "version": 2}}',
    ]) {
      writeFileSync(path, text);
      expect(() => readRecording(path), text).toThrow(expect.objectContaining({ code: 'Usage' }));
    }
  });

  it('does not reach the terminal with control characters', async () => {
    const path = withChecksum({ scenario: '../\x1b[2J\x9b31m\x07.mjs', message: '\x1b]0;title\x07' });
    for (const name of [path, join(root, '\x1b[2J.json')]) {
      const { code, out, err } = await commandIn(root, 'replay', name);
      expect(code).toBe(2);
      expect(err).toContain('\\u001b[2J');
      expect(`${out}${err}`).not.toMatch(/(?!\n|\t)\p{Cc}/u);
    }
  });
});

describe('what code under test says', () => {
  it('does not reach the terminal with control characters', async () => {
    writeFileSync(join(root, 'loud.mjs'), source.replace('`counted', '`\\x1b[2J\\x07counted'));
    const ended = await commandIn(root, 'explore', 'loud.mjs', '--seed', '1');
    expect(ended.out).toContain('\\u001b[2J\\u0007counted 1 of 2');
    const json = await commandIn(root, 'explore', 'loud.mjs', '--seed', '1', '--json');
    expect(JSON.parse(json.out).message).toContain('\x1b[2J\x07counted');
    const again = await commandIn(root, 'replay', JSON.parse(json.out).replayFile);
    expect(again.code).toBe(1);
    for (const { out, err } of [ended, json, again]) expect(`${out}${err}`).not.toMatch(/(?!\n|\t)\p{Cc}/u);
  });
});

/** The recorded failure, and a scenario that was edited since. */
async function replayEdited(edit: (text: string) => string) {
  writeFileSync(join(root, 'counter.mjs'), edit(source));
  try {
    const [{ code, out }, result] = await Promise.all([
      commandIn(root, 'replay', file),
      replay(file, { allowOutside: true }),
    ]);
    return { code, out, result };
  } finally {
    writeFileSync(join(root, 'counter.mjs'), source);
  }
}

describe('a scenario that has changed since', () => {
  it('and still fails so: it is said beside the answer', async () => {
    const { code, out, result } = await replayEdited((text) => `${text}// a remark\n`);
    expect([code, result.reproduced, result.scenarioChanged]).toEqual([1, true, true]);
    expect(out).toContain('reproduced 1 of 1 times, though the scenario has changed since');
  });

  it('and fails no longer, by the same steps: exit code 0', async () => {
    const { code, out, result } = await replayEdited((text) =>
      text.replace('words[0] !== threads', 'words[0] > threads'),
    );
    expect([code, result.failure, result.followed]).toEqual([0, undefined, true]);
    expect(out).toContain('the schedule no longer fails: all its 6 steps were taken');
    expect(out).toContain('the scenario has changed since');
  });

  it('and goes on after the recorded steps, without a failure: exit code 0', async () => {
    const { code, result } = await replayEdited((text) =>
      text.replace('seen + 1);', 'seen + 1);\n  Atomics.store(words, 0, 2);'),
    );
    expect([code, result.failure, result.followed]).toEqual([0, undefined, true]);
  });

  it('so that the schedule runs out before its end: that is not "no longer fails"', async () => {
    const { code, out, result } = await replayEdited((text) =>
      text.replace(/const seen[^}]*/, 'Atomics.load(words, 0);\n').replace('words[0] !== threads', 'false'),
    );
    expect([code, result.reproduced, result.followed]).toEqual([4, false, false]);
    expect(out).toMatch(/could not be followed.*explore it anew/s);
    expect(out).not.toContain('no longer fails');
  });

  it('so that its threads end before the recorded steps: nor is that', async () => {
    const { code, out, result } = await replayEdited((text) =>
      text.replace('Atomics.store(words, 0, seen + 1)', 'void seen').replace('words[0] !== threads', 'false'),
    );
    expect([code, result.followed]).toEqual([4, false]);
    expect(out).toContain('Whether the code still fails is not known');
  });

  it('so that a thread cannot run where it is due: nor is that', async () => {
    const { code, out } = await replayEdited((text) =>
      text.replace('const seen', 'Atomics.wait(words, 1, 0);\n  const seen'),
    );
    expect(code).toBe(4);
    expect(out).not.toContain('no longer fails');
  });
});

describe('a replay runs the code that it names', () => {
  it('outside the working folder only where that is allowed, and nothing of it before', async () => {
    const outside = mkdtempSync(join(root, 'outside-'));
    const inside = mkdtempSync(join(root, 'inside-'));
    const marker = join(outside, 'ran');
    writeFileSync(
      join(outside, 'evil.mjs'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(marker)}, '');\n${source}`,
    );
    for (const named of [join(outside, 'evil.mjs'), `../${outside.slice(root.length + 1)}/evil.mjs`]) {
      writeFileSync(join(inside, 'find.json'), recordingText({ ...kept, scenario: named }));
      for (const command of ['replay', 'shrink']) {
        const { code, err } = await commandIn(inside, command, 'find.json');
        expect(code).toBe(2);
        expect(err).toContain(`would run ${join(outside, 'evil.mjs')}, which is outside the working folder`);
      }
      await expect(replay(join(inside, 'find.json'))).rejects.toMatchObject({ code: 'Usage' });
      await expect(shrink(join(inside, 'find.json'))).rejects.toMatchObject({ code: 'Usage' });
      expect(() => readFileSync(marker)).toThrow('ENOENT');
      const allowed = await commandIn(inside, 'replay', 'find.json', '--allow-outside');
      expect(allowed.code).toBe(1);
      readFileSync(marker);
      rmSync(marker);
    }
  });

  it('inside it without a word, also where it was come into by a link', async () => {
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real', 'counter.mjs'), source);
    symlinkSync(join(root, 'real'), join(root, 'link'));
    const error = (await explore(join(root, 'link', 'counter.mjs'), {
      seed: 1,
      directory: join(root, 'link'),
    }).catch((reason: unknown) => reason)) as ScheduleFailed;
    const { code } = await commandIn(join(root, 'link'), 'replay', error.replayFile as string);
    expect(code).toBe(1);
  });

  it('and says so where it is not there, without a stack', async () => {
    for (const named of ['none.mjs', '.', 'none.mjs?a=1']) {
      const { code, err } = await commandIn(root, 'replay', withChecksum({ scenario: named }));
      expect([code, err]).toEqual([2, expect.stringContaining('there is no scenario')]);
      expect(err).not.toMatch(/\n\s+at /);
    }
  });
});
