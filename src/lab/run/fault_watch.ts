import { STOP_NONE } from '../../platform/host.ts';
import type { PlannedFault } from '../faults/fault_plan.ts';
import { FAULT_PENDING, type FaultRecord, FaultWords } from '../faults/fault_words.ts';
import { sharedNowMs } from '../worker/worker_block.ts';
import type { FaultSetup } from '../worker/worker_setup.ts';
import type { Progress } from './progress.ts';

/** A kill that is due while its worker is not at work is tried again so soon. */
const AGAIN_MS = 5;

/** A worker's thread that ended because of a fault. */
export interface Death {
  readonly worker: number;
  /** The fault's index in the plan. */
  readonly fault: number;
  readonly message: string;
  /** Names of the locks that it held. */
  readonly locks: readonly string[];
  /** When its end was seen, in shared milliseconds. */
  readonly atMs: number;
  /** Why it could not be recovered from; null if it was, or was not to be. */
  refusal: string | null;
}

/** The main thread's part in the faults of a run: strikes when their time comes, and knows who died of which. */
export class FaultWatch {
  readonly plan: readonly PlannedFault[];
  readonly words: FaultWords;
  readonly deaths: Death[] = [];
  private readonly progress: Progress;
  private readonly terminate: (threadId: number) => void;

  /** @param terminate ends the thread of that number, whatever it does */
  constructor(setup: FaultSetup, progress: Progress, terminate: (threadId: number) => void) {
    this.plan = setup.plan;
    this.words = new FaultWords(setup.words, setup.plan.length);
    this.progress = progress;
    this.terminate = terminate;
  }

  /** Call it often. @param startMs when the first measured operation was, in shared milliseconds; 0 before */
  strike(startMs: number, stopReason: number): void {
    if (startMs === 0 || stopReason !== STOP_NONE) return;
    const nowMs = sharedNowMs() - startMs;
    for (const [fault, { kind, worker, at }] of this.plan.entries()) {
      if (at === null || !('ms' in at) || nowMs < at.ms || this.words.state(fault) !== FAULT_PENDING)
        continue;
      if (kind === 'kill-worker') this.kill(fault, worker!);
      else this.words.becomeDue(fault, worker, this.progress.blocks.length);
    }
  }

  /** Milliseconds until the next fault is due, or is to be tried again; null if none waits for its time. */
  nextMs(startMs: number): number | null {
    if (startMs === 0) return null;
    const nowMs = sharedNowMs() - startMs;
    const waits = this.plan.flatMap(({ at }, fault) =>
      at !== null && 'ms' in at && this.words.state(fault) === FAULT_PENDING
        ? [Math.max(AGAIN_MS, at.ms - nowMs)]
        : [],
    );
    return waits.length === 0 ? null : Math.min(...waits);
  }

  /** Notes that a thread has ended. @returns the fault that did it; null if none did */
  killerOf(worker: number): number | null {
    const fault = this.words.killedBy(worker);
    if (fault === null) return null;
    const block = this.progress.blocks[worker];
    if (this.plan[fault].kind === 'kill-worker') {
      this.words.endedIn(fault, block.number('begun') - block.number('measuredFrom'));
    }
    return fault;
  }

  record(fault: number): FaultRecord {
    return this.words.record(fault);
  }

  private kill(fault: number, worker: number): void {
    const block = this.progress.blocks[worker];
    const threadId = this.words.threadId(worker);
    // A worker that is dead, or has not begun, is killed once it works.
    if (block.phase !== 'running' || !block.isMeasuring || threadId === null) return;
    if (this.words.killedBy(worker) !== null) return;
    this.words.kill(worker, fault);
    // What it was doing is known once it has ended.
    this.words.happen(fault, worker, { operation: 0, operationKind: -1, atMs: sharedNowMs() });
    this.terminate(threadId);
  }
}
