import { META_SLOT_SIZE, MetaSlots } from '../mm/frame/meta_slots.ts';
import { FrameMap } from '../mm/frame_map.ts';
import { alignUp, PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { assertDuration } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { BOOT, checksumOf, MAP_BYTES, PHASE_BOOTED, PHASE_METADATA } from './kernel_region.ts';
import { corrupt } from './power_on.ts';

/** Set in the phase word while a step of the boot runs, so that no other thread begins the same step. */
const IN_PROGRESS = 0x100;

/** Milliseconds between two checks of a CPU that waits for the boot. */
const POLL_MS = 10;

/** How far a machine's boot is, and where it has put the metadata: words at the start of RAM. */
export class BootPhases {
  private readonly boot: Int32Array;
  private readonly frames: number;

  constructor(boot: Int32Array, frames: number) {
    this.boot = boot;
    this.frames = frames;
  }

  /** The last phase that was reached: one of the `PHASE_` values. */
  get phase(): number {
    return Atomics.load(this.boot, BOOT.phase) & ~IN_PROGRESS;
  }

  /**
   * Takes the boot from one phase to the next: once, and by one thread. A step that throws leaves the boot where
   * it was.
   *
   * @throws `AlreadyInitialized`, `NotBooted`
   */
  advance(from: number, to: number, what: string, step: () => void): void {
    const found = Atomics.compareExchange(this.boot, BOOT.phase, from, from | IN_PROGRESS);
    if (found !== from) {
      const done = found > from;
      throw new LabError(
        done ? 'AlreadyInitialized' : 'NotBooted',
        done
          ? `${what} was initialised before; a machine does that once`
          : `${what}: earlier steps of the boot are missing`,
      );
    }
    let reached = from;
    try {
      step();
      reached = to;
    } finally {
      Atomics.store(this.boot, BOOT.phase, reached);
      Atomics.notify(this.boot, BOOT.phase);
    }
  }

  /**
   * Waits until the last step is done.
   *
   * @throws `NotBooted` after `timeoutMs`, `InvalidArgs` if that is not a time, and what `checkStop` throws
   */
  await(timeoutMs: number, checkStop: () => void): void {
    assertDuration(timeoutMs, 'awaitBoot for');
    for (let waited = 0; ; waited += POLL_MS) {
      // Looked at once: the boot may be over before the wait, which then does not begin.
      const word = Atomics.load(this.boot, BOOT.phase);
      if ((word & ~IN_PROGRESS) === PHASE_BOOTED) return;
      if (waited >= timeoutMs) {
        throw new LabError('NotBooted', `the machine has not booted within ${timeoutMs} ms`);
      }
      checkStop();
      Atomics.wait(this.boot, BOOT.phase, word, POLL_MS);
    }
  }

  /** Writes down where the metadata is, for all threads that attach. */
  placeMetadata(slots: Paddr, map: Paddr): void {
    Atomics.store(this.boot, BOOT.slotsFrame, slots / PAGE_SIZE);
    Atomics.store(this.boot, BOOT.mapFrame, map / PAGE_SIZE);
    Atomics.store(
      this.boot,
      BOOT.metadataChecksum,
      checksumOf(this.boot, BOOT.slotsFrame, BOOT.mapFrame + 1),
    );
  }

  /**
   * For a thread that attaches.
   *
   * @throws `CorruptMachine` if the phase is unknown, or if there is metadata and the checksum of the words that say
   *   where it is does not match.
   */
  assertSound(): void {
    const word = Atomics.load(this.boot, BOOT.phase);
    const phase = word & ~IN_PROGRESS;
    if (phase < 0 || phase > PHASE_BOOTED) throw corrupt(`its boot is in phase ${word}, which there is not`);
    if (phase < PHASE_METADATA) return;
    const written = Atomics.load(this.boot, BOOT.metadataChecksum);
    if (written !== checksumOf(this.boot, BOOT.slotsFrame, BOOT.mapFrame + 1)) {
      throw corrupt('the words that say where its metadata is do not have the checksum written with them');
    }
  }

  get slotsRange(): Range {
    return this.range(BOOT.slotsFrame, META_SLOT_SIZE);
  }

  get mapRange(): Range {
    return this.range(BOOT.mapFrame, MAP_BYTES);
  }

  /** The metadata, as views of RAM. */
  openMetadata(ram: SharedArrayBuffer): { readonly slots: MetaSlots; readonly frameMap: FrameMap } {
    const { slotsRange, mapRange, frames } = this;
    const owned = new Uint8Array(ram, mapRange.start + frames, frames);
    return {
      slots: new MetaSlots(ram, slotsRange.start, frames, owned),
      frameMap: new FrameMap(ram, mapRange.start, frames),
    };
  }

  private range(field: number, bytesPerFrame: number): Range {
    const start = Atomics.load(this.boot, field) * PAGE_SIZE;
    return { start, end: start + alignUp(this.frames * bytesPerFrame, PAGE_SIZE) };
  }
}
