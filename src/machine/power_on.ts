import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import { PAGE_SIZE, type Range } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';
import { lockKind } from '../sync/registry.ts';
import { type BootPlan, isUsable } from './boot_config.ts';
import { BOOT, BOOT_MAGIC, kernelLayout, type MachineConfig, PHASE_POWERED_ON } from './kernel_region.ts';

/** The Kernel region of a machine, found by its RAM alone. */
export interface KernelRegion {
  /** The boot words: the first of RAM. */
  readonly boot: Int32Array;
  /** The whole region. */
  readonly words: Int32Array;
  /** The region's addresses, and page 0 where the region is elsewhere. */
  readonly ranges: readonly Range[];
  readonly cpus: number;
  readonly frames: number;
  readonly config: MachineConfig;
  readonly configBytes: number;
}

/**
 * Finds room for the kernel's static data and writes the boot words and the configuration.
 *
 * Page 0 holds the boot words whatever the map says of it: that is where an attaching thread looks. The rest
 * is at the bottom of the lowest usable region that is large enough without what is withheld of it.
 *
 * @throws `NoMemory` where no usable region is.
 */
export function writeKernelRegion(ram: SharedArrayBuffer, plan: BootPlan): void {
  const config = new TextEncoder().encode(JSON.stringify(plan.config));
  const shape = { cpus: plan.cpus, frames: plan.frames, params: plan.config.params };
  const layout = kernelLayout(shape, plan.type, lockKind(plan.config.lock), config.length);
  const home = plan.regions.find((region) => isUsable(region) && roomIn(region, plan) >= layout.bytes);
  if (home === undefined) {
    throw new LabError(
      'NoMemory',
      `the kernel's static data needs ${layout.bytes} bytes for ${plan.cpus} CPUs, and no usable region has as many: more memory or fewer CPUs are needed`,
    );
  }
  const words = new Int32Array(ram, home.base, layout.bytes / 4);
  new Uint8Array(ram, home.base + layout.config * 4, config.length).set(config);
  // What other threads would find at once must be complete: the magic number comes last.
  const boot = home.base === 0 ? words : new Int32Array(ram, 0, BOOT.WORDS);
  boot[BOOT.phase] = PHASE_POWERED_ON;
  boot[BOOT.cpus] = plan.cpus;
  boot[BOOT.frames] = plan.frames;
  boot[BOOT.kernelFrame] = home.base / PAGE_SIZE;
  boot[BOOT.kernelFrames] = layout.bytes / PAGE_SIZE;
  boot[BOOT.configAt] = layout.config;
  boot[BOOT.configBytes] = config.length;
  Atomics.store(boot, BOOT.magic, BOOT_MAGIC);
}

/** Bytes of a region up to the first that is withheld: memory is withheld from the ends of regions. */
function roomIn(region: MemoryRegion, plan: BootPlan): number {
  const withheld = plan.config.hotplug.find(([start]) => start >= region.base && start < region.end);
  return (withheld?.[0] ?? region.end) - region.base;
}

/** @throws `NotBooted` where the memory is no machine's RAM. */
export function openKernelRegion(ram: SharedArrayBuffer): KernelRegion {
  if (!(ram instanceof SharedArrayBuffer) || ram.byteLength < PAGE_SIZE) {
    throw new LabError(
      'NotBooted',
      'this memory is no machine: a machine is a SharedArrayBuffer that was booted',
    );
  }
  const boot = new Int32Array(ram, 0, BOOT.WORDS);
  if (Atomics.load(boot, BOOT.magic) !== BOOT_MAGIC) {
    throw new LabError(
      'NotBooted',
      'this memory is no machine of this version: its boot words are not there',
    );
  }
  const start = boot[BOOT.kernelFrame] * PAGE_SIZE;
  const bytes = boot[BOOT.kernelFrames] * PAGE_SIZE;
  const words = new Int32Array(ram, start, bytes / 4);
  const configBytes = boot[BOOT.configBytes];
  // TextDecoder refuses shared memory: the bytes are copied first.
  const text = new TextDecoder().decode(
    new Uint8Array(ram, start + boot[BOOT.configAt] * 4, configBytes).slice(),
  );
  const ranges = [{ start, end: start + bytes }];
  if (start !== 0) ranges.unshift({ start: 0, end: PAGE_SIZE });
  return {
    boot,
    words,
    ranges,
    cpus: boot[BOOT.cpus],
    frames: boot[BOOT.frames],
    config: JSON.parse(text),
    configBytes,
  };
}
