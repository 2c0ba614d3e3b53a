import type { ThreadUsage } from './thread_usage.ts';

/** How long a sign of life is waited for. Looks are counted, not time: a process that is stopped does not look. */
export interface Patience {
  /** CPU time that a thread may consume without one, in ms. */
  readonly cpuMs: number;
  /** Looks in a row at which it sleeps in the kernel, and has not run in between. */
  readonly looksAsleep: number;
  /** Looks after which it is over, whatever was seen. */
  readonly looksMax: number;
}

/**
 * Why there is no sign of life. `computes`: a thread consumed its CPU time, and did not get there. `sleeps`: it waits
 * in the kernel, and is not woken. `starved`: neither, for very long; the machine gave it too little time.
 */
export interface Stall {
  readonly kind: 'computes' | 'sleeps' | 'starved';
  readonly thread: number;
  /** True if the system told it of this thread; false if it was concluded from the whole process. */
  readonly exact: boolean;
  /** What was waited through: CPU time in ms for `computes`, else looks. */
  readonly waited: number;
}

/** How often is looked. Patience is counted in looks, and told as seconds. */
export const LOOKS_PER_SECOND = 10;

/** The process's time must be this many times a thread's before that thread is taken to have consumed its own. */
const PROCESS_FACTOR = 3;
/** Where sleeping is not told, CPU time of less than this for each look is none, for so many times as many looks. */
const QUIET_MS = 1;
const QUIET_FACTOR = 10;

/**
 * Decides from looks at what threads consumed whether they are stalled. A machine that is busy delays every answer
 * and changes none: only what a thread did with the time it was given counts, and that nothing came of it.
 */
export class StallWatch {
  private readonly patience: Patience;
  private readonly read: (thread: number) => ThreadUsage | null;
  private readonly helpersBusy: () => boolean;
  private readonly since: (ThreadUsage | null)[];
  private readonly last: (ThreadUsage | null)[];
  private beat: string | undefined;
  private looks = 0;
  private asleep = 0;
  private asleepInAll = 0;
  /** Who may have run at the last look at which anybody may. */
  private runner = 0;

  /** `helpersBusy`: other threads of the runtime are at work, such as a garbage collector's, which one may wait for. */
  constructor(
    patience: Patience,
    threads: number,
    read: (thread: number) => ThreadUsage | null,
    helpersBusy: () => boolean = () => false,
  ) {
    this.patience = patience;
    this.read = read;
    this.helpersBusy = helpersBusy;
    this.since = new Array(threads).fill(null);
    this.last = new Array(threads).fill(null);
  }

  /**
   * One look. `beat` gives what changes with every sign of life; `mayRun` says which threads are not waiting for
   * others by their own choice.
   */
  look(beat: () => string, mayRun: (thread: number) => boolean): Stall | null {
    const before = beat();
    if (before !== this.beat) {
      this.beat = before;
      this.begin();
      return null;
    }
    this.looks++;
    const stall = this.judge(mayRun);
    // This thread itself may have been stopped while it read: what was consumed then led to something.
    return stall === null || beat() === before ? stall : null;
  }

  /** Begins anew, as after a sign of life. */
  begin(): void {
    this.looks = 0;
    this.asleep = 0;
    this.asleepInAll = 0;
    for (let thread = 0; thread < this.since.length; thread++) {
      this.since[thread] = this.read(thread);
      this.last[thread] = this.since[thread];
    }
  }

  /** Forgets that threads slept: they were woken from here. */
  woken(): void {
    this.asleep = 0;
  }

  private judge(mayRun: (thread: number) => boolean): Stall | null {
    const { patience, since, last } = this;
    let anybody = false;
    let quiet = true;
    let told = true;
    for (let thread = 0; thread < since.length; thread++) {
      const now = this.read(thread);
      if (now === null) {
        if (mayRun(thread)) quiet = false;
        continue;
      }
      const first = since[thread];
      // The first reading, or the first of another kind: the thread's number has become known.
      if (first === null || first.ofThread !== now.ofThread) since[thread] = now;
      else if (now.cpuMs - first.cpuMs >= patience.cpuMs * this.factor(now)) {
        return { kind: 'computes', thread, exact: now.ofThread, waited: patience.cpuMs };
      }
      if (mayRun(thread)) {
        this.runner = thread;
        anybody = true;
        if (now.asleep === null) told = false;
        quiet &&= this.sleptOn(last[thread], now);
      }
      last[thread] = now;
    }
    return this.judgeSleep(anybody && quiet, told);
  }

  private judgeSleep(quiet: boolean, told: boolean): Stall | null {
    const { patience, looks, runner: thread } = this;
    if (!quiet) this.asleep = 0;
    // A thread may wait for what a helper does, so such a look does not count. It takes nothing away either: helpers also work
    // for the thread that looks, now and then, and a thread that one of them wakes runs.
    else if (!this.helpersBusy()) {
      this.asleep++;
      this.asleepInAll++;
    }
    if (this.asleep >= patience.looksAsleep * (told ? 1 : QUIET_FACTOR)) {
      return { kind: 'sleeps', thread, exact: told, waited: looks };
    }
    if (looks < patience.looksMax) return null;
    const kind = this.asleepInAll > looks / 2 ? 'sleeps' : 'starved';
    return { kind, thread, exact: told, waited: looks };
  }

  /** It slept at this look and has not run since the last. */
  private sleptOn(last: ThreadUsage | null, now: ThreadUsage): boolean {
    if (last === null || last.ofThread !== now.ofThread) return false;
    if (now.asleep === null) return now.cpuMs - last.cpuMs < QUIET_MS;
    return now.asleep && now.cpuMs === last.cpuMs;
  }

  private factor(usage: ThreadUsage): number {
    return usage.ofThread ? 1 : PROCESS_FACTOR;
  }
}

/** For how many seconds was looked. */
export function secondsOf(stall: Stall): number {
  return Math.round(stall.waited / LOOKS_PER_SECOND);
}

/** The rest of a sentence about a thread that was starved: nothing is said of the code under test. */
export function starvedText(stall: Stall): string {
  return `was given no CPU time, or too little, for ${secondsOf(stall)} s: the machine is too busy`;
}
