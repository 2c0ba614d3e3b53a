import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const registry = new URL('../../dist/src/sync/registry.js', import.meta.url).href;
const createLock = new URL('../../dist/src/sync/create_lock.js', import.meta.url).href;
const program = `
  import { lockKinds, missingLockKinds, lockKind } from '${registry}';
  import { createLock, lockBytes } from '${createLock}';
  const names = (kinds) => kinds.map((kind) => kind.name).filter((name) => name.startsWith('atomics-sync'));
  let result;
  try {
    const buffer = new SharedArrayBuffer(lockBytes('atomics-sync-mutex', 2));
    const lock = createLock('atomics-sync-mutex', { buffer, cpus: 2, cpu: 0 });
    lock.acquire();
    result = 'owner ' + lock.owner() + ', words ' + new Int32Array(buffer).slice(0, 2).join();
  } catch (error) {
    result = error.code + ': ' + error.message;
  }
  console.log(JSON.stringify({ there: names(lockKinds()), missing: names(missingLockKinds()), result }));
`;
const KINDS = ['atomics-sync-spinlock', 'atomics-sync-mutex'];

// The real package may be installed beside framelab; then it is there from everywhere.
const real = spawnSync(process.execPath, ['-e', "require('atomics-sync')"]).status === 0;

describe('the optional package atomics-sync', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'framelab-optional-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  const run = () => {
    const args = ['--input-type=module', '-e', program];
    return JSON.parse(spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' }).stdout);
  };

  it.skipIf(real)('is missed in words that help', () => {
    expect(run()).toEqual({
      there: [],
      missing: KINDS,
      result: expect.stringMatching(/^ModuleMissing: .*npm install atomics-sync/),
    });
  });

  it('is found in the working directory', () => {
    const fake = fileURLToPath(new URL('./fake_atomics_sync', import.meta.url));
    cpSync(fake, join(directory, 'node_modules', 'atomics-sync'), { recursive: true });
    expect(run()).toEqual({ there: KINDS, missing: [], result: 'owner 0, words 1,1' });
  });
});
