import { describe, expect, test } from 'vitest';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Ram, type RamHandle } from '#src/mm/ram.js';
import { code } from './error_code.ts';
import { fakeMachine } from './fake_machine.ts';

const GIB = 2 ** 30;

// RAM is backed lazily: gigabytes of which a few pages are touched cost nothing.

/** RAM of that size; null where the host refuses. A bare buffer has no WebAssembly memory to fill it with. */
function ramOf(size: number, kind: 'memory' | 'bare buffer'): Ram | null {
  try {
    const handle: RamHandle = kind === 'memory' ? Ram.allocate(size) : { ram: new SharedArrayBuffer(size) };
    if (kind === 'memory' && handle.memory === undefined) return null;
    return new Ram(handle, size);
  } catch {
    return null;
  }
}

function contents(ram: Ram, paddr: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  ram.read(paddr, bytes);
  return bytes;
}

describe.each([
  ['memory', 0],
  ['memory', 1],
  ['memory', 2],
  ['memory', 3],
  ['bare buffer', 0],
  ['bare buffer', 1],
  ['bare buffer', 3],
  ['bare buffer', 4],
  ['bare buffer', 5],
] as const)('RAM with a %s, around %i GiB', (kind, gib) => {
  const edge = gib * GIB;
  const start = Math.max(0, edge - 4 * PAGE_SIZE);
  const pages = 8;

  test('is zeroed exactly where it is told to be', ({ skip }) => {
    const ram = ramOf(edge + pages * PAGE_SIZE, kind);
    if (ram === null) return skip('this host gives no such memory');
    const dirty = new Uint8Array(pages * PAGE_SIZE).fill(0xee);
    for (let first = 0; first < pages; first++) {
      for (const end of [first + 1, first + 2, pages - 1, pages]) {
        if (end <= first || end > pages) continue;
        ram.write(start, dirty);
        ram.zero(start + first * PAGE_SIZE, (end - first) * PAGE_SIZE);
        const expected = dirty.slice().fill(0, first * PAGE_SIZE, end * PAGE_SIZE);
        expect(Buffer.compare(contents(ram, start, dirty.length), expected)).toBe(0);
      }
    }
  });

  test('gives views of what lies in it, and of nothing else', ({ skip }) => {
    const end = edge + pages * PAGE_SIZE;
    const ram = ramOf(end, kind);
    if (ram === null) return skip('this host gives no such memory');
    ram.write(end - 2, Uint8Array.of(1, 2));
    expect([...ram.bytes(end - 2, 2)]).toEqual([1, 2]);
    expect(ram.windowOf(end - PAGE_SIZE)[(end - 1) % GIB]).toBe(2);
    expect(() => ram.bytes(end - 1, 2)).toThrow(code('OutOfBound'));
    expect(() => ram.bytes(end, 1)).toThrow(code('OutOfBound'));
    expect(() => ram.bytes(-1, 1)).toThrow(code('OutOfBound'));
    expect(() => ram.write(end - 1, Uint8Array.of(3, 4))).toThrow(code('OutOfBound'));
    if (gib > 0) expect(() => ram.bytes(edge - 1, 2)).toThrow('not in one window');
  });
});

test('a frame above 4 GiB is zeroed, written and read like any other', ({ skip }) => {
  const firstAbove = 2 ** 20;
  let machine: ReturnType<typeof fakeMachine>;
  try {
    machine = fakeMachine(firstAbove + 16);
  } catch (error) {
    return skip(`this host gives no such memory: ${(error as Error).message}`);
  }
  machine.allocator.free.fill(0, 0, firstAbove);
  const options = new FrameAllocOptions(machine);
  for (let round = 0; round < 2; round++) {
    const segment = options.allocSegment(16);
    expect(segment.paddr).toBe(2 ** 32);
    expect(
      segment
        .reader()
        .collect()
        .every((byte) => byte === 0),
    ).toBe(true);
    segment.writer().fill(0xee);
    segment.writeVal(15 * PAGE_SIZE, 'u32', 7);
    expect(segment.readVal(15 * PAGE_SIZE, 'u32')).toBe(7);
    segment.drop();
  }
  expect(options.allocFrame().readVal(PAGE_SIZE - 8, 'u64')).toBe(0n);
});
