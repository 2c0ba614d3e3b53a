import { availableParallelism } from 'node:os';
import { allowedCores, OtherWork, pin } from '../../platform/cores.ts';
import { H, THREADS_MAX } from '../words/layout.ts';
import type { Member } from './member.ts';

/** Threads go together where other work takes more of the cores that they need, and apart again where it takes less. In cores. */
const TOGETHER_ABOVE = 0.5;
const APART_BELOW = 0.2;

/** What a placement asks of the system; replaced in tests. */
export interface PlacementSystem {
  readonly cores: readonly number[] | null;
  /** The one of these cores on which threads are put together: each process has its own, so that jobs do not meet on one. */
  readonly meeting: number;
  /** See `OtherWork`. */
  readonly otherWork: { readonly taken: number | null };
  pin(tasks: readonly number[], cores: readonly number[]): Promise<boolean>;
}

/**
 * Where the threads of a session run. With a core for each of them they wait for their turn awake: 0.1 us a hand-over. Else they are
 * put together on one core and sleep while they wait: 4 us, at any load, where waking a thread on another core takes 22 us and a
 * thread that waits awake for one without a core takes that core from others.
 *
 * Linux only, by `taskset`; elsewhere as many threads wait awake as cores allow, wherever they are.
 */
export class Placement {
  private readonly words: Int32Array;
  private readonly members: () => readonly Member[];
  private readonly system: PlacementSystem;
  private together = false;
  /** Tasks that were put on the one core. */
  private readonly pinned = new Set<number>();
  private moving = false;
  /** Threads could not be moved to where they belong. */
  refused = false;

  /** @param members of the session's team, as they are at that time; @param system for tests */
  constructor(words: Int32Array, members: () => readonly Member[], system: PlacementSystem = linux()) {
    this.words = words;
    this.members = members;
    this.system = system;
  }

  /** How many of so many threads may wait awake when a run begins: `H.SPINNERS_MAX`. */
  spinners(threads: number): number {
    if (this.together) return 0;
    const cores = availableParallelism();
    return threads <= cores ? THREADS_MAX : cores - 1;
  }

  /** To be called some times a second while a run is under way: looks at what else the machine does, and moves threads. */
  look(): void {
    const { system, words } = this;
    // New workers for each schedule: to move them takes longer than they live.
    if (system.cores === null || this.refused || this.moving || words[H.RENEW] !== 0) return;
    const taken = system.otherWork.taken;
    if (taken === null) return;
    const missing = this.members().length - (system.cores.length - taken);
    if (missing > TOGETHER_ABOVE) this.together = true;
    else if (missing < APART_BELOW) this.together = false;
    void this.move(system.cores);
  }

  /** Puts those threads where they belong that are not there. */
  private async move(cores: readonly number[]): Promise<void> {
    const { pinned, system, together } = this;
    const tasks = this.members().flatMap(({ task }) => task ?? []);
    const wrong = tasks.filter((task) => pinned.has(task) !== together);
    if (wrong.length === 0) return;
    this.moving = true;
    const done = await system.pin(wrong, together ? [system.meeting] : cores);
    this.moving = false;
    if (!done) {
      // Threads that have all ended look the same; those are not asked for again.
      this.refused = this.members().some(({ task }) => task !== null && wrong.includes(task));
      this.together = false;
    }
    for (const task of wrong) {
      if (this.together) pinned.add(task);
      else pinned.delete(task);
    }
    Atomics.store(this.words, H.SPINNERS_MAX, this.spinners(this.members().length));
  }
}

let shared: PlacementSystem | undefined;

/** One for all sessions of this process. */
function linux(): PlacementSystem {
  if (shared !== undefined) return shared;
  const cores = allowedCores();
  const meeting = cores === null ? 0 : cores[process.pid % cores.length];
  shared = { cores, meeting, otherWork: new OtherWork(cores ?? []), pin };
  return shared;
}
