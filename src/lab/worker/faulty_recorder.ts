import type { FaultInjector } from '../faults/fault_injector.ts';
import { SamplingRecorder } from './operation_recorder.ts';
import type { WorkerBlock } from './worker_block.ts';

/** The recorder of a run with faults: tells the injector of every operation. */
export class FaultyRecorder extends SamplingRecorder {
  private readonly injector: FaultInjector;
  private readonly faultyBlock: WorkerBlock;

  constructor(block: WorkerBlock, worker: number, injector: FaultInjector) {
    super(block, worker);
    this.faultyBlock = block;
    this.injector = injector;
  }

  override begin(kind: number): void {
    super.begin(kind);
    // At every operation rather than every step: it may be the last that this thread does.
    this.faultyBlock.setNumber('begun', this.begun);
    this.injector.begin(kind, this.begun);
  }

  override end(kind: number): void {
    this.injector.end();
    super.end(kind);
  }
}
