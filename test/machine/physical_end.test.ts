import { describe, expect, it } from 'vitest';
import { Machine } from '#src/machine/machine.js';
import { MEMORY_REGION_TYPE_NAMES, MemoryRegion, MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { Frame } from '#src/mm/frame/frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from '../mm/error_code.ts';

const MIB = 2 ** 20;
const markOf = (machine: Machine, paddr: number) => Frame.fromInUse(machine, paddr).dynMeta().metaType.name;

describe('frames that nobody gets', () => {
  it('say why, as upstream marks them', () => {
    const types = Object.values(MemoryRegionType).filter((typ) => typ !== MemoryRegionType.Usable);
    // Between two pieces of usable memory, so that all of them have slots.
    const map = [
      MemoryRegion.usable(0, MIB),
      ...types.map((typ, i) => new MemoryRegion(MIB + i * PAGE_SIZE, PAGE_SIZE, typ)),
      MemoryRegion.usable(2 * MIB, MIB),
    ];
    const machine = Machine.boot({ map, cpus: 1 });
    const marks = types.map((typ, i) => [
      MEMORY_REGION_TYPE_NAMES[typ],
      markOf(machine, MIB + i * PAGE_SIZE),
    ]);
    expect(Object.fromEntries(marks)).toEqual({
      BadMemory: 'UnusableMemoryMeta',
      Unknown: 'ReservedMemoryMeta',
      NonVolatileSleep: 'UnusableMemoryMeta',
      Reserved: 'ReservedMemoryMeta',
      Kernel: 'KernelMeta',
      Module: 'UnusableMemoryMeta',
      Framebuffer: 'ReservedMemoryMeta',
      Reclaimable: 'UnusableMemoryMeta',
    });
    // A gap that no region says anything about.
    expect(markOf(machine, MIB + types.length * PAGE_SIZE)).toBe('ReservedMemoryMeta');
    expect(machine.audit().problems).toEqual([]);
  });
});

describe('RAM ends at the last physical byte', () => {
  it('of a PC: its ACPI tables have slots, and are nobody’s', () => {
    const machine = Machine.boot({ memory: 64 * MIB, map: 'pc', cpus: 1 });
    expect(machine.frames * PAGE_SIZE).toBe(64 * MIB);
    for (const fromEnd of [128, 64]) {
      expect(markOf(machine, 64 * MIB - fromEnd * 1024)).toBe('UnusableMemoryMeta');
    }
    expect(machine.regions.map(({ typ }) => typ)).toContain(MemoryRegionType.NonVolatileSleep);
    expect(machine.audit().problems).toEqual([]);
    expect(machine.frameMap.use(machine.frames - 1)).toBe('unmanaged');
    const { handle } = machine;
    machine.detach();
    expect(Machine.attach(handle, 0).frames).toBe(machine.frames);
  });

  it.each([
    ['Reserved', MemoryRegionType.Reserved, 0],
    ['Framebuffer', MemoryRegionType.Framebuffer, 0],
    ['BadMemory', MemoryRegionType.BadMemory, 0],
    ['Module', MemoryRegionType.Module, 3],
    ['Reclaimable', MemoryRegionType.Reclaimable, 3],
    ['Kernel', MemoryRegionType.Kernel, 3],
  ])('%s at the end counts if there is memory behind it', (_, typ, frames) => {
    const map = [MemoryRegion.usable(0, MIB), new MemoryRegion(MIB, 3 * PAGE_SIZE, typ)];
    const machine = Machine.boot({ map, cpus: 1 });
    expect(machine.frames).toBe(MIB / PAGE_SIZE + frames);
    if (frames === 0) expect(() => Frame.fromInUse(machine, MIB)).toThrow(code('OutOfBound'));
  });

  it('withheld memory comes from usable memory, though more lies behind it', () => {
    const map = [MemoryRegion.usable(0, MIB), new MemoryRegion(MIB, PAGE_SIZE, MemoryRegionType.Reclaimable)];
    const machine = Machine.boot({ map, cpus: 1, hotplug: 4 * PAGE_SIZE });
    expect(machine.hotplug).toEqual([{ start: MIB - 4 * PAGE_SIZE, end: MIB }]);
    expect(() => machine.addFreeMemory({ start: MIB, end: MIB + PAGE_SIZE })).toThrow(code('InvalidArgs'));
    machine.addFreeMemory(machine.hotplug[0]);
    expect(machine.audit().problems).toEqual([]);
    expect(markOf(machine, MIB)).toBe('UnusableMemoryMeta');
  });

  it('a map without usable memory is refused, though it has some of another kind', () => {
    const map = [new MemoryRegion(0, MIB, MemoryRegionType.Reclaimable)];
    expect(() => Machine.boot({ map, cpus: 1 })).toThrow(code('InvalidArgs'));
  });
});
