import { Worker } from 'node:worker_threads';
import { expect } from 'vitest';
import { Machine } from '#src/machine/machine.js';
import type { Recovery } from '#src/machine/recovery.js';
import { framesIn } from './treatment.ts';

/** How a worker's thread ends: by itself at a random operation, with the global pool's lock held, or from outside. */
export type End = 'exit' | 'holder' | 'terminate';

interface Report {
  readonly ownerDied: number;
  readonly wrong: string;
}

interface Patient {
  readonly worker: Worker;
  readonly exited: Promise<unknown>;
  report: Report | null;
}

const STOP = 0;
const DONE = 16;

/** A machine whose CPUs are workers; the thread of the test watches, kills and recovers them. */
export class Hospital {
  readonly observer: Machine;
  /** Waits that ended by `OwnerDied`, of the workers that went on. */
  ownerDied = 0;
  private readonly words: Int32Array;
  private readonly patients: Patient[] = [];
  private readonly awaitRecovery: boolean;
  private readonly allocatedBytes: number;
  private started = 0;

  constructor(options: { allocator: string; lock: string; cpus: number; awaitRecovery: boolean }) {
    const { allocator, lock, cpus, awaitRecovery } = options;
    const machine = Machine.boot({ memory: 2 ** 23, cpus, allocator, lock });
    this.allocatedBytes = machine.audit().allocatedBytes;
    machine.detach();
    this.observer = Machine.observe(machine.handle);
    this.words = new Int32Array(new SharedArrayBuffer(4 * 64));
    this.awaitRecovery = awaitRecovery;
    for (let cpu = 0; cpu < cpus; cpu++) this.admit(cpu);
  }

  /** Starts a worker as that CPU. */
  admit(cpu: number, end?: End, endAt = 1): void {
    const { awaitRecovery, words } = this;
    const workerData = {
      ...{ handle: this.observer.handle, shared: words.buffer, cpu, seed: ++this.started },
      ...{ end, endAt, awaitRecovery },
    };
    const worker = new Worker(new URL('./doomed_worker.mjs', import.meta.url), { workerData });
    const exited = new Promise((resolve) => worker.on('exit', resolve));
    const patient: Patient = { worker, exited, report: null };
    worker.on('message', (report: Report) => {
      patient.report = report;
    });
    worker.on('error', (error: Error) => {
      patient.report = { ownerDied: 0, wrong: `${error.name}: ${error.message}` };
    });
    this.patients[cpu] = patient;
  }

  /** Resolves when each of these CPUs has done `operations` more. */
  async progress(cpus: readonly number[], operations: number): Promise<void> {
    const goals = cpus.map((cpu) => this.done(cpu) + operations);
    for (;;) {
      const lagging = cpus.find((cpu, i) => this.done(cpu) < goals[i]);
      if (lagging === undefined) return;
      expect(this.patients[lagging].report, `CPU ${lagging} ended`).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Waits for the end of a CPU's thread, or ends it, and recovers the CPU. */
  async recoverAfterDeath(cpu: number, end: End): Promise<Recovery> {
    const { worker, exited, report } = this.patients[cpu];
    if (end === 'terminate') await worker.terminate();
    await exited;
    expect(report).toBeNull();
    this.observer.markDead(cpu);
    return this.observer.recover(cpu, { owned: 'return' });
  }

  /** Lets all workers free what they have and end; nothing is lost then but what was listed. */
  async close(listed: number): Promise<void> {
    Atomics.store(this.words, STOP, 1);
    await Promise.all(this.patients.map((patient) => patient.exited));
    for (const { report } of this.patients) {
      expect(report?.wrong).toBe('');
      this.ownerDied += report?.ownerDied ?? 0;
    }
    const audit = this.observer.audit();
    expect(audit).toMatchObject({ contradictions: [], deaths: [], allocatedBytes: this.allocatedBytes });
    expect(audit.freeBytes + audit.allocatedBytes).toBe(audit.managedBytes);
    expect(audit.lostFrames.length).toBeLessThanOrEqual(listed);
  }

  private done(cpu: number): number {
    return Atomics.load(this.words, DONE + cpu);
  }
}

/**
 * CPU 1 dies again and again, while CPUs 0 and 2 go on.
 *
 * @returns locks that were broken, and frames that were listed
 */
export async function kill(
  hospital: Hospital,
  ends: readonly { readonly end: End; readonly endAt: number }[],
): Promise<{ broken: number; listed: number }> {
  let broken = 0;
  let listed = 0;
  await hospital.progress([0, 1, 2], 50);
  let death: End = 'terminate';
  for (const { end, endAt } of ends) {
    const recovery = await hospital.recoverAfterDeath(1, death);
    broken += recovery.locksBroken.length;
    listed += framesIn(recovery.framesLost);
    expect(recovery.framesHeld).toEqual([]);
    await hospital.progress([0, 2], 20);
    hospital.admit(1, end, endAt);
    if (end === 'terminate') await hospital.progress([1], endAt);
    death = end;
  }
  const last = await hospital.recoverAfterDeath(1, death);
  broken += last.locksBroken.length;
  listed += framesIn(last.framesLost);
  hospital.admit(1);
  await hospital.progress([0, 1, 2], 20);
  return { broken, listed };
}
