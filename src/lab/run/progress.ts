import type { Machine } from '../../machine/machine.ts';
import type { Configuration } from '../../results/run_result.ts';
import { WorkerBlock } from '../worker/worker_block.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import type { Workload } from '../workloads/workload.ts';

/** What the main thread sees of a run while it runs: the workers' blocks and heartbeats, read without a lock. */
export class Progress {
  readonly blocks: readonly WorkerBlock[];
  private readonly machine: Machine;
  private readonly isComposite: readonly boolean[];

  constructor(setup: WorkerSetup, machine: Machine, workload: Workload) {
    this.machine = machine;
    this.blocks = workerBlocks(setup.blocks, setup.configuration, workload);
    this.isComposite = workload.operations.map((kind) => workload.composite?.includes(kind) ?? false);
  }

  /** Operations that ended and were measured, without composite ones. */
  operations(): number {
    let sum = 0;
    for (const block of this.blocks) {
      if (!block.isMeasuring) continue;
      for (let kind = 0; kind < this.isComposite.length; kind++) {
        if (!this.isComposite[kind]) sum += block.counts[kind];
      }
    }
    return sum;
  }

  /** A number that changes whenever a worker makes progress. */
  pulse(worker: number): number {
    const block = this.blocks[worker];
    return this.machine.host.heartbeat(worker) + block.operations();
  }

  /** Operations of the warm-up that ended, likewise. */
  warmupOperations(): number {
    let sum = 0;
    for (const block of this.blocks) {
      for (let kind = 0; kind < this.isComposite.length; kind++) {
        if (!this.isComposite[kind]) sum += block.counted(kind).warmup.count;
      }
    }
    return sum;
  }

  /** All workers have warmed up. */
  isMeasuring(): boolean {
    return this.blocks.every((block) => block.isMeasuring);
  }

  /** When the first worker took its first step after the warm-up, in shared milliseconds; 0 before. */
  firstStepMs(): number {
    return this.earliest('firstStepMs');
  }

  /** When the first worker began to warm up; 0 without a warm-up. */
  warmupMs(): number {
    return this.earliest('warmupMs');
  }

  private earliest(name: 'firstStepMs' | 'warmupMs'): number {
    let first = 0;
    for (const block of this.blocks) {
      const ms = block.number(name);
      if (ms > 0 && (first === 0 || ms < first)) first = ms;
    }
    return first;
  }

  /** When the last worker took its last step; 0 while one still does. */
  lastStepMs(): number {
    let last = 0;
    for (const block of this.blocks) {
      const ms = block.number('lastStepMs');
      if (ms === 0) return 0;
      last = Math.max(last, ms);
    }
    return last;
  }
}

function workerBlocks(
  buffer: SharedArrayBuffer,
  configuration: Configuration,
  workload: Workload,
): WorkerBlock[] {
  return Array.from(
    { length: configuration.workers },
    (_, worker) => new WorkerBlock(buffer, workload.operations.length, worker),
  );
}
