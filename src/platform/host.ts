import { assertDuration, assertInstance, assertWhole } from './arguments.ts';
import { LabError } from './error.ts';
import { LINE_WORDS, struct } from './struct.ts';

/** Words of a host's control memory: what watches and directs a machine from outside its RAM. */
const CONTROL = struct({
  /** 0 while the machine may run; why it must stop, otherwise. */
  stop: LINE_WORDS,
  /** One line for each CPU: its heartbeat. */
  heartbeats: 0,
});

/** Far beyond the CPUs that a machine can have. */
const CPUS_MAX = 2 ** 16;

// Why a machine is told to stop: the values of the stop word; a larger one is graver.

export const STOP_NONE = 0;
/** The run is over, its time or operations used up: threads finish what they began. */
export const STOP_DONE = 1;
/** The user interrupted: threads finish what they began. */
export const STOP_INTERRUPTED = 2;
/** A thread found a violation: waiters give up, since what they wait for may never come. */
export const STOP_VIOLATION = 3;
/** A thread died or stands still: waiters give up. */
export const STOP_HUNG = 4;

/**
 * The host of a machine: memory outside its RAM, through which threads are told to stop and show that they
 * live. A machine runs without one too; then only its own bounds stop it.
 */
export class Host {
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;

  /** @throws `InvalidArgs` for anything but the control memory of a host */
  constructor(buffer: SharedArrayBuffer) {
    assertInstance(buffer, SharedArrayBuffer, 'control memory of a host');
    assertWhole(buffer.byteLength / 4, 'words of the control memory of a host', CONTROL.heartbeats);
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
  }

  /** A new host for that many CPUs. @throws `InvalidArgs` */
  static create(cpus: number): Host {
    assertWhole(cpus, 'CPUs of a host', 1, CPUS_MAX);
    return new Host(new SharedArrayBuffer(bytesFor(cpus)));
  }

  /** The host in that memory. @throws `InvalidArgs` if it has no room for that many CPUs */
  static of(buffer: SharedArrayBuffer, cpus: number): Host {
    const host = new Host(buffer);
    if (buffer.byteLength >= bytesFor(cpus)) return host;
    throw new LabError(
      'InvalidArgs',
      `control memory of a host: ${buffer.byteLength} bytes; ${cpus} CPUs take ${bytesFor(cpus)}`,
    );
  }

  /** One of the `STOP_` values. */
  get stopReason(): number {
    return Atomics.load(this.words, CONTROL.stop);
  }

  /** Raises the stop word. A graver reason replaces a lighter one, never the other way. @throws `InvalidArgs` */
  stop(reason: number): void {
    assertWhole(reason, 'reason to stop', STOP_NONE, STOP_HUNG);
    for (;;) {
      const was = this.stopReason;
      if (was >= reason || Atomics.compareExchange(this.words, CONTROL.stop, was, reason) === was) break;
    }
    Atomics.notify(this.words, CONTROL.stop);
  }

  /**
   * To be called in every wait. If a run merely ends, waits go on: what they wait for will come.
   *
   * @throws `Stopped` once the run has failed and waiting is pointless.
   */
  checkStop(): void {
    const reason = Atomics.load(this.words, CONTROL.stop);
    if (reason >= STOP_VIOLATION) {
      const why = reason === STOP_VIOLATION ? 'a violation was found' : 'a thread died or stands still';
      throw new LabError('Stopped', `the machine was told to stop: ${why}`);
    }
  }

  /** Sleeps until the stop word is raised or the time is over. @throws `InvalidArgs` for anything but a time */
  sleep(ms: number): void {
    assertDuration(ms, 'sleep for');
    Atomics.wait(this.words, CONTROL.stop, STOP_NONE, ms);
  }

  /** Shows that this CPU makes progress: a plain store into its own line. @throws `InvalidArgs` for another's memory */
  beat(cpu: number, progress: number): void {
    if (!(typeof cpu === 'number' && cpu >= 0 && cpu >>> 0 === cpu)) this.assertCpu(cpu);
    const at = CONTROL.heartbeats + cpu * LINE_WORDS;
    if (at >= this.words.length) this.assertCpu(cpu);
    this.words[at] = progress;
  }

  /** The progress that CPU last showed. @throws `InvalidArgs` */
  heartbeat(cpu: number): number {
    this.assertCpu(cpu);
    return Atomics.load(this.words, CONTROL.heartbeats + cpu * LINE_WORDS);
  }

  private assertCpu(cpu: number): void {
    assertWhole(cpu, 'CPU of a host', 0, (this.words.length - CONTROL.heartbeats) / LINE_WORDS - 1);
  }
}

function bytesFor(cpus: number): number {
  return (CONTROL.heartbeats + cpus * LINE_WORDS) * 4;
}
