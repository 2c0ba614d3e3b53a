import { describe, expect, it, vi } from 'vitest';
import { CheckedFrameAllocator } from '#src/machine/checked_frame_allocator.js';
import { Machine } from '#src/machine/machine.js';
import { MemoryRegion, MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { Frame } from '#src/mm/frame/frame.js';
import { META_SLOT_SIZE, MetaSlots } from '#src/mm/frame/meta_slots.js';
import { scanSlots } from '#src/mm/frame/slot_scan.js';
import { FrameMap } from '#src/mm/frame_map.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const code = (code: string) => expect.objectContaining({ code });
const page = Layout.ofFrames(1);
const MIB = 2 ** 20;
const GIB = 2 ** 30;

function steps(machine: Machine): void {
  machine.initEarlyAllocator();
  machine.initMetadata();
  machine.init();
}

describe('the hand-over', () => {
  it('keeps early allocations above 4 GiB, too', (context) => {
    let machine: Machine;
    try {
      const map = [MemoryRegion.usable(0, MIB), MemoryRegion.usable(4 * GIB, 128 * MIB)];
      machine = Machine.powerOn({ cpus: 1, map });
    } catch (error) {
      if ((error as { code?: string }).code === 'HostRefused') context.skip(`${error}`);
      throw error;
    }
    machine.initEarlyAllocator();
    const low = machine.earlyAlloc(page) as number;
    const high = machine.earlyAlloc(Layout.ofFrames(300)) as number;
    expect([low < MIB, high >= 4 * GIB]).toEqual([true, true]);
    machine.initMetadata();
    machine.init();
    expect(machine.audit().problems).toEqual([]);
    for (const addr of [low, high, high + 299 * PAGE_SIZE]) {
      expect(machine.frameMap.use(addr / PAGE_SIZE)).toBe('allocated');
    }
    Frame.fromRaw(machine, high).drop();
    expect(machine.audit().problems).toEqual([]);
  });

  it('marks every frame that it does not hand over with what it is', () => {
    const map = [
      MemoryRegion.usable(0, 100 * PAGE_SIZE),
      MemoryRegion.reserved(100 * PAGE_SIZE, 4 * PAGE_SIZE),
      new MemoryRegion(104 * PAGE_SIZE, 2 * PAGE_SIZE, MemoryRegionType.BadMemory),
      MemoryRegion.usable(110 * PAGE_SIZE, 51 * PAGE_SIZE),
      MemoryRegion.reserved(161 * PAGE_SIZE, 7 * PAGE_SIZE),
    ];
    const machine = Machine.powerOn({ cpus: 1, map, hotplug: 8 * PAGE_SIZE });
    machine.initEarlyAllocator();
    machine.earlyAlloc(Layout.ofFrames(5));
    machine.initMetadata();
    machine.init();
    // RAM ends at the last physical byte: what is reserved beyond may have no memory.
    expect(machine.frames).toBe(161);
    const kernel = machine.regions.find((region) => region.typ === MemoryRegionType.Kernel) as MemoryRegion;
    const { byType, unused } = scanSlots(machine.slots);
    const metadata = Math.ceil((161 * META_SLOT_SIZE) / PAGE_SIZE) + 1;
    expect(Object.fromEntries(byType)).toEqual({
      KernelMeta: kernel.len / PAGE_SIZE,
      ReservedMemoryMeta: 4 + 4,
      UnusableMemoryMeta: 2,
      EarlyAllocatedFrameMeta: 5,
      MetaPageMeta: metadata,
    });
    expect(unused).toBe(machine.frameMap.count('free') + 8);
    // Nobody can free the metadata: for the map it was never any allocator's.
    expect(machine.frameMap.count('allocated')).toBe(5);
    expect(machine.hotplug).toEqual([{ start: 153 * PAGE_SIZE, end: 161 * PAGE_SIZE }]);
  });

  it('finds the kernel a region that is large enough', () => {
    const map = [MemoryRegion.usable(0, PAGE_SIZE), MemoryRegion.usable(4 * PAGE_SIZE, 2 * MIB)];
    const machine = Machine.boot({ cpus: 2, map });
    expect(machine.audit().problems).toEqual([]);
    expect(() => Frame.fromUnused(machine, 0)).toThrow(code('InUse'));
    expect(() => Frame.fromUnused(machine, 4 * PAGE_SIZE)).toThrow(code('InUse'));
  });

  it('leaves an observer without an allocator', () => {
    const machine = Machine.boot({ memory: 2 * MIB, cpus: 1 });
    const observer = Machine.observe(machine.handle);
    expect(() => observer.allocator.alloc(page)).toThrow(code('NotBooted'));
    expect(observer.audit().problems).toEqual([]);
  });

  it('wakes those who wait for it', () => {
    const machine = Machine.powerOn({ memory: 2 * MIB, cpus: 1 });
    machine.initEarlyAllocator();
    machine.initMetadata();
    const { notify } = Atomics;
    let wakeUps = 0;
    Atomics.notify = () => ++wakeUps;
    try {
      machine.init();
    } finally {
      Atomics.notify = notify;
    }
    expect(wakeUps).toBe(1);
  });

  it('takes no atomic operation for each frame: nobody else has an allocator yet', () => {
    const exchange = vi.spyOn(Atomics, 'compareExchange');
    const boots = [8, 64].map((mib) => {
      exchange.mockClear();
      Machine.boot({ memory: mib * 2 ** 20, cpus: 1 });
      return exchange.mock.calls.length;
    });
    exchange.mockRestore();
    expect(boots[1]).toBe(boots[0]);
  });

  it('is not begun anew by a step that comes again', () => {
    const machine = Machine.powerOn({ memory: 2 * MIB, cpus: 1 });
    steps(machine);
    const before = machine.audit();
    for (const again of ['initEarlyAllocator', 'initMetadata', 'init'] as const) {
      expect(() => machine[again]()).toThrow(code('AlreadyInitialized'));
    }
    expect(machine.audit()).toEqual(before);
  });
});

describe('withheld memory', () => {
  const machine = Machine.boot({ memory: 4 * MIB, cpus: 1, hotplug: MIB });
  const [{ start, end }] = machine.hotplug;

  it.each([
    ['begins before it', start - PAGE_SIZE, start + PAGE_SIZE],
    ['ends beyond it', end - PAGE_SIZE, end + PAGE_SIZE],
    ['was handed over', start - 2 * PAGE_SIZE, start - PAGE_SIZE],
    ['is empty', start, start],
    ['runs backwards', end, start],
    ['begins inside a page', start + 1, start + PAGE_SIZE],
    ['ends inside a page', start, start + PAGE_SIZE + 1],
    ['is shifted by a byte', start + 1, start + PAGE_SIZE + 1],
  ])('is not added where the range %s', (_, from, to) => {
    const before = machine.audit();
    expect(() => machine.addFreeMemory({ start: from, end: to })).toThrow(code('InvalidArgs'));
    expect(machine.audit()).toEqual(before);
  });
});

describe('the checks before every allocator', () => {
  /** An allocator that writes down what reaches it. */
  function checked(gives: number | null = null) {
    const calls: string[] = [];
    const inner: GlobalFrameAllocator = {
      alloc: () => gives,
      dealloc: (addr, size) => void calls.push(`dealloc ${addr / PAGE_SIZE} ${size / PAGE_SIZE}`),
      addFreeMemory: (addr, size) => void calls.push(`add ${addr / PAGE_SIZE} ${size / PAGE_SIZE}`),
    };
    const map = new FrameMap(new SharedArrayBuffer(32), 0, 32);
    map.add(4, 8, 0);
    map.allocate(4, 4, 0);
    const slots = new MetaSlots(new SharedArrayBuffer(32 * META_SLOT_SIZE), 0, 32);
    return { calls, map, allocator: new CheckedFrameAllocator(inner, map, slots, 1) };
  }

  it.each([
    ['a frame twice', 8, 1, 'BadFree'],
    ['frames of which one is free', 6, 3, 'BadFree'],
    ['frames of which the first is not managed', 3, 3, 'BadFree'],
    ['frames that end outside RAM', 30, 4, 'BadFree'],
    ['the last frame and one outside RAM', 31, 2, 'BadFree'],
    ['many frames and one outside RAM', 22, 11, 'BadFree'],
    ['half a frame', 4.5, 1, 'NotAligned'],
    ['half of two frames', 4, 1.5, 'InvalidArgs'],
    ['nothing', 4, 0, 'InvalidArgs'],
  ])('let nobody free %s, and change nothing', (_, frame, frames, expected) => {
    const { calls, map, allocator } = checked();
    map.adopt(22, 10, 0);
    const before = map.bytes.slice();
    expect(() => allocator.dealloc(frame * PAGE_SIZE, frames * PAGE_SIZE)).toThrow(code(expected));
    expect(calls).toEqual([]);
    expect(map.bytes).toEqual(before);
  });

  it.each([
    ['frames of which the last is managed', 1, 4, 'BadFree'],
    ['frames that end outside RAM', 30, 4, 'OutOfBound'],
    ['half a frame', 20.5, 1, 'NotAligned'],
    ['half of two frames', 20, 1.5, 'InvalidArgs'],
    ['nothing', 20, 0, 'InvalidArgs'],
  ])('let nobody add %s, and change nothing', (_, frame, frames, expected) => {
    const { calls, map, allocator } = checked();
    const before = map.bytes.slice();
    expect(() => allocator.addFreeMemory(frame * PAGE_SIZE, frames * PAGE_SIZE)).toThrow(code(expected));
    expect(calls).toEqual([]);
    expect(map.bytes).toEqual(before);
  });

  it.each([
    ['a frame that is allocated', 5, 1, 'DoubleAlloc', 0],
    ['frames of which the last is allocated', 8, 8, 'OutOfBound', -1],
    ['frames of which the first is allocated', 7, 2, 'DoubleAlloc', 0],
    ['a frame that it never had', 20, 1, 'OutOfBound', -1],
    ['a frame outside RAM', 40, 1, 'DoubleAlloc', -1],
  ])('accept no grant of %s', (_, frame, frames, expected, owner) => {
    const { map, allocator } = checked(frame * PAGE_SIZE);
    expect(() => allocator.alloc(Layout.ofFrames(frames))).toThrow(code(expected));
    if (owner >= 0) expect(map.lastCpu(frame)).toBe(owner);
  });

  it('count what is free for an allocator that does not', () => {
    const { allocator } = checked();
    expect(allocator.freeSize()).toBe(4 * PAGE_SIZE);
    expect(allocator.health()).toMatchObject({
      freeBytes: 4 * PAGE_SIZE,
      largestFreeBlockBytes: 4 * PAGE_SIZE,
    });
    expect(allocator.audit()).toMatchObject({ problems: [], freeBytes: 4 * PAGE_SIZE });
  });

  it('remember who allocated and who freed', () => {
    const { map, allocator, calls } = checked(8 * PAGE_SIZE);
    expect(allocator.alloc(Layout.ofFrames(3))).toBe(8 * PAGE_SIZE);
    expect([8, 9, 10, 11].map((frame) => [map.use(frame), map.lastCpu(frame)])).toEqual([
      ['allocated', 1],
      ['allocated', 1],
      ['allocated', 1],
      ['free', 0],
    ]);
    allocator.dealloc(5 * PAGE_SIZE, 2 * PAGE_SIZE);
    expect([4, 5, 6, 7].map((frame) => [map.use(frame), map.lastCpu(frame)])).toEqual([
      ['allocated', 0],
      ['free', 1],
      ['free', 1],
      ['allocated', 0],
    ]);
    expect(calls).toEqual(['dealloc 5 2']);
  });
});
