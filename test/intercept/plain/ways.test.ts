import { mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { instrument } from '#src/intercept/plain/rewrite/rewrite.js';
import { HOST_WAYS, NAMED } from './host_ways.ts';
import { installPlain, met, toldBy } from './told.ts';
import { WAYS } from './ways.ts';

// Every way to touch shared memory is told, with its kind and range, in the order in which it happens; what touches none is not.

beforeAll(installPlain);

function values(): Record<string, unknown> {
  const a = new Int32Array(new SharedArrayBuffer(32), 8, 4);
  const o = new Int32Array(4);
  for (let i = 0; i < 4; i++) a[i] = o[i] = 5 + i;
  const b = Buffer.from(new SharedArrayBuffer(16));
  const p = Buffer.alloc(16);
  for (let i = 0; i < 16; i++) b[i] = p[i] = i;
  const f = join(directory, 'file');
  writeFileSync(f, '0123456789abcdefghij');
  const views = { d: new DataView(new SharedArrayBuffer(16)), e: new DataView(new ArrayBuffer(16)) };
  return { a, o, b, p, ...views, r: createRequire(import.meta.url), f, fd: openSync(f, 'r+') };
}

const directory = mkdtempSync(join(tmpdir(), 'framelab-ways-'));

/** Where this Node.js lacks the method there is no way. */
function isThere(code: string): boolean {
  const method = /\ba\.(\w+)\(|Buffer\.(\w+)\(/.exec(code);
  if (method?.[1] !== undefined) return method[1] in Int32Array.prototype;
  return method?.[2] === undefined || method[2] in Buffer;
}

test.each(WAYS.filter(({ code }) => isThere(code)))('$name: $code', ({ code, told, neighbour }) => {
  expect(toldBy(code, values()).join(', ')).toBe(told);
  expect(toldBy(neighbour, values()).join(', ')).toBe('');
});

test.each(HOST_WAYS)('$name: $code', ({ code, told, neighbour }) => {
  // Functions of Node.js may call one another, and then tell twice.
  const once = toldBy(code, values()).filter((one, i, all) => one !== all[i - 1]);
  expect(once.join(', ')).toBe(told);
  expect(toldBy(neighbour, values()).join(', ')).toBe('');
});

test.each(NAMED)('%s is said by name: %s', (code, what, neighbour) => {
  met.length = 0;
  toldBy(neighbour, values());
  expect(met).toEqual([]);
  toldBy(code, values());
  expect(met.map((one) => one.what)).toEqual([what]);
});

test('eval that is kept for later is said where it is', () => {
  const lines = (code: string): readonly number[] => instrument(code, 'script', '/x.js', 1)?.unseen ?? [];
  expect(lines('\nconst e = eval')).toEqual([2]);
  expect(lines('\nconst e = globalThis.eval')).toEqual([2]);
  expect(lines('typeof eval; x.eval; ({ eval: 1 }); (0, eval)(y)')).toEqual([]);
});

/** A view of each type, and what it makes of a write at its second element. */
const TYPES = [
  [Int8Array, 1],
  [Uint8Array, 1],
  [Uint8ClampedArray, 1],
  [Int16Array, 2],
  [Uint16Array, 2],
  [Int32Array, 4],
  [Uint32Array, 4],
  [Float32Array, 4],
  [Float64Array, 8],
  [BigInt64Array, 8],
  [BigUint64Array, 8],
] as const;

test.each(TYPES)('%o', (Type, bytes) => {
  const v = new Type(new SharedArrayBuffer(64) as unknown as ArrayBuffer, 16, 3);
  expect(toldBy('v[1] = v[2]', { v })).toEqual([`r ${16 + 2 * bytes}+${bytes}`, `w ${16 + bytes}+${bytes}`]);
});

test('a view that grows with its buffer', () => {
  const Growable = SharedArrayBuffer as unknown as new (
    bytes: number,
    options: object,
  ) => ArrayBuffer & { grow(bytes: number): void };
  const buffer = new Growable(8, { maxByteLength: 16 });
  const v = new Int32Array(buffer);
  const code = 'return v[3]';
  expect(toldBy(code, { v })).toEqual([]);
  buffer.grow(16);
  expect(toldBy(code, { v })).toEqual(['r 12+4']);
});
