import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BootOptions } from '#src/machine/boot_config.js';
import { Machine } from '#src/machine/machine.js';
import { MemoryRegion, MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { META_SLOT_WORDS, REF_ONE } from '#src/mm/frame/meta_slots.js';
import { scanSlots } from '#src/mm/frame/slot_scan.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { createLogger } from '#src/platform/log.js';

const code = (code: string) => expect.objectContaining({ code });
const page = Layout.ofFrames(1);
const MIB = 2 ** 20;

describe('booting', () => {
  it('accounts for every usable byte: free, allocated early, or metadata', () => {
    const machine = Machine.boot({ memory: 2 ** 24, cpus: 2 });
    const metadata = scanSlots(machine.slots).byType.get('MetaPageMeta') as number;
    const usable = machine.regions
      .filter((region) => region.typ === MemoryRegionType.Usable)
      .reduce((sum, region) => sum + region.len, 0);
    expect(machine.audit()).toMatchObject({ problems: [], managedBytes: usable - metadata * PAGE_SIZE });
  });

  it('fits the kernel into a region that is just large enough, and elsewhere keeps page 0 for the boot words', () => {
    const whole = MemoryRegion.usable(MIB, MIB);
    const kernelOf = (first: number) => {
      const map = [MemoryRegion.usable(0, first), MemoryRegion.reserved(first, PAGE_SIZE), whole];
      const machine = Machine.boot({ map, cpus: 16 });
      const kernel = machine.regions.filter((region) => region.typ === MemoryRegionType.Kernel);
      return { machine, kernel };
    };
    const { machine, kernel } = kernelOf(2 * PAGE_SIZE);
    expect(kernel.map((region) => region.base)).toEqual([0, MIB]);
    expect(kernel[0].len).toBe(PAGE_SIZE);
    const taken = new Set<number | null>();
    for (let addr = machine.allocator.alloc(page); addr !== null; addr = machine.allocator.alloc(page))
      taken.add(addr);
    expect([taken.has(0), taken.has(PAGE_SIZE)]).toEqual([false, true]);
    expect(kernelOf(kernel[1].len).kernel).toEqual([MemoryRegion.kernel(0, kernel[1].len)]);
  });

  it('gives the kernel region to nobody', () => {
    const machine = Machine.boot({ memory: 64 * PAGE_SIZE, cpus: 2 });
    const kernel = machine.regions.find((region) => region.typ === MemoryRegionType.Kernel);
    expect(kernel?.base).toBe(0);
    for (let addr = machine.allocator.alloc(page); addr !== null; addr = machine.allocator.alloc(page)) {
      expect(addr).toBeGreaterThanOrEqual(kernel?.end as number);
    }
    expect(() => Frame.fromUnused(machine, 0)).toThrow(code('InUse'));
  });

  it('logs each range that it hands over', () => {
    const lines: string[] = [];
    const machine = Machine.boot({
      memory: 8 * 2 ** 20,
      cpus: 1,
      map: 'pc',
      log: createLogger('info', (l) => lines.push(l)),
    });
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines)
      expect(line).toMatch(/Adding free frames to the allocator: 0x[0-9a-f]+\.\.0x[0-9a-f]+/);
    expect(machine.audit().problems).toEqual([]);
  });

  it('goes through its steps in order, each of them once', () => {
    const machine = Machine.powerOn({ memory: 2 ** 21, cpus: 1 });
    expect(() => machine.earlyAlloc(page)).toThrow(code('EarlyAllocatorNotReady'));
    expect(() => machine.allocator.alloc(page)).toThrow(code('NotBooted'));
    expect(() => machine.init()).toThrow(code('NotBooted'));
    machine.initEarlyAllocator();
    expect(() => machine.initEarlyAllocator()).toThrow(code('AlreadyInitialized'));
    const early = machine.earlyAlloc(Layout.ofFrames(3)) as number;
    machine.initMetadata();
    const late = machine.earlyAlloc(page) as number;
    machine.init();
    expect(() => machine.init()).toThrow(code('AlreadyInitialized'));
    expect(() => machine.initMetadata()).toThrow(code('AlreadyInitialized'));
    expect(() => machine.earlyAlloc(page)).toThrow(code('EarlyAllocatorRetired'));
    expect(() => Machine.observe(machine.handle).earlyAlloc(page)).toThrow(code('EarlyAllocatorRetired'));
    for (const addr of [early, early + PAGE_SIZE, late]) {
      expect(machine.frameMap.use(addr / PAGE_SIZE)).toBe('allocated');
    }
  });

  it('frees early frames later, through their metadata', () => {
    const machine = Machine.powerOn({ memory: 2 ** 21, cpus: 1 });
    machine.initEarlyAllocator();
    const early = machine.earlyAlloc(page) as number;
    machine.initMetadata();
    machine.init();
    const before = machine.audit().freeBytes;
    expect(() => Frame.fromUnused(machine, early)).toThrow(code('InUse'));
    Frame.fromRaw(machine, early).drop();
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: before + PAGE_SIZE });
  });

  it('refuses to free the kernel and the metadata, which a free would hand out to be overwritten', () => {
    const machine = Machine.boot({ memory: 64 * PAGE_SIZE, cpus: 1 });
    const held = scanSlots(machine.slots, undefined, 64).held;
    expect(held.map((frame) => frame.metaType)).toContain('MetaPageMeta');
    for (const { paddr } of held)
      expect(() => machine.allocator.dealloc(paddr, PAGE_SIZE)).toThrow(code('BadFree'));
    const free = machine.audit().freeBytes;
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: free });
  });

  it('runs on the bare RAM, with frames that work', () => {
    const booted = Machine.boot({ memory: 2 ** 21, cpus: 2 });
    const machine = Machine.attach(booted.handle.ram, 1);
    const frame = new FrameAllocOptions(machine).allocFrame();
    expect(booted.frameMap.lastCpu(frame.paddr / PAGE_SIZE)).toBe(1);
    frame.drop();
    expect(booted.audit().problems).toEqual([]);
  });

  it('takes 16 GiB in a PC-like map, sparsely', (context) => {
    let machine: Machine;
    const residentBefore = process.memoryUsage().rss;
    try {
      machine = Machine.boot({ memory: 16 * 2 ** 30, cpus: 2, map: 'pc' });
    } catch (error) {
      if ((error as { code?: string }).code === 'HostRefused')
        context.skip(`this host refuses 16 GiB: ${error}`);
      throw error;
    }
    expect(process.memoryUsage().rss - residentBefore).toBeLessThan(2 ** 30);
    expect(machine.ram.size).toBe(17 * 2 ** 30);
    const segment = new FrameAllocOptions(machine).allocSegment(1000);
    segment.drop();
    // The largest chunk lies above 4 GiB: addresses beyond 32 bits are right.
    const high = machine.allocator.alloc(Layout.fromSizeAlign(2 ** 32, 2 ** 32)) as number;
    expect(high).toBeGreaterThanOrEqual(2 ** 32);
    machine.ram.zero(high + 2 ** 32 - PAGE_SIZE, PAGE_SIZE);
    machine.allocator.dealloc(high, 2 ** 32);
    expect(machine.allocator.freeSize?.()).toBe(machine.health().freeBytes);
    expect(new FrameAllocOptions(machine).allocFrame().paddr).toBeGreaterThan(0);
  });
});

describe('memory maps', () => {
  const file = (map: unknown) => {
    const path = join(mkdtempSync(join(tmpdir(), 'framelab-')), 'map.json');
    writeFileSync(path, typeof map === 'string' ? map : JSON.stringify(map));
    return path;
  };
  const boot = (map: unknown) => Machine.boot({ cpus: 1, map: file(map) });

  it('boots from a file with holes and overlaps; the least usable type wins', () => {
    const machine = boot([
      { base: 0, length: '640KiB', type: 'usable' },
      { base: '0x100000', length: '4MiB', type: 'usable' },
      { base: '0x180000', length: '512KiB', type: 'reserved' },
    ]);
    expect(machine.audit().problems).toEqual([]);
    expect(() => Frame.fromUnused(machine, 0x180000)).toThrow(code('InUse'));
    expect(() => Frame.fromUnused(machine, 0xa0000)).toThrow(code('InUse'));
    expect(machine.frames * PAGE_SIZE).toBe(0x500000);
  });

  it('boots where page 0 is not usable: the kernel finds a place, page 0 holds what attaching threads look for', () => {
    const machine = boot([{ base: '1MiB', length: '2MiB', type: 'usable' }]);
    expect(machine.audit().problems).toEqual([]);
    expect(Machine.observe(machine.handle.ram).frames).toBe(machine.frames);
    expect(() => Frame.fromUnused(machine, 0)).toThrow(code('InUse'));
    expect(() => Frame.fromUnused(machine, 0x80000)).toThrow(code('InUse'));
  });

  it.each([
    ['an empty list', []],
    ['no usable region', [{ base: 0, length: '1MiB', type: 'reserved' }]],
    ['only part of a usable page', [{ base: 1, length: 4096, type: 'usable' }]],
    ['no JSON', '{'],
    ['a file that is not there', null],
  ])('refuses %s', (_, map) => {
    const options = { cpus: 1, map: map === null ? './no/such/map.json' : file(map) };
    expect(() => Machine.boot(options)).toThrow(code('InvalidArgs'));
  });
});

describe('options that make no machine', () => {
  it.each<[string, Partial<BootOptions>, string, string]>([
    ['no CPU', { cpus: 0 }, 'InvalidArgs', 'cpus 0'],
    ['too many CPUs', { cpus: 127 }, 'InvalidArgs', '1 to 126'],
    ['no memory', { memory: undefined }, 'InvalidArgs', 'memory'],
    ['negative memory', { memory: -1 }, 'InvalidArgs', 'memory -1'],
    ['memory too small for the kernel', { memory: PAGE_SIZE, cpus: 8 }, 'NoMemory', 'static data needs'],
    ['memory too small for the metadata', { memory: 2 * PAGE_SIZE }, 'NoMemory', 'no room'],
    ['an unknown map', { map: 'mainframe' }, 'InvalidArgs', 'small, pc'],
    ['an unknown allocator', { allocator: 'slab' }, 'InvalidArgs', 'buddy, global-buddy, bitmap'],
    ['an allocator module that is not there', { allocator: './nowhere.js' }, 'InvalidArgs', 'nowhere.js'],
    ['a parameter the allocator lacks', { params: { speed: 9 } }, 'InvalidArgs', 'speed'],
    [
      'memory beyond what slots can be found for',
      { map: [MemoryRegion.usable(0, MIB), MemoryRegion.usable(2 ** 39, MIB)] },
      'InvalidArgs',
      'at most 512 GiB',
    ],
    ['a parameter out of range', { params: { cache1: 0 } }, 'InvalidArgs', 'cache1=0'],
    ['an unknown lock', { lock: 'hope' }, 'InvalidArgs', 'ttas'],
    ['unaligned hotplug memory', { hotplug: 1 }, 'InvalidArgs', 'hotplug 1'],
    ['more hotplug memory than half', { hotplug: 2 ** 21 }, 'InvalidArgs', 'half'],
  ])('refuses %s', (_, options, expected, text) => {
    const error = (() => {
      try {
        Machine.boot({ memory: 2 ** 21, cpus: 2, ...options });
      } catch (error) {
        return error as Error;
      }
    })();
    expect(error).toMatchObject({ code: expected });
    expect(error?.message).toContain(text);
  });
});

describe('hot-added memory', () => {
  it('is never where the kernel is', () => {
    // The kernel of 126 CPUs takes 25 pages: the second region has them only with what is withheld of it.
    const map = [
      MemoryRegion.usable(0, 20 * PAGE_SIZE),
      MemoryRegion.reserved(20 * PAGE_SIZE, 4 * PAGE_SIZE),
      MemoryRegion.usable(24 * PAGE_SIZE, 48 * PAGE_SIZE),
    ];
    expect(() => Machine.boot({ map, cpus: 126, hotplug: 34 * PAGE_SIZE })).toThrow(code('NoMemory'));
    const machine = Machine.boot({ map, cpus: 126, hotplug: 16 * PAGE_SIZE });
    const [range] = machine.hotplug;
    expect(machine.regions.find((region) => region.range.start === range.start)?.range).toEqual(range);
  });

  it('is withheld, then allocatable, once', () => {
    const machine = Machine.boot({ memory: 2 ** 22, cpus: 1, hotplug: 2 ** 20 });
    const before = machine.audit().freeBytes;
    const [range] = machine.hotplug;
    expect(range.end - range.start).toBe(2 ** 20);
    expect(() => machine.addFreeMemory({ start: 0, end: PAGE_SIZE })).toThrow(code('InvalidArgs'));
    expect(() => machine.addFreeMemory({ start: range.start + 1, end: range.end })).toThrow(
      code('InvalidArgs'),
    );
    machine.addFreeMemory({ start: range.start, end: range.start + 2 ** 19 });
    expect(() => machine.addFreeMemory(range)).toThrow(code('BadFree'));
    machine.addFreeMemory({ start: range.start + 2 ** 19, end: range.end });
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: before + 2 ** 20 });
  });

  it('may be a region and a part of the one below, and the hole between stays reserved', () => {
    const map = [
      MemoryRegion.usable(0, MIB),
      MemoryRegion.reserved(MIB, 4 * PAGE_SIZE),
      MemoryRegion.usable(MIB + 4 * PAGE_SIZE, 32 * PAGE_SIZE),
    ];
    const machine = Machine.boot({ map, cpus: 1, hotplug: 48 * PAGE_SIZE });
    const lower = { start: MIB - 16 * PAGE_SIZE, end: MIB };
    expect(machine.hotplug).toEqual([{ start: MIB + 4 * PAGE_SIZE, end: MIB + 36 * PAGE_SIZE }, lower]);
    for (let addr = MIB; addr < MIB + 4 * PAGE_SIZE; addr += PAGE_SIZE) {
      expect(Frame.fromInUse(machine, addr).dynMeta().metaType.name).toBe('ReservedMemoryMeta');
    }
    expect(scanSlots(machine.slots, lower).unused).toBe(16);
    const { freeBytes } = machine.audit();
    for (const range of machine.hotplug) machine.addFreeMemory(range);
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: freeBytes + 48 * PAGE_SIZE });
  });

  it('is all that the allocator itself takes besides usable memory', () => {
    const map = [
      MemoryRegion.usable(0, MIB),
      MemoryRegion.reserved(MIB, MIB),
      MemoryRegion.usable(2 * MIB, MIB),
    ];
    const machine = Machine.boot({ map, cpus: 1, hotplug: MIB / 4 });
    const { allocator, hotplug } = machine;
    const before = machine.audit();
    // 64 bytes for each frame of 3 MiB, and then a byte for each.
    const slots = 12 * PAGE_SIZE;
    const kernel = machine.regions.find((region) => region.typ === MemoryRegionType.Kernel) as MemoryRegion;
    for (const [start, bytes] of [
      [kernel.base, PAGE_SIZE],
      [kernel.end, PAGE_SIZE],
      [kernel.end, slots],
      [kernel.end + slots, PAGE_SIZE],
      [MIB, PAGE_SIZE],
      [2 * MIB - PAGE_SIZE, PAGE_SIZE],
      [hotplug[0].end, PAGE_SIZE],
      [hotplug[0].start, hotplug[0].end - hotplug[0].start + PAGE_SIZE],
    ]) {
      expect(() => allocator.addFreeMemory(start, bytes)).toThrow(code('OutOfBound'));
    }
    expect(() => allocator.addFreeMemory(2 * MIB, PAGE_SIZE)).toThrow(code('BadFree'));
    expect(machine.audit()).toEqual(before);
    allocator.addFreeMemory(hotplug[0].end - PAGE_SIZE, PAGE_SIZE);
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: before.freeBytes + PAGE_SIZE });
  });
});

describe('CPUs that are not online', () => {
  it('lose what they cache to the needy, and get it back when they return', () => {
    const machine = Machine.boot({ memory: 2 ** 22, cpus: 2 });
    const other = Machine.attach(machine.handle, 1);
    const free = machine.audit().freeBytes;
    // CPU 1 takes nearly everything and frees it again: its pool now holds what nobody else can see.
    const blocks: number[] = [];
    for (let addr = other.allocator.alloc(page); addr !== null; addr = other.allocator.alloc(page))
      blocks.push(addr);
    for (const addr of blocks) other.allocator.dealloc(addr, PAGE_SIZE);
    expect(machine.health().perCpu[1].poolBytes + machine.health().perCpu[1].cacheBytes).toBeGreaterThan(0);
    other.park();
    const mine: number[] = [];
    for (let addr = machine.allocator.alloc(page); addr !== null; addr = machine.allocator.alloc(page))
      mine.push(addr);
    expect(mine.length * PAGE_SIZE).toBe(free);
    other.unpark();
    expect(other.allocator.alloc(page)).toBeNull();
    for (const addr of mine) machine.allocator.dealloc(addr, PAGE_SIZE);
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: free });
  });

  it('refuse to allocate and to free while they are parked, and change nothing', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
    const frame = new FrameAllocOptions(machine).allocFrame();
    const addr = machine.allocator.alloc(page) as number;
    const { freeBytes } = machine.audit();
    machine.park();
    expect(() => machine.allocator.alloc(page)).toThrow(code('CpuBusy'));
    expect(() => machine.allocator.dealloc(addr, PAGE_SIZE)).toThrow(code('CpuBusy'));
    expect(() => new FrameAllocOptions(machine).allocFrame()).toThrow('CPU 0 is parked');
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes });
    machine.unpark();
    machine.allocator.dealloc(addr, PAGE_SIZE);
    frame.drop();
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: freeBytes + 2 * PAGE_SIZE });
  });

  it('leave a parked CPU free for others when it is detached', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 2 });
    const addr = machine.allocator.alloc(page) as number;
    machine.allocator.dealloc(addr, PAGE_SIZE);
    machine.park();
    machine.detach();
    const again = Machine.attach(machine.handle, 0);
    expect(again.allocator.alloc(page)).not.toBeNull();
  });

  it('refuse to unpark what is not parked, and to allocate when detached', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 2 });
    expect(() => machine.unpark()).toThrow(code('CpuBusy'));
    machine.detach();
    expect(() => machine.allocator.alloc(page)).toThrow(code('CpuBusy'));
    expect(() => new FrameAllocOptions(machine).allocFrame()).toThrow(code('CpuBusy'));
  });
});

describe('audit', () => {
  const corrupt = (damage: (machine: Machine, addr: number) => void) => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
    damage(machine, machine.allocator.alloc(Layout.ofFrames(8)) as number);
    return machine.audit().problems.join('\n');
  };

  it('finds a frame that the allocator lost', () => {
    expect(corrupt((m, addr) => m.frameMap.free(addr / PAGE_SIZE, 1, 0))).toContain('is lost');
  });

  it('finds an allocated frame that the allocator holds as free', () => {
    const problems = corrupt((m, addr) => {
      m.allocator.dealloc(addr, 8 * PAGE_SIZE);
      m.frameMap.adopt(addr / PAGE_SIZE, 1, 0);
    });
    expect(problems).toContain('the allocator holds it as free');
  });

  it('finds a free frame whose slot is in use', () => {
    expect(
      corrupt((m, addr) => {
        m.allocator.dealloc(addr, 8 * PAGE_SIZE);
        m.slots.words[(addr / PAGE_SIZE) * META_SLOT_WORDS] = REF_ONE;
      }),
    ).toContain('metadata slot is in use');
  });
});
