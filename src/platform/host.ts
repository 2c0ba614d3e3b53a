import { LabError } from './error.ts';
import { LINE_WORDS, struct } from './struct.ts';

/** Words of a host's control memory: what watches and directs a machine from outside its RAM. */
const CONTROL = struct({
  /** 0 while the machine may run; why it must stop, otherwise. */
  stop: LINE_WORDS,
  /** One line for each CPU: its heartbeat. */
  heartbeats: 0,
});

/** Why a machine is told to stop: the values of the stop word. */
export const STOP_NONE = 0;
/** The run is over: its time or operations are used up. */
export const STOP_DONE = 1;
/** Somebody found a violation. */
export const STOP_VIOLATION = 2;
/** A thread died or stands still. */
export const STOP_HUNG = 3;
/** The user interrupted. */
export const STOP_INTERRUPTED = 4;

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

  /** Raises the stop word; the first reason stays. */
  stop(reason: number): void {
    Atomics.compareExchange(this.words, CONTROL.stop, STOP_NONE, reason);
    Atomics.notify(this.words, CONTROL.stop);
  }

  /** @throws `Stopped` where the stop word is raised. */
  checkStop(): void {
    if (Atomics.load(this.words, CONTROL.stop) !== STOP_NONE) {
      throw new LabError('Stopped', `the machine was told to stop (reason ${this.stopReason})`);
    }
  }

  /** Sleeps until the stop word is raised or the time is over; for threads that may block. */
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
