import { LINE_WORDS, struct, wholeLines } from '../../platform/struct.ts';

// Where a run's faults are recorded as they happen, in host memory, so that the record outlives the thread that met the
// fault. One record for each fault, then a line of words for each worker.

const FAULT = struct({
  /** One of the `FAULT_` states. */
  state: 1,
  /** The worker that met it. */
  worker: 1,
  /** Index of the kind of operation that it was in; -1 if in none. */
  operationKind: 1,
  /** Allocations that found no memory because of it. */
  refused: 1,
  /** Shared milliseconds. */
  atMsF64: 2,
  endMsF64: 2,
  /** The number of the worker's measured operation, from 1; 0 if unknown. */
  operationF64: 2,
  /** How often its target has been met; only its worker writes it. */
  met: 1,
});
const FAULT_WORDS = wholeLines(FAULT.WORDS);

/** Nothing has happened yet. */
export const FAULT_PENDING = 0;
/** Its time has come: its worker, or all, meet it at their next operation. */
export const FAULT_DUE = 1;
/** It happened, or has begun to. */
export const FAULT_HAPPENED = 2;

const WORKER = struct({
  /** Changes when a fault of this worker becomes due. */
  calls: 1,
  /** Node's number of the worker's thread, plus 1. */
  threadId: 1,
  /** The fault that ends its thread, plus 1; 0 if none does. */
  killedBy: 1,
  /** Threads that this worker had before the one that it has now. */
  deaths: 1,
  /** Index of the kind of operation that it began last, plus 1. */
  operationKind: 1,
});

/** What is recorded of one fault. */
export interface FaultRecord {
  readonly state: number;
  readonly worker: number;
  readonly operationKind: number;
  readonly refused: number;
  readonly atMs: number;
  readonly endMs: number;
  readonly operation: number;
}

export class FaultWords {
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly faults: number;

  constructor(buffer: SharedArrayBuffer, faults: number) {
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.faults = faults;
  }

  static allocate(faults: number, workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer((faults * FAULT_WORDS + workers * LINE_WORDS) * 4);
  }

  state(fault: number): number {
    return Atomics.load(this.words, fault * FAULT_WORDS + FAULT.state);
  }

  record(fault: number): FaultRecord {
    const at = fault * FAULT_WORDS;
    return {
      state: this.state(fault),
      worker: this.words[at + FAULT.worker],
      operationKind: this.words[at + FAULT.operationKind],
      refused: Atomics.load(this.words, at + FAULT.refused),
      atMs: this.doubles[(at + FAULT.atMsF64) / 2],
      endMs: this.doubles[(at + FAULT.endMsF64) / 2],
      operation: this.doubles[(at + FAULT.operationF64) / 2],
    };
  }

  /** Says that a fault's time has come. */
  becomeDue(fault: number, worker: number | null, workers: number): void {
    const at = fault * FAULT_WORDS + FAULT.state;
    if (Atomics.compareExchange(this.words, at, FAULT_PENDING, FAULT_DUE) !== FAULT_PENDING) return;
    for (let each = 0; each < workers; each++) {
      if (worker === null || worker === each) Atomics.add(this.words, this.ofWorker(each) + WORKER.calls, 1);
    }
  }

  /** A number that changes when a fault of that worker becomes due. */
  calls(worker: number): number {
    return Atomics.load(this.words, this.ofWorker(worker) + WORKER.calls);
  }

  /** Records that a fault happens now; what the first who says so knows is kept. */
  happen(
    fault: number,
    worker: number,
    what: { operation: number; operationKind: number; atMs: number },
  ): void {
    const at = fault * FAULT_WORDS;
    const was = this.state(fault);
    if (was === FAULT_HAPPENED) return;
    if (Atomics.compareExchange(this.words, at + FAULT.state, was, FAULT_HAPPENED) !== was) return;
    this.words[at + FAULT.worker] = worker;
    this.words[at + FAULT.operationKind] = what.operationKind;
    this.doubles[(at + FAULT.atMsF64) / 2] = what.atMs;
    this.doubles[(at + FAULT.operationF64) / 2] = what.operation;
  }

  /** How often a fault's target was met. */
  met(fault: number): number {
    return this.words[fault * FAULT_WORDS + FAULT.met];
  }

  /** Counts one more meeting with a fault's target. @returns how many there were */
  meet(fault: number): number {
    return ++this.words[fault * FAULT_WORDS + FAULT.met];
  }

  /** A pause, or a time without memory, is over for one worker: the last one is kept. */
  end(fault: number, atMs: number): void {
    this.doubles[(fault * FAULT_WORDS + FAULT.endMsF64) / 2] = atMs;
  }

  refuse(fault: number): void {
    Atomics.add(this.words, fault * FAULT_WORDS + FAULT.refused, 1);
  }

  /** Node's number of the worker's thread; null before it has begun. */
  threadId(worker: number): number | null {
    const number = Atomics.load(this.words, this.ofWorker(worker) + WORKER.threadId) - 1;
    return number < 0 ? null : number;
  }

  setThreadId(worker: number, threadId: number): void {
    Atomics.store(this.words, this.ofWorker(worker) + WORKER.threadId, threadId + 1);
  }

  /** The fault that ends, or ended, that worker's thread; null if none does. */
  killedBy(worker: number): number | null {
    const fault = Atomics.load(this.words, this.ofWorker(worker) + WORKER.killedBy) - 1;
    return fault < 0 ? null : fault;
  }

  /** Says that a fault is about to end that worker's thread. */
  kill(worker: number, fault: number): void {
    Atomics.store(this.words, this.ofWorker(worker) + WORKER.killedBy, fault + 1);
  }

  /** Threads that worker had before the one that it has now. */
  deaths(worker: number): number {
    return Atomics.load(this.words, this.ofWorker(worker) + WORKER.deaths);
  }

  /** Says that a worker begins an operation of that kind: a plain store. */
  begin(worker: number, operationKind: number): void {
    this.words[this.ofWorker(worker) + WORKER.operationKind] = operationKind + 1;
  }

  /** Records what a thread that was ended from outside was doing, as is known once it has ended. */
  endedIn(fault: number, operation: number): void {
    const at = fault * FAULT_WORDS;
    const worker = this.words[at + FAULT.worker];
    this.doubles[(at + FAULT.operationF64) / 2] = operation;
    this.words[at + FAULT.operationKind] = this.words[this.ofWorker(worker) + WORKER.operationKind] - 1;
  }

  /** That worker gets a new thread. */
  replace(worker: number): void {
    const at = this.ofWorker(worker);
    Atomics.store(this.words, at + WORKER.killedBy, 0);
    Atomics.store(this.words, at + WORKER.threadId, 0);
    Atomics.add(this.words, at + WORKER.deaths, 1);
  }

  private ofWorker(worker: number): number {
    return this.faults * FAULT_WORDS + worker * LINE_WORDS;
  }
}
