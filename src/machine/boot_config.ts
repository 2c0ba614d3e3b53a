import { allocatorSpec, DEFAULT_ALLOCATOR, requireAllocator } from '../allocators/registry.ts';
import { MEMORY_MAP_PRESETS, memoryMapPreset } from '../mm/boot/memory_map.ts';
import { loadMemoryMap } from '../mm/boot/memory_map_file.ts';
import { MemoryRegion, MemoryRegionType } from '../mm/boot/memory_region.ts';
import { intoNonOverlapping } from '../mm/boot/non_overlapping.ts';
import { META_SLOT_SHIFT } from '../mm/frame/meta_slots.ts';
import { CPUS_MAX } from '../mm/frame_map.ts';
import type { AllocatorParams, FrameAllocatorType } from '../mm/global_frame_allocator.ts';
import { alignUp, hex, isPageAligned, PAGE_SIZE, type Range } from '../mm/page.ts';
import { assertObject, assertWhole, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { Logger } from '../platform/log.ts';
import { isFilePath } from '../platform/module_path.ts';
import { formatBytes } from '../platform/units.ts';
import { DEFAULT_LOCK_KIND, lockKind } from '../sync/registry.ts';
import type { MachineConfig } from './kernel_region.ts';

export interface BootOptions {
  /** Bytes of memory that the map is built for; needed unless `map` gives regions itself. Holes come on top. */
  memory?: number;
  /** CPUs: threads that can be attached at once. 1 to 126. */
  cpus: number;
  /** A preset's name (`small`, `pc`), the path of a JSON file, or regions. Default: `small`. */
  map?: string | Iterable<MemoryRegion>;
  /** A built-in's name, the path of a module, or a type that every attaching thread has loaded. Default: `buddy`. */
  allocator?: string;
  /** The allocator's own parameters. */
  params?: AllocatorParams;
  /** The kind of all locks of the machine. */
  lock?: string;
  /** Bytes of usable memory to withhold at boot, for `addFreeMemory` while running; from the end of RAM. */
  hotplug?: number;
  /** Where the boot reports its steps; by default to stderr, at the level in `FRAMELAB_LOG`. */
  log?: Logger;
}

/** Slot indices are 32-bit numbers of words: 2^31 / 16 frames, 512 GiB. */
const FRAMES_MAX = 2 ** (31 - META_SLOT_SHIFT);

/** What boot options mean: what is written into RAM, and what follows from it. */
export interface BootPlan {
  readonly config: MachineConfig;
  readonly type: FrameAllocatorType;
  readonly cpus: number;
  /** Frames up to the last byte of physical memory, usable or not. */
  readonly frames: number;
  readonly regions: readonly MemoryRegion[];
}

/**
 * Checks boot options and fills in the defaults.
 *
 * @throws `InvalidArgs`, naming the option, the value and what is allowed.
 */
export function planBoot(options: BootOptions): BootPlan {
  assertObject(options, 'options of a machine');
  const { cpus } = options;
  assertWhole(cpus, 'cpus', 1, CPUS_MAX);
  const regions = bootRegions(options);
  const end = regions.reduce((last, region) => (region.isPhysical ? Math.max(last, region.end) : last), 0);
  const frames = end / PAGE_SIZE;
  if (!regions.some(isUsable)) {
    throw new LabError('InvalidArgs', 'memory map: has no usable frame; a machine needs some');
  }
  if (frames > FRAMES_MAX) {
    throw new LabError(
      'InvalidArgs',
      `memory map: RAM ends at ${hex(end)}; at most ${formatBytes(FRAMES_MAX * PAGE_SIZE)} are supported`,
    );
  }
  const allocator = allocatorSpec(options.allocator ?? DEFAULT_ALLOCATOR);
  const type = requireAllocator(allocator);
  const lock = lockKind(options.lock ?? DEFAULT_LOCK_KIND).name;
  const hotplug = withhold(regions, options.hotplug ?? 0);
  const inRam = regions.filter((region) => region.base < end);
  return {
    config: {
      allocator,
      params: givenParams(options.params ?? {}),
      lock,
      regions: inRam.map((region) => [region.base, Math.min(region.end, end) - region.base, region.typ]),
      hotplug: hotplug.map((range) => [range.start, range.end]),
    },
    type,
    cpus,
    frames,
    regions: inRam,
  };
}

function bootRegions(options: BootOptions): MemoryRegion[] {
  const map = options.map ?? 'small';
  if (typeof map !== 'string') return intoNonOverlapping(map);
  if (!MEMORY_MAP_PRESETS.some((preset) => preset.name === map) && isFilePath(map)) return loadMemoryMap(map);
  const { memory } = options;
  if (memory === undefined) {
    throw new LabError('InvalidArgs', `memory: bytes are needed for the memory map '${map}'`);
  }
  if (!Number.isSafeInteger(memory) || memory <= 0) {
    throw new LabError('InvalidArgs', `memory ${shown(memory)}: must be whole bytes above 0`);
  }
  return memoryMapPreset(map, alignUp(memory, PAGE_SIZE));
}

/** A copy: what is checked is what is written into RAM. The allocator checks names and values. */
function givenParams(params: AllocatorParams): AllocatorParams {
  assertObject(params, 'allocator parameters');
  const copy: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(params)) {
    const isPlain = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (!isPlain) {
      throw new LabError(
        'InvalidArgs',
        `allocator parameter ${name} ${shown(value)}: must be a finite number, a string or a boolean`,
      );
    }
    copy[name] = value;
  }
  return copy;
}

/** Takes `bytes` of usable memory from the end of the map: ranges, from high to low addresses. */
function withhold(regions: readonly MemoryRegion[], bytes: number): Range[] {
  if (!isPageAligned(bytes)) {
    throw new LabError(
      'InvalidArgs',
      `hotplug ${shown(bytes)}: must be a multiple of ${PAGE_SIZE} bytes from 0`,
    );
  }
  const usable = regions.filter(isUsable);
  const total = usable.reduce((sum, region) => sum + region.len, 0);
  if (bytes > total / 2) {
    throw new LabError(
      'InvalidArgs',
      `hotplug ${bytes}: at most half of the usable memory (${total} bytes) can be withheld`,
    );
  }
  const ranges: Range[] = [];
  for (const region of usable.reverse()) {
    if (bytes === 0) break;
    const size = Math.min(bytes, region.len);
    ranges.push({ start: region.end - size, end: region.end });
    bytes -= size;
  }
  return ranges;
}

/** The machine's regions with the Kernel region in its place and withheld memory taken out of use. */
export function machineRegions(config: MachineConfig, kernel: readonly Range[]): MemoryRegion[] {
  const regions = config.regions.map(
    ([base, len, typ]) => new MemoryRegion(base, len, typ as MemoryRegionType),
  );
  for (const range of kernel) regions.push(MemoryRegion.kernel(range.start, range.end - range.start));
  for (const [start, end] of config.hotplug) {
    regions.push(new MemoryRegion(start, end - start, MemoryRegionType.Reclaimable));
  }
  return intoNonOverlapping(regions);
}

export function isUsable(region: MemoryRegion): boolean {
  return region.typ === MemoryRegionType.Usable;
}
