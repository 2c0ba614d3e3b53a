import { allocateWorkloadLocks, openWorkloadLocks } from '#src/lab/worker/workload_locks.js';
import { workloadParams } from '#src/lab/workloads/params.js';
import type {
  OperationRecorder,
  WorkerContext,
  Workload,
  WorkloadBody,
} from '#src/lab/workloads/workload.js';
import { Machine } from '#src/machine/machine.js';
import { CPU_ONLINE } from '#src/mm/cpu_state.js';
import type { AllocatorParams } from '#src/mm/global_frame_allocator.js';
import { Random } from '#src/platform/random.js';
import type { Mix } from '#src/results/mix.js';

/** Counts what a workload says it does. */
export class CountingRecorder implements OperationRecorder {
  readonly begun: number[] = [];
  readonly ended: number[] = [];
  readonly noMemory: number[] = [];

  begin(kind: number): void {
    this.begun[kind] = (this.begun[kind] ?? 0) + 1;
  }

  end(kind: number): void {
    this.ended[kind] = (this.ended[kind] ?? 0) + 1;
  }

  endNoMemory(kind: number): void {
    this.end(kind);
    this.noMemory[kind] = (this.noMemory[kind] ?? 0) + 1;
  }
}

/** Writes down every draw: which method, with what bound, and what came out of it. */
export class RecordingRandom extends Random {
  readonly draws: string[] = [];

  override uint32(): number {
    const value = super.uint32();
    this.draws.push(`uint32 = ${value}`);
    return value;
  }

  override below(bound: number): number {
    const value = super.below(bound);
    this.draws.push(`below(${bound}) = ${value}`);
    return value;
  }

  override chance(probability: number): boolean {
    const value = super.chance(probability);
    this.draws.push(`chance(${probability}) = ${value}`);
    return value;
  }
}

/**
 * One worker's part of a workload, with what it was given. All parts share the test's thread, so its CPU is parked
 * except while it steps: it could not answer the others when they ask for the frames that it caches.
 */
export class Part {
  readonly recorder: CountingRecorder;
  readonly random: RecordingRandom;
  private readonly context: WorkerContext;
  private readonly body: WorkloadBody;
  private parkedHere = true;

  constructor(workload: Workload, context: WorkerContext) {
    this.context = context;
    this.recorder = context.recorder as CountingRecorder;
    this.random = context.random as RecordingRandom;
    this.body = workload.start(context);
    this.machine.park();
  }

  /** Another one once the workload has attached its CPU again. */
  get machine(): Machine {
    return this.context.machine;
  }

  step(): void {
    this.run(() => this.body.step());
  }

  finish(): void {
    this.run(() => this.body.finish());
  }

  detach(): void {
    this.machine.unpark();
    this.machine.detach();
  }

  private run(part: () => void): void {
    if (this.parkedHere) this.machine.unpark();
    try {
      part();
    } finally {
      // The workload may have parked or detached it by itself.
      this.parkedHere = this.machine.cpuState(this.machine.cpu) === CPU_ONLINE;
      if (this.parkedHere) this.machine.park();
    }
  }
}

export interface PartsOptions {
  readonly workers: number;
  readonly seed?: number;
  /** Bytes of RAM. */
  readonly memory: number;
  readonly allocator?: string;
  readonly params?: AllocatorParams;
  readonly workloadParams?: Readonly<Record<string, number>>;
  readonly mix?: Mix;
}

/** All workers' parts of a workload on one machine, in this thread: a test decides who steps when. */
export function parts(workload: Workload, options: PartsOptions): Part[] {
  const { workers, seed = 1, memory, allocator, params, mix = null } = options;
  const ownParams = workloadParams(workload, options.workloadParams ?? {});
  const hotplug = Math.floor((memory * (workload.withhold ?? 0)) / 4096) * 4096;
  const first = Machine.boot({ memory, cpus: workers, allocator, params, hotplug });
  const words = workload.sharedWords(workers, { params: ownParams, frames: first.frames });
  const shared = new Int32Array(new SharedArrayBuffer(words * 4));
  const machines = [first];
  for (let cpu = 1; cpu < workers; cpu++) machines.push(Machine.attach(first.handle, cpu));
  const locks = allocateWorkloadLocks(workload.locks ?? [], first.lockKind, workers);
  return machines.map((_, worker) => {
    const recorder = new CountingRecorder();
    const random = new RecordingRandom(seed, worker);
    const own = openWorkloadLocks(locks, machines[worker]);
    const context: WorkerContext = {
      get machine() {
        return machines[worker];
      },
      worker,
      workers,
      params: ownParams,
      mix,
      random,
      shared,
      recorder,
      deaths: 0,
      lock: (name) => own.find((lock) => lock.name === name)!,
      attach: () => {
        machines[worker] = Machine.attach(first.handle, worker);
        return machines[worker];
      },
    };
    return new Part(workload, context);
  });
}
