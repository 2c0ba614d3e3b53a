import { LabError } from './error.ts';
import { LINE_WORDS, struct } from './struct.ts';

/** Words of a host's control memory: what watches and directs a machine from outside its RAM. */
const CONTROL = struct({
  /** 0 while the machine may run; why it must stop, otherwise. */
  stop: LINE_WORDS,
  /** One line for each CPU: its heartbeat. */
  heartbeats: 0,
});

// Why a machine is told to stop: the values of the stop word, the graver the larger.

export const STOP_NONE = 0;
/** The run is over, its time or operations used up: threads finish what they began. */
export const STOP_DONE = 1;
/** The user interrupted: threads finish what they began. */
export const STOP_INTERRUPTED = 2;
/** Somebody found a violation: whoever waits gives up, since what it waits for may never come. */
export const STOP_VIOLATION = 3;
/** A thread died or stands still: whoever waits gives up. */
export const STOP_HUNG = 4;

/**
 * The host of a machine: memory outside its RAM, through which threads are told to stop and show that they
 * live. A machine runs without one too; then nobody can stop it but its own bounds.
 */
export class Host {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  /** A new host for that many CPUs. */
  static create(cpus: number): Host {
    return new Host(new SharedArrayBuffer((CONTROL.heartbeats + cpus * LINE_WORDS) * 4));
  }

  /** One of the `STOP_` values. */
  get stopReason(): number {
    return Atomics.load(this.words, CONTROL.stop);
  }

  /** Raises the stop word. A graver reason replaces a lighter one, never the other way. */
  stop(reason: number): void {
    for (;;) {
      const was = this.stopReason;
      if (was >= reason || Atomics.compareExchange(this.words, CONTROL.stop, was, reason) === was) break;
    }
    Atomics.notify(this.words, CONTROL.stop);
  }

  /**
   * To be called in every wait. Where a run merely ends, waits go on: what they wait for will come.
   *
   * @throws `Stopped` where something is wrong, so that waiting is of no use.
   */
  checkStop(): void {
    const reason = Atomics.load(this.words, CONTROL.stop);
    if (reason >= STOP_VIOLATION) {
      const why = reason === STOP_VIOLATION ? 'a violation was found' : 'a thread died or stands still';
      throw new LabError('Stopped', `the machine was told to stop: ${why}`);
    }
  }

  /** Sleeps until the stop word is raised or the time is over. */
  sleep(ms: number): void {
    Atomics.wait(this.words, CONTROL.stop, STOP_NONE, ms);
  }

  /** Shows that this CPU makes progress: a plain store into its own line. */
  beat(cpu: number, progress: number): void {
    this.words[CONTROL.heartbeats + cpu * LINE_WORDS] = progress;
  }

  /** The progress that CPU last showed. */
  heartbeat(cpu: number): number {
    return Atomics.load(this.words, CONTROL.heartbeats + cpu * LINE_WORDS);
  }
}
