import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framelab } from './framelab.ts';

// Ctrl-C and SIGTERM end every command that takes long alike: with what was found until then, and exit code 130.

let folder: string;
let find: string;
/** Three threads must be inside at once, so that with two of them there is much to look for in vain. */
const SCENARIO = `
import { writeFileSync } from 'node:fs';
export const threads = 3;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  for (let i = 0; i < 6; i++) Atomics.add(words, 1, 1);
  if (Atomics.load(words, 0) === 3) Atomics.store(words, 2, 1);
  Atomics.sub(words, 0, 1);
}
let executions = 0;
export function check({ words }) {
  if (++executions === 20) writeFileSync(new URL('begun', import.meta.url), '');
  if (words[2] !== 0) throw new Error('three were inside');
}
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-interrupt-'));
  writeFileSync(join(folder, 'inside.mjs'), SCENARIO);
  writeFileSync(join(folder, 'sound.mjs'), SCENARIO.replace('words[2] !== 0', 'words[2] > 1'));
  const { code } = await command(['explore', 'inside.mjs', '--seed', '1', '--output', 'finds']);
  expect(code).toBe(1);
  find = join('finds', readdirSync(join(folder, 'finds'))[0]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const command = (args: readonly string[], onStart?: (child: ChildProcess) => void) =>
  framelab(args, onStart, { cwd: folder });

/** Sends a signal once the scenario was executed a few times. */
function afterExecutions(signal: NodeJS.Signals) {
  const begun = join(folder, 'begun');
  rmSync(begun, { force: true });
  return async (child: ChildProcess) => {
    while (!existsSync(begun) && child.exitCode === null) await sleep(20);
    child.kill(signal);
  };
}

/** Sends a signal once standard error has said something. */
function afterSaying(text: string, signal: NodeJS.Signals) {
  return (child: ChildProcess) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      if (!child.killed && said.includes(text)) child.kill(signal);
    });
  };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('explore says what was explored', async () => {
    const args = ['explore', 'sound.mjs', '--strategy', 'random', '--schedules', '2000000000', '--json'];
    const { code, stdout } = await command(args, afterExecutions(signal));
    expect(code).toBe(130);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ found: false, atomicsComplete: false });
    expect(result.executions).toBeGreaterThan(0);
  });

  test('replay counts those that were over', async () => {
    const args = ['replay', find, '--times', '1000000', '--json'];
    const { code, stdout } = await command(args, afterSaying(' times replayed', signal));
    expect(code).toBe(130);
    const { times, reproduced } = JSON.parse(stdout);
    expect(times).toBeLessThan(1_000_000);
    expect(reproduced).toBe(times);
  });

  test('shrink keeps the smallest schedule until then', async () => {
    const args = ['shrink', find, '--time', '10m', '--schedules', '2000000000', '-o', 'small.json', '--json'];
    const { code, stdout } = await command(args, afterExecutions(signal));
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ minimal: false, file: 'small.json' });
    expect((await command(['replay', 'small.json'])).code).toBe(1);
  });

  test('run gives the figures until then', async () => {
    const args = ['run', '-w', '2', '-d', '10m', '--warmup', 'off', '--json', '-'];
    const { code, stdout } = await command(args, afterSaying(' left', signal));
    expect(code).toBe(130);
    expect(JSON.parse(stdout).outcome).toBe('interrupted');
  });

  test('compare compares what was over', async () => {
    const runs = ['-w', '1', '--operations', '300', '--warmup', 'off', '--memory', '16MiB'];
    const args = ['compare', '--lock', 'ttas,mcs', '--repeat', '900', ...runs];
    const { code, stdout } = await command(args, afterSaying('[5/', signal));
    expect(code).toBe(130);
    expect(stdout).toContain('Interrupted: this is of the repetitions that were over.');
  });

  test('bench gives the rows until then, and judges none', async () => {
    const few = ['--quick', '--runs', '1', '--rows', 'raw-pair', '--allocator', 'buddy'];
    const args = ['bench', ...few, '--sections', 'rows,steps', '--json', '-'];
    const { code, stdout, stderr } = await command(args, afterSaying('[2/2] steps', signal));
    expect(code).toBe(130);
    const { outcome, rows, steps, criteria, leftOut } = JSON.parse(stdout);
    expect(outcome).toBe('interrupted');
    expect(rows.map(({ row }: { row: string }) => row)).toEqual(['raw-pair']);
    expect(steps).toEqual([]);
    expect(leftOut).toEqual([]);
    expect(criteria).toEqual([]);
    expect(stderr).toContain('Interrupted: these are the figures up to then, and nothing is judged.');
  });

  test('bench says so where nothing was measured yet', async () => {
    const { code, stdout, stderr } = await command(['bench', '--json', '-'], afterSaying('[1/', signal));
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('interrupted before there was anything to show');
  });
});

test('a second Ctrl-C ends at once what does not heed the first; two at the same time are one', async () => {
  const interrupt = resolve(import.meta.dirname, '../../dist/src/cli/interrupt.js');
  const script = `import { Interruption } from ${JSON.stringify(interrupt)};
    const { signal } = new Interruption();
    signal.addEventListener('abort', () => console.log('once'));
    setInterval(() => {}, 1000);
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const saying = async (text: string) => {
    while (!said.includes(text)) await sleep(20);
  };
  const ended = new Promise((done) => child.on('exit', done));
  try {
    await saying('ready');
    child.kill('SIGINT');
    child.kill('SIGINT');
    await saying('once');
    await sleep(500);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toBe('ready\nonce\n');
  } finally {
    child.kill('SIGKILL');
  }
});
