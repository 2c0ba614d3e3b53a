import { describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { Unit } from '#src/mm/frame/frame_meta.js';
import { META_SLOT_WORDS, SLOT } from '#src/mm/frame/meta_slots.js';
import { byFrameNumber } from '#src/mm/frame_numbers.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { getGlobalFrameAllocator } from '#src/mm/physical_memory.js';
import { code } from './error_code.ts';
import type { FakeMachine } from './fake_machine.ts';
import { freeBefore, machine } from './fresh_machine.ts';
import { drops, MockFrameMeta, ObservedMeta } from './mock_meta.ts';

/** Fills all free memory with a pattern. */
function dirty(): void {
  for (let frame = machine.firstFree; frame < 64; frame++)
    machine.ram.bytes(frame * PAGE_SIZE, PAGE_SIZE).fill(0xee);
}

describe('FrameAllocOptions', () => {
  test('frames are zeroed unless it is told not to', () => {
    dirty();
    const zeroed = new FrameAllocOptions(machine).allocFrame();
    expect(
      zeroed
        .reader()
        .collect()
        .every((byte) => byte === 0),
    ).toBe(true);
    const dirtyFrame = new FrameAllocOptions(machine).zeroed(false).allocFrame();
    expect(
      dirtyFrame
        .reader()
        .collect()
        .every((byte) => byte === 0xee),
    ).toBe(true);
    const again = new FrameAllocOptions(machine).zeroed(false).zeroed(true).allocSegment(3);
    expect(
      again
        .reader()
        .collect()
        .every((byte) => byte === 0),
    ).toBe(true);
    const typed = new FrameAllocOptions(machine).allocFrameWith(ObservedMeta);
    expect(
      typed
        .reader()
        .collect()
        .every((byte) => byte === 0),
    ).toBe(true);
    // The neighbour of what was zeroed is untouched.
    expect(machine.ram.bytes(again.endPaddr + PAGE_SIZE, 1)[0]).toBe(0xee);
  });

  test.each([
    0,
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 31,
    Number.MAX_SAFE_INTEGER,
    2 ** 64,
    '3',
  ])('a segment of %s frames is invalid', (nframes) => {
    const options = new FrameAllocOptions(machine);
    expect(() => options.allocSegment(nframes as number)).toThrow(code('InvalidArgs'));
    expect(() => options.tryAllocSegment(nframes as number)).toThrow(code('InvalidArgs'));
    expect(() => options.allocSegmentWith(nframes as number, () => Unit)).toThrow(code('InvalidArgs'));
    expect(machine.allocator.allocs).toBe(0);
  });

  test('no memory is an error, or null for those who try', () => {
    const options = new FrameAllocOptions(machine);
    expect(() => options.allocSegment(64)).toThrow(code('NoMemory'));
    expect(() => options.allocSegment(2 ** 30)).toThrow(code('NoMemory'));
    expect(options.tryAllocSegment(64)).toBeNull();
    const all = options.allocSegment(63);
    expect(() => options.allocFrame()).toThrow(code('NoMemory'));
    expect(() => options.allocFrameWith(MockFrameMeta)).toThrow(code('NoMemory'));
    expect(() => options.allocSegmentWith(1, () => MockFrameMeta)).toThrow(code('NoMemory'));
    expect(options.tryAllocFrame()).toBeNull();
    all.drop();
    expect(options.tryAllocFrame()?.size).toBe(PAGE_SIZE);
  });

  test('the metadata function gets each address once, in order, and the frames go back where it throws', () => {
    const options = new FrameAllocOptions(machine);
    const seen: number[] = [];
    const segment = options.allocSegmentWith(3, (paddr) => {
      seen.push(paddr);
      return MockFrameMeta({ value: paddr / PAGE_SIZE });
    });
    expect(seen).toEqual([0, 1, 2].map((i) => segment.paddr + i * PAGE_SIZE));
    expect([...segment].map((frame) => frame.meta().value)).toEqual(seen.map((paddr) => paddr / PAGE_SIZE));
    const before = machine.allocator.freeSize();
    let calls = 0;
    expect(() =>
      options.allocSegmentWith(5, () => {
        calls += 1;
        if (calls === 4) throw new Error('no metadata');
        return ObservedMeta({ value: 1 });
      }),
    ).toThrow('no metadata');
    expect(drops).toHaveLength(3);
    expect(machine.allocator.freeSize()).toBe(before);
    expect(() => options.allocSegmentWith(2, () => ({}) as never)).toThrow(code('InvalidArgs'));
    expect(machine.allocator.freeSize()).toBe(before);
  });

  test('a frame that somebody took by its address while the segment failed stays theirs', () => {
    const options = new FrameAllocOptions(machine);
    let kept: Frame | null = null;
    let start = 0;
    expect(() =>
      options.allocSegmentWith(3, (paddr) => {
        if (start === 0) start = paddr;
        if (paddr === start + 2 * PAGE_SIZE) {
          kept = Frame.fromInUse(machine, start);
          throw new Error('no metadata');
        }
        return MockFrameMeta;
      }),
    ).toThrow('no metadata');
    expect(machine.allocator.freeSize()).toBe(freeBefore - PAGE_SIZE);
    (kept as Frame | null)?.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('the machine has one global allocator', () => {
    expect(getGlobalFrameAllocator(machine)).toBe(machine.allocator);
  });
});

describe('an allocator that is broken', () => {
  const withAllocator = (machine: FakeMachine, allocator: GlobalFrameAllocator) => ({
    ...machine,
    allocator,
    frameAllocator: byFrameNumber(allocator),
  });
  const broken = (paddr: number): GlobalFrameAllocator => ({
    alloc: () => paddr,
    dealloc: () => {
      throw new Error('nothing must be given back');
    },
    addFreeMemory: () => {},
  });

  test('gives out a frame that is in use: named, and the content stays', () => {
    const victim = new FrameAllocOptions(machine).allocFrame();
    victim.writer().fill(0x77);
    const bad = withAllocator(machine, broken(victim.paddr));
    const options = new FrameAllocOptions(bad);
    expect(() => options.allocFrame()).toThrow(code('DoubleAlloc'));
    expect(() => options.allocFrameWith(MockFrameMeta)).toThrow(code('DoubleAlloc'));
    expect(() => options.allocSegment(2)).toThrow(code('DoubleAlloc'));
    expect(
      victim
        .reader()
        .collect()
        .every((byte) => byte === 0x77),
    ).toBe(true);
    expect(victim.referenceCount).toBe(1);
    expect(machine.slots.words[(victim.paddr / PAGE_SIZE + 1) * META_SLOT_WORDS + SLOT.refCount]).toBe(0);
  });

  test('gives out frames of which one is in use: none goes back to it, and the others are unused again', () => {
    const victim = new FrameAllocOptions(machine).allocSegment(3);
    const [free, used] = victim.split(2 * PAGE_SIZE);
    free.drop();
    const options = new FrameAllocOptions(withAllocator(machine, broken(used.paddr - 2 * PAGE_SIZE)));
    drops.length = 0;
    expect(() => options.allocSegmentWith(3, () => ObservedMeta({ value: 1 }))).toThrow(code('DoubleAlloc'));
    expect(drops).toHaveLength(2);
    expect(() => options.allocSegment(3)).toThrow(code('DoubleAlloc'));
    for (const paddr of [used.paddr - PAGE_SIZE, used.paddr - 2 * PAGE_SIZE])
      Frame.fromUnused(machine, paddr);
  });

  test('gives out frames of which the last is outside RAM', () => {
    const options = new FrameAllocOptions(withAllocator(machine, broken(63 * PAGE_SIZE)));
    expect(() => options.allocSegment(2)).toThrow(code('CorruptAllocator'));
    expect(() => options.allocSegmentWith(2, () => MockFrameMeta)).toThrow(code('CorruptAllocator'));
  });

  test.each([100, -PAGE_SIZE, 64 * PAGE_SIZE, 2 ** 44, Number.NaN, 12 * PAGE_SIZE + 0.5])(
    'gives out address %d',
    (paddr) => {
      const options = new FrameAllocOptions(withAllocator(machine, broken(paddr)));
      expect(() => options.allocFrame()).toThrow(code('CorruptAllocator'));
      expect(() => options.allocSegment(2)).toThrow(code('CorruptAllocator'));
    },
  );
});
