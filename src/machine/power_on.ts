import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import { CPUS_MAX } from '../mm/frame_map.ts';
import { PAGE_SIZE, type Range } from '../mm/page.ts';
import { causeText, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { lockKind } from '../sync/registry.ts';
import { type BootPlan, isUsable } from './boot_config.ts';
import {
  BOOT,
  BOOT_MAGIC,
  checksumOf,
  type KernelLayout,
  kernelLayout,
  type MachineConfig,
  PHASE_POWERED_ON,
} from './kernel_region.ts';
import type { MachineHandle } from './machine_handle.ts';

/** The Kernel region of a machine, found by its RAM alone. */
export interface KernelRegion {
  /** The boot words: the first of RAM. */
  readonly boot: Int32Array;
  /** The whole region. */
  readonly words: Int32Array;
  /** The region's addresses, and page 0 if the region is elsewhere. */
  readonly ranges: readonly Range[];
  readonly cpus: number;
  readonly frames: number;
  readonly config: MachineConfig;
  /** Word offset in the region, and bytes. */
  readonly configAt: number;
  readonly configBytes: number;
}

/**
 * Finds room for the kernel's static data and writes the boot words and the configuration.
 *
 * Page 0 holds the boot words whatever the map says of it, since an attaching thread reads them there. The rest is at
 * the bottom of the lowest usable region that is large enough without its withheld part.
 *
 * @throws `NoMemory` if no usable region is large enough.
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
  boot[BOOT.checksum] = checksumOf(boot, BOOT.cpus, BOOT.configBytes + 1, config);
  Atomics.store(boot, BOOT.magic, BOOT_MAGIC);
}

/** Bytes of a region up to the first that is withheld: memory is withheld from the ends of regions. */
function roomIn(region: MemoryRegion, plan: BootPlan): number {
  const withheld = plan.config.hotplug.find(([start]) => start >= region.base && start < region.end);
  return (withheld?.[0] ?? region.end) - region.base;
}

/**
 * Finds the Kernel region by the boot words, and trusts them only if the checksum over them and the configuration
 * matches: with a wrong size or address this thread would overwrite memory of others.
 *
 * @throws `NotBooted` if the memory is not a machine's RAM; `CorruptMachine` if it was and was overwritten.
 */
function openKernelRegion(ram: SharedArrayBuffer): KernelRegion {
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
  assertBootWords(ram, boot);
  const start = boot[BOOT.kernelFrame] * PAGE_SIZE;
  const bytes = boot[BOOT.kernelFrames] * PAGE_SIZE;
  const words = new Int32Array(ram, start, bytes / 4);
  const configBytes = boot[BOOT.configBytes];
  // Copied first: neither the checksum nor TextDecoder takes shared memory.
  const config = new Uint8Array(ram, start + boot[BOOT.configAt] * 4, configBytes).slice();
  if (checksumOf(boot, BOOT.cpus, BOOT.configBytes + 1, config) !== boot[BOOT.checksum]) {
    throw corrupt('its configuration or boot words do not have the checksum that was written with them');
  }
  const ranges = [{ start, end: start + bytes }];
  if (start !== 0) ranges.unshift({ start: 0, end: PAGE_SIZE });
  return {
    boot,
    words,
    ranges,
    cpus: boot[BOOT.cpus],
    frames: boot[BOOT.frames],
    config: parseConfig(config),
    configAt: boot[BOOT.configAt],
    configBytes,
  };
}

/** The error that says that the machine's own words cannot be trusted. */
export function corrupt(why: string): LabError {
  return new LabError(
    'CorruptMachine',
    `this machine was written over: ${why}. It cannot be attached to; boot another`,
  );
}

/** @throws `CorruptMachine` if the words name memory that does not exist. */
function assertBootWords(ram: SharedArrayBuffer, boot: Int32Array): void {
  const pages = Math.floor(ram.byteLength / PAGE_SIZE);
  const [frames, home, size] = [boot[BOOT.frames], boot[BOOT.kernelFrame], boot[BOOT.kernelFrames]];
  const [at, bytes] = [boot[BOOT.configAt], boot[BOOT.configBytes]];
  const cpus = boot[BOOT.cpus];
  if (!(cpus >= 1 && cpus <= CPUS_MAX)) throw corrupt(`it says that it has ${cpus} CPUs`);
  if (!(frames >= 1 && frames <= pages))
    throw corrupt(`it says that it has ${frames} frames; its RAM has ${pages}`);
  if (!(home >= 0 && size >= 1 && home + size <= frames)) {
    throw corrupt(`it says that its kernel has ${size} frames from frame ${home}`);
  }
  if (!(at >= 0 && bytes >= 2 && at * 4 + bytes <= size * PAGE_SIZE)) {
    throw corrupt(`it says that its configuration has ${bytes} bytes at word ${at} of the kernel`);
  }
}

function parseConfig(bytes: Uint8Array): MachineConfig {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw corrupt(`its configuration cannot be read: ${causeText(cause)}`);
  }
}

/**
 * `openKernelRegion`, for a handle and a CPU (-1 for none).
 *
 * @throws as that does; `InvalidArgs` if the handle's parts are not of one machine, or the machine has no such CPU
 */
export function openKernelOf(handle: MachineHandle, cpu: number): KernelRegion {
  const kernel = openKernelRegion(handle.ram);
  assertHandle(handle, kernel, cpu);
  return kernel;
}

function assertHandle({ ram, memory }: MachineHandle, { cpus }: KernelRegion, cpu: number): void {
  if (memory !== undefined) assertSameMemory(ram, memory);
  if (cpu < cpus) return;
  throw new LabError('InvalidArgs', `CPU ${cpu}: the machine has CPUs 0 to ${cpus - 1}`);
}

/**
 * Checks that a handle's two views are of one memory: what is written through one is read through the other. Otherwise
 * frames of another machine would be zeroed.
 *
 * @throws `InvalidArgs`
 */
function assertSameMemory(ram: SharedArrayBuffer, memory: WebAssembly.Memory): void {
  const refuse = (why: string) =>
    new LabError(
      'InvalidArgs',
      `handle of a machine: its memory ${why}; leave it out, or pass the machine's own handle`,
    );
  if (!(memory instanceof WebAssembly.Memory))
    throw refuse(`must be a WebAssembly.Memory, is ${shown(memory)}`);
  const buffer: unknown = memory.buffer;
  if (buffer === ram) return;
  if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength !== ram.byteLength)
    throw refuse('is not that behind its ram');
  const [mine, behind] = [new Int32Array(ram, 0, BOOT.WORDS), new Int32Array(buffer, 0, BOOT.WORDS)];
  const before = Atomics.load(behind, BOOT.probe);
  Atomics.add(mine, BOOT.probe, 1);
  // Threads that attach at the same time only count further up.
  if (Atomics.load(behind, BOOT.probe) === before) throw refuse('is not that behind its ram');
}

/**
 * Checks that this thread's allocator and lock kind give the Kernel region the same layout as in the thread that
 * booted.
 *
 * @throws `CorruptMachine`
 */
export function assertLaidOutAlike(kernel: KernelRegion, layout: KernelLayout): void {
  if (layout.bytes === kernel.words.byteLength && layout.config === kernel.configAt) return;
  throw corrupt(
    `its allocator and locks take ${layout.bytes} bytes here and took ${kernel.words.byteLength} where it was booted`,
  );
}
