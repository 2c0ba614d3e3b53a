import { threadId } from 'node:worker_threads';
import type { Machine } from '../../machine/machine.ts';
import type { GlobalFrameAllocator } from '../../mm/global_frame_allocator.ts';
import { Host } from '../../platform/host.ts';
import { FaultInjector, type Victim } from '../faults/fault_injector.ts';
import { FaultWords } from '../faults/fault_words.ts';
import { patiently } from '../faults/patience.ts';
import { StarvedAllocator } from '../faults/starved_allocator.ts';
import { RollCall } from './roll_call.ts';
import type { WorkerSetup } from './worker_setup.ts';

/** One worker's part in the faults of a run that has some. */
export class WorkerFaults {
  readonly injector: FaultInjector;
  /** Threads that this worker had before this one. */
  readonly deaths: number;
  private readonly words: FaultWords;
  private readonly victim: Victim;
  private readonly workers: number;
  private readonly takesMemory: boolean;
  private readonly roll: SharedArrayBuffer | null;

  /** Null if the run has no faults. */
  static of(setup: WorkerSetup, victim: Omit<Victim, 'stopReason'>): WorkerFaults | null {
    return setup.faults === null ? null : new WorkerFaults(setup, victim);
  }

  private constructor(setup: WorkerSetup, known: Omit<Victim, 'stopReason'>) {
    const { plan, words, roll } = setup.faults!;
    const host = new Host(setup.machine.host!);
    this.victim = { ...known, stopReason: () => host.stopReason };
    this.words = new FaultWords(words, plan.length);
    this.injector = new FaultInjector(plan, this.words, this.victim);
    this.workers = setup.configuration.workers;
    this.takesMemory = plan.some(({ kind }) => kind === 'oom');
    this.roll = roll;
    this.deaths = this.words.deaths(known.worker);
    this.words.setThreadId(known.worker, threadId);
  }

  /** Threads of all workers that faults have ended and that were replaced. */
  allDeaths(): number {
    let sum = 0;
    for (let worker = 0; worker < this.workers; worker++) sum += this.words.deaths(worker);
    return sum;
  }

  /** The allocator, through which memory can be kept from this worker if a fault does so. */
  decorate(allocator: GlobalFrameAllocator): GlobalFrameAllocator {
    return this.takesMemory ? new StarvedAllocator(allocator, this.injector) : allocator;
  }

  /** Makes a machine wait for recoveries, if there are some, rather than give up. */
  attach(host: Host, attach: () => Machine): Machine {
    if (this.roll === null) return attach();
    const machine = patiently(host, attach);
    const unpark = machine.unpark.bind(machine);
    machine.unpark = () => patiently(host, unpark);
    return machine;
  }

  /** Waits until all workers have arrived; false if the run recovers from nothing, so that a barrier does. */
  meetAll(host: Host): boolean {
    if (this.roll === null) return false;
    new RollCall(this.roll, this.workers, host).arriveAndWait(this.victim.worker);
    return true;
  }

  /** Ends this thread if a fault made that error; otherwise returns. */
  dieOf(error: unknown): void {
    const fault = this.injector.causeOf(error);
    if (fault === null) return;
    this.words.kill(this.victim.worker, fault);
    this.victim.die();
  }
}
