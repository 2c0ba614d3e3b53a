import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lockKind } from '#src/sync/registry.js';

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe('a lock kind from a module', () => {
  test('is found by path, and again by the name that a machine keeps', () => {
    const kind = lockKind(at('./sound_lock.js'));
    expect(kind.name).toBe(at('./sound_lock.js'));
    expect(lockKind(kind.name)).toBe(kind);
    expect(lockKind(new URL('./sound_lock.js', import.meta.url).href)).toBe(kind);
  });

  test('works like any other', () => {
    const kind = lockKind(at('./sound_lock.js'));
    const words = new Int32Array(new SharedArrayBuffer(128));
    const [first, second] = [0, 1].map((cpu) => kind.create({ name: 'pool', words, base: 0, cpus: 2, cpu }));
    first.acquire();
    expect(first.kind).toBe('sound-lock');
    expect(second.tryAcquire()).toBe(false);
    expect(second.owner()).toBe(0);
    expect(() => second.release()).toThrow('CPU 1 releases it, CPU 0 holds it');
    first.release();
    expect(second.tryAcquire()).toBe(true);
  });

  test('is refused where there is none', () => {
    expect(() => lockKind('./no_such_lock.js')).toThrow(/no_such_lock\.js cannot be loaded/);
    expect(() => lockKind(at('./sound.js'))).toThrow(/exports no lock kind/);
    expect(() => lockKind('nonesuch')).toThrow(/or the path of a module/);
  });
});
