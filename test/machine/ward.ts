import { expect } from 'vitest';
import type { Machine } from '#src/machine/machine.js';
import type { RecoverOptions, Recovery } from '#src/machine/recovery.js';
import { CPU_PARKED } from '#src/mm/cpu_state.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { dieAtStore, type MortalKernel } from './mortal.ts';

const FRAMES = 200;
const HOTPLUG = 24 * PAGE_SIZE;

/** Small caches, so that they fill and drain; and nobody waits for an answer, since all CPUs are in one thread. */
const PARAMS = { cache1: 8, cache2: 4, reclaimSpins: 0, reclaimWaitMs: 0 };

/** What a CPU does until it dies. */
export interface Life {
  readonly name: string;
  /** What is done before, by any CPU; CPU 2 is parked after it. */
  prepare?(ward: Ward): void;
  act(ward: Ward): void;
  /** Frames that may stay allocated though nobody says so: those of another CPU that the dead one was about to free. */
  readonly unknown?: number;
  /** Frames that may be listed, since they have more than one reference. */
  readonly shared?: number;
}

/**
 * A machine with three CPUs, all of this thread: 0 recovers, 1 dies, and 2 is parked with frames in its caches, so that
 * they can be seized.
 */
export class Ward {
  readonly kernel: MortalKernel;
  doctor: Machine;
  readonly mortal: Machine;
  readonly parked: Machine;
  /** Addresses and frames of blocks that CPU 0 has allocated. */
  readonly blocks: (readonly [addr: number, frames: number])[] = [];
  private readonly life: Life;
  private readonly othersBytes: number;

  constructor(kernel: MortalKernel, allocator: string, lock: string, life: Life) {
    this.kernel = kernel;
    this.life = life;
    const params = allocator === 'buddy' ? PARAMS : {};
    const memory = FRAMES * PAGE_SIZE;
    this.doctor = kernel.Machine.boot({ memory, cpus: 3, allocator, lock, params, hotplug: HOTPLUG });
    this.mortal = kernel.Machine.attach(this.doctor.handle, 1);
    this.parked = kernel.Machine.attach(this.doctor.handle, 2);
    for (const machine of [this.doctor, this.parked]) {
      const blocks = [1, 2, 3, 1, 7].map((frames) => [this.alloc(machine, frames), frames] as const);
      for (const [addr, frames] of blocks.slice(1)) machine.allocator.dealloc(addr, frames * PAGE_SIZE);
    }
    life.prepare?.(this);
    this.othersBytes = this.doctor.audit().allocatedBytes;
    this.parked.park();
  }

  /** Lives until before store number `at`. @returns false if it lives through all of it */
  liveUntil(at: number): boolean {
    const died = dieAtStore(at, () => this.life.act(this));
    this.doctor.markDead(1);
    return died;
  }

  /** One block. @throws Error if there is none */
  alloc(machine: Machine, frames: number): number {
    const addr = machine.allocator.alloc(this.kernel.Layout.ofFrames(frames));
    if (addr === null) throw new Error(`no ${frames} frames`);
    return addr;
  }

  recover(options: RecoverOptions = { owned: 'return' }): Recovery {
    return this.doctor.recover(1, options);
  }

  /** Before the recovery: an audit finds no bug, and names the dead CPU and its locks. */
  examineDead(): void {
    const audit = this.doctor.audit();
    expect(audit.contradictions).toEqual([]);
    const held = this.doctor.locks.filter((lock) => lock.owner() === 1).map((lock) => lock.name);
    expect(audit.deaths).toMatchObject([{ cpu: 1, locks: held }]);
    const named = audit.problems.filter((problem) => problem.startsWith('CPU 1 died'));
    expect(named).toHaveLength(Math.min(20, audit.deaths[0].problems.length));
  }

  /** Nothing is lost and nothing wrong, and what was the dead CPU's is free, but for `held` frames. */
  examine(held: number): void {
    const audit = this.doctor.audit();
    expect(audit).toMatchObject({ problems: [], lostFrames: [], contradictions: [], deaths: [] });
    expect(audit.freeBytes + audit.allocatedBytes).toBe(audit.managedBytes);
    const unknown = (this.life.unknown ?? 0) * PAGE_SIZE;
    expect(audit.allocatedBytes).toBeLessThanOrEqual(this.othersBytes + held * PAGE_SIZE);
    expect(audit.allocatedBytes).toBeGreaterThanOrEqual(this.othersBytes - unknown);
  }

  /** The CPU can be attached to again, the parked one comes back, and every free frame can be had, once. */
  useAll(): void {
    const { doctor, parked } = this;
    expect(doctor.cpuState(2)).toBe(CPU_PARKED);
    parked.unpark();
    const second = this.kernel.Machine.attach(doctor.handle, 1);
    for (const machine of [parked, second]) {
      // All of memory may be held.
      if (doctor.audit().freeBytes > 0) machine.allocator.dealloc(this.alloc(machine, 1), PAGE_SIZE);
      machine.detach();
    }
    const { freeBytes } = doctor.audit();
    const single = this.kernel.Layout.ofFrames(1);
    const got = new Set<number>();
    for (let addr = doctor.allocator.alloc(single); addr !== null; addr = doctor.allocator.alloc(single)) {
      got.add(addr);
    }
    expect(got.size * PAGE_SIZE).toBe(freeBytes);
    for (const addr of got) doctor.allocator.dealloc(addr, PAGE_SIZE);
    expect(doctor.audit()).toMatchObject({ problems: [], freeBytes });
  }
}
