import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explore, readRecording, replay, ScheduleFailed, shrink, writeRecording } from 'framelab/explore';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRecording, recordingText } from '#src/explore/replay/recording.js';
import { makeUserKey, userKey } from '#src/explore/replay/user_key.js';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

// Files of this user, for a scenario outside the working folder: that of the tests, or one of the command's own.

const { XDG_STATE_HOME, HOME } = process.env;
let root: string;
/** The replay file of a find, and its scenario. */
let file: string;
let counter: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'framelab-own-'));
  process.env.XDG_STATE_HOME = join(root, 'state');
  mkdirSync(join(root, 'mine'));
  counter = join(root, 'mine', 'counter.mjs');
  copyFileSync(fileURLToPath(scenario('lost-update.mjs')), counter);
  file = (await find()).replayFile as string;
});
beforeEach(() => {
  process.env.XDG_STATE_HOME = join(root, 'state');
});
afterEach(() => {
  process.env.HOME = HOME;
});
afterAll(() => {
  process.env.XDG_STATE_HOME = XDG_STATE_HOME;
  rmSync(root, { recursive: true });
});

async function find(path = counter, directory = join(root, 'mine', 'finds')): Promise<ScheduleFailed> {
  const error = await explore(path, { seed: 1, directory }).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

const elsewhere = (): string => mkdtempSync(join(root, 'elsewhere-'));
const keyIn = (state: string): string => join(state, 'framelab', 'key');

/** A state folder that holds this as its key. */
function stateWith(key: Uint8Array, mode = 0o600): string {
  const state = elsewhere();
  mkdirSync(join(state, 'framelab'));
  writeFileSync(keyIn(state), key, { mode });
  return state;
}

/** What a replay without the flag comes to. */
async function replayed(path: string): Promise<'runs' | 'needs the flag'> {
  try {
    expect((await replay(path)).reproduced).toBe(true);
    return 'runs';
  } catch (error) {
    expect(error).toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(/outside the working folder.*--allow-outside/),
    });
    return 'needs the flag';
  }
}

/** The file with other content, of which it keeps the HMAC; its checksum fits. */
function changed(change: object): string {
  const { recording, hmac } = parseRecording(readFileSync(file, 'utf8'), file);
  const path = join(root, 'mine', 'finds', 'changed.json');
  writeFileSync(path, recordingText({ ...recording, ...change }, 'lines', hmac as string));
  return path;
}

describe('a replay file that this user wrote', () => {
  it('runs without the flag, from any folder, and so does what shrink makes of it', async () => {
    const folder = elsewhere();
    const printed = await commandIn(folder, 'explore', counter, '--seed', '1');
    const command = /Replay it with: node \S+ replay (.*)$/m.exec(printed.out)?.[1] as string;
    expect(command).not.toContain('--allow-outside');
    const again = await commandIn(folder, 'replay', command);
    expect([again.code, again.err]).toEqual([1, '']);
    const shrunk = await commandIn(folder, 'shrink', command, '--no-html', '-o', 'small.json');
    expect([shrunk.code, shrunk.err]).toEqual([0, '']);
    expect(shrunk.out).toMatch(/Replay it with: .* replay small\.json\n$/);
    expect((await commandIn(folder, 'replay', 'small.json')).code).toBe(1);
    expect(await replayed(file)).toBe('runs');
    await shrink(file, { html: null, file: join(folder, 'smaller.json') });
    expect(await replayed(join(folder, 'smaller.json'))).toBe('runs');
  });

  it('runs from wherever it was moved, if its path still leads to that scenario', async () => {
    mkdirSync(join(root, 'mine', 'later'));
    const moved = join(root, 'mine', 'later', 'moved.json');
    copyFileSync(file, moved);
    expect(await replayed(moved)).toBe('runs');
  });

  it('runs after its scenario was edited, as explore would', async () => {
    const before = readFileSync(counter);
    writeFileSync(counter, `${before}// edited\n`);
    expect(await replayed(file)).toBe('runs');
    writeFileSync(counter, before);
  });

  it('beside another scenario of the same relative path needs the flag', async () => {
    const other = elsewhere();
    mkdirSync(join(other, 'finds'));
    copyFileSync(counter, join(other, 'counter.mjs'));
    copyFileSync(file, join(other, 'finds', 'moved.json'));
    expect(await replayed(join(other, 'finds', 'moved.json'))).toBe('needs the flag');
  });

  it('needs the flag where a link now leads to another scenario', async () => {
    const other = elsewhere();
    symlinkSync(join(root, 'mine'), join(other, 'link'));
    const { replayFile } = await find(join(other, 'link', 'counter.mjs'), other);
    expect(await replayed(replayFile as string)).toBe('runs');
    mkdirSync(join(other, 'theirs'));
    copyFileSync(counter, join(other, 'theirs', 'counter.mjs'));
    unlinkSync(join(other, 'link'));
    symlinkSync(join(other, 'theirs'), join(other, 'link'));
    expect(await replayed(replayFile as string)).toBe('needs the flag');
  });
});

describe('a file is not ours', () => {
  it('with another key', async () => {
    process.env.XDG_STATE_HOME = stateWith(new Uint8Array(32).fill(7));
    expect(await replayed(file)).toBe('needs the flag');
    process.env.XDG_STATE_HOME = elsewhere();
    expect(await replayed(file)).toBe('needs the flag');
    // Nor is a key made to read a file.
    expect(readdirSync(process.env.XDG_STATE_HOME)).toEqual([]);
  });

  it('without its HMAC, or with a wrong one; that is no damage', async () => {
    const path = join(root, 'mine', 'finds', 'forged.json');
    const content = JSON.parse(readFileSync(file, 'utf8'));
    const { hmac, ...without } = content;
    const forged = [hmac.toUpperCase(), `${hmac}00`, hmac.slice(2), '0'.repeat(64), '', 5, null, [hmac], {}];
    for (const made of [without, ...forged.map((wrong) => ({ ...content, hmac: wrong }))]) {
      writeFileSync(path, JSON.stringify(made));
      expect(await replayed(path)).toBe('needs the flag');
      expect(readRecording(path)).toEqual(readRecording(file));
    }
    expect((await replay(path, { allowOutside: true })).reproduced).toBe(true);
  });

  it('with other content, though its checksum fits', async () => {
    for (const change of [{ message: 'another' }, { scenario: '../counter.mjs?a=1' }, { threads: 3 }]) {
      expect(await replayed(changed(change))).toBe('needs the flag');
    }
    expect(await replayed(changed({}))).toBe('runs');
  });

  it('where it was read from somebody and written again', async () => {
    const path = join(root, 'mine', 'finds', 'copied.json');
    writeRecording(readRecording(file), path);
    expect(await replayed(path)).toBe('needs the flag');
  });

  it('and damage is still refused, whoever wrote it', async () => {
    const path = join(root, 'mine', 'finds', 'damaged.json');
    writeFileSync(path, readFileSync(file, 'utf8').replace('"threads": 2', '"threads": 3'));
    await expect(replay(path)).rejects.toThrow('its checksum does not fit');
  });
});

describe('the key', () => {
  it('is 32 random bytes that nobody else can read, made once', () => {
    process.env.XDG_STATE_HOME = elsewhere();
    const key = makeUserKey() as Buffer;
    const path = keyIn(process.env.XDG_STATE_HOME);
    expect([key.length, statSync(path).mode & 0o777]).toEqual([32, 0o600]);
    expect(readdirSync(join(path, '..'))).toEqual(['key']);
    expect([makeUserKey(), userKey(), readFileSync(path)]).toEqual([key, key, key]);
    process.env.XDG_STATE_HOME = elsewhere();
    expect(makeUserKey()).not.toEqual(key);
  });

  it('is one and the same for all that make it at the same time', () => {
    const state = elsewhere();
    const module = new URL('../../dist/src/explore/replay/user_key.js', import.meta.url).href;
    const script = `const { makeUserKey } = await import(${JSON.stringify(module)});
      console.log(makeUserKey()?.toString('hex'));`;
    const one = `${JSON.stringify(process.execPath)} --input-type=module -e "$SCRIPT" &`;
    const { stdout } = spawnSync('sh', ['-c', `${one.repeat(6)} wait`], {
      env: { ...process.env, XDG_STATE_HOME: state, SCRIPT: script },
      encoding: 'utf8',
    });
    const keys = stdout.trim().split('\n');
    expect(keys.length).toBe(6);
    expect([...new Set(keys)]).toEqual([readFileSync(keyIn(state)).toString('hex')]);
  });

  it('lies in the home where no place of its own is given, or one that depends on the folder', () => {
    for (const given of [undefined, '', 'state']) {
      if (given === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = given;
      process.env.HOME = elsewhere();
      const key = makeUserKey();
      const state =
        process.platform === 'darwin' ? join('Library', 'Application Support') : join('.local', 'state');
      expect(key).toEqual(readFileSync(keyIn(join(process.env.HOME, state))));
    }
  });

  it('that others may read, or that is none, is not used, and not replaced', () => {
    const states = [
      stateWith(new Uint8Array(32), 0o644),
      stateWith(new Uint8Array(31)),
      stateWith(new Uint8Array(0)),
    ];
    const folder = elsewhere();
    mkdirSync(keyIn(folder), { recursive: true });
    const pipe = stateWith(new Uint8Array(0));
    unlinkSync(keyIn(pipe));
    spawnSync('mkfifo', ['-m', '600', keyIn(pipe)]);
    for (const state of [...states, folder, pipe]) {
      process.env.XDG_STATE_HOME = state;
      const before = statSync(keyIn(state));
      expect(makeUserKey()).toBeUndefined();
      expect([statSync(keyIn(state)).ino, statSync(keyIn(state)).size]).toEqual([before.ino, before.size]);
    }
    chmodSync(keyIn(states[0]), 0o600);
    process.env.XDG_STATE_HOME = states[0];
    expect(makeUserKey()).toEqual(Buffer.alloc(32));
  });

  it('that cannot be made is no error: the file has no HMAC, and the command the flag', async () => {
    for (const state of ['/dev/null/state', '/proc/state']) {
      process.env.XDG_STATE_HOME = state;
      const { command, replayFile } = await find(counter, elsewhere());
      expect(command).toMatch(/ --allow-outside$/);
      expect(readFileSync(replayFile as string, 'utf8')).not.toContain('hmac');
      expect(await replayed(replayFile as string)).toBe('needs the flag');
    }
  });

  it('that is lost makes its files those of somebody else', async () => {
    const away = elsewhere();
    renameSync(keyIn(join(root, 'state')), join(away, 'key'));
    expect(await replayed(file)).toBe('needs the flag');
    renameSync(join(away, 'key'), keyIn(join(root, 'state')));
    expect(await replayed(file)).toBe('runs');
  });
});
