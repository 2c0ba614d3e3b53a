import { META_SLOT_SIZE } from '../mm/frame/meta_slots.ts';
import { alignUp, PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';
import { BOOT, PHASE_BOOTED } from './kernel_region.ts';

/** Set in the phase word while a step of the boot runs, so that no other thread begins the same step. */
const IN_PROGRESS = 0x100;

/** A waiting CPU looks this often whether the machine has booted, in milliseconds. */
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

  /** Waits until the last step is done. @throws `NotBooted` after `timeoutMs`, and what `checkStop` throws */
  await(timeoutMs: number, checkStop: () => void): void {
    for (let waited = 0; this.phase !== PHASE_BOOTED; waited += POLL_MS) {
      if (waited >= timeoutMs) {
        throw new LabError('NotBooted', `the machine has not booted within ${timeoutMs} ms`);
      }
      checkStop();
      Atomics.wait(this.boot, BOOT.phase, Atomics.load(this.boot, BOOT.phase), POLL_MS);
    }
  }

  /** Says where the metadata is, for all who attach. */
  placeMetadata(slots: Paddr, map: Paddr): void {
    Atomics.store(this.boot, BOOT.slotsFrame, slots / PAGE_SIZE);
    Atomics.store(this.boot, BOOT.mapFrame, map / PAGE_SIZE);
  }

  get slotsRange(): Range {
    return this.range(BOOT.slotsFrame, META_SLOT_SIZE);
  }

  get mapRange(): Range {
    return this.range(BOOT.mapFrame, 1);
  }

  private range(field: number, bytesPerFrame: number): Range {
    const start = Atomics.load(this.boot, field) * PAGE_SIZE;
    return { start, end: start + alignUp(this.frames * bytesPerFrame, PAGE_SIZE) };
  }
}
