import { crc32 } from 'node:zlib';
import { EARLY } from '../mm/boot/early_frame_allocator.ts';
import type { FrameAllocatorType, MachineShape } from '../mm/global_frame_allocator.ts';
import { alignUp, PAGE_SIZE } from '../mm/page.ts';
import { LINE_BYTES, LINE_WORDS, struct, wholeLines } from '../platform/struct.ts';
import type { LockKind } from '../sync/lock.ts';

/** First words of RAM: where a thread that has only the RAM finds the rest. */
export const BOOT = struct({
  /** `BOOT_MAGIC`, once the words below are written. */
  magic: 1,
  /** How far the boot is: one of the `PHASE_` values. */
  phase: 1,
  cpus: 1,
  /** Frames of RAM, holes included. */
  frames: 1,
  /** Frame number and frames of the Kernel region. */
  kernelFrame: 1,
  kernelFrames: 1,
  /** Where in the Kernel region the configuration is (JSON in UTF-8), and its bytes. */
  configAt: 1,
  configBytes: 1,
  /** Frame numbers of the metadata slots and of the frame map, once they are allocated. */
  slotsFrame: 1,
  mapFrame: 1,
  /** `checksumOf` the words from `cpus` to `configBytes` and the configuration. */
  checksum: 1,
  /** `checksumOf` `slotsFrame` and `mapFrame`, once they are there. */
  metadataChecksum: 1,
  /** Counted up by each attaching thread, to see that two views are of the same memory. */
  probe: 1,
});

/** `FLAB`, and the version of this layout. */
export const BOOT_MAGIC = 0x464c_4104;

/** Bytes of a frame in the frame map, and behind the map, where it says who owns frames: see `MetaSlots.owned`. */
export const MAP_BYTES = 2;

/** Regions are known, nothing can be allocated. */
export const PHASE_POWERED_ON = 0;
/** The early allocator works. */
export const PHASE_EARLY = 1;
/** Frames have metadata slots. */
export const PHASE_METADATA = 2;
/** The global frame allocator has taken over. */
export const PHASE_BOOTED = 3;

/** What a machine was told at boot: in RAM as JSON, since a thread that attaches must find the same. */
export interface MachineConfig {
  /** A built-in's name or a module's absolute path. */
  readonly allocator: string;
  readonly params: MachineShape['params'];
  readonly lock: string;
  /** `[base, length, type]` of each region, without the Kernel region; in order, not overlapping. */
  readonly regions: readonly (readonly [number, number, number])[];
  /** `[start, end]` of each range of usable memory withheld at boot. */
  readonly hotplug: readonly (readonly [number, number])[];
}

/** Where things are in the Kernel region, in words from its start. All begin on a line of their own. */
export interface KernelLayout {
  /** One line for each CPU. */
  readonly cpuTable: number;
  readonly early: number;
  /** The machine's locks, in order of their names below. */
  readonly locks: readonly { readonly name: string; readonly at: number }[];
  readonly allocator: number;
  readonly config: number;
  /** Bytes of the whole, a multiple of `PAGE_SIZE`. */
  readonly bytes: number;
}

/** The lock that guards the early allocator; the allocator's own come after it. */
export const EARLY_LOCK = 'early-allocator';

/** Lays out the kernel's static data. The boot words come first where the region begins at address 0. */
export function kernelLayout(
  shape: MachineShape,
  type: FrameAllocatorType,
  lockKind: LockKind,
  configBytes: number,
): KernelLayout {
  const cpuTable = wholeLines(BOOT.WORDS);
  const early = cpuTable + shape.cpus * LINE_WORDS;
  let at = early + wholeLines(EARLY.WORDS);
  const locks = [EARLY_LOCK, ...type.locks].map((name) => {
    const lock = { name, at };
    at += wholeLines(lockKind.words(shape.cpus));
    return lock;
  });
  const allocator = at;
  const config = allocator + wholeLines(type.staticWords(shape));
  const bytes = alignUp(config * 4 + alignUp(configBytes, LINE_BYTES), PAGE_SIZE);
  return { cpuTable, early, locks, allocator, config, bytes };
}

/**
 * A checksum over boot words and the bytes of a configuration: CRC-32, which detects every change of up to three bits
 * in every possible configuration, and all but one in 2^32 of the others.
 */
export function checksumOf(boot: Int32Array, from: number, to: number, config = new Uint8Array(0)): number {
  const words = boot.slice(from, to);
  return crc32(config, crc32(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))) | 0;
}
