import { HISTOGRAM_WORDS, Histogram } from '../../platform/histogram.ts';
import { struct, wholeLines } from '../../platform/struct.ts';
import type { Violation } from '../../results/violation.ts';

// Where each worker writes what it did, in host memory, so that a result survives a worker that crashes, hangs
// or is interrupted. One writer each; the main thread reads at any time.

/** How far a worker is. While `ready` and `waiting` it waits for the others, and need not make progress. */
export const PHASES = [
  'starting',
  'ready',
  'warming',
  'running',
  'waiting',
  'finishing',
  'detaching',
  'calibrating',
  'ended',
] as const;
export type Phase = (typeof PHASES)[number];

/** Bytes of the JSON that says why a worker failed. */
const FAILURE_BYTES = 16 * 1024;

/** Bytes of the sentence that says what a worker did wrong without failing. */
const REMARK_BYTES = 512;

const BLOCK = struct({
  phase: 1,
  failureBytes: 1,
  /** Milliseconds since the epoch, with a fraction: clocks of threads begin at different times. */
  firstStepMsF64: 2,
  lastStepMsF64: 2,
  oracleAllocsF64: 2,
  oracleDeallocsF64: 2,
  oracleFramesGivenF64: 2,
  oracleFramesTakenF64: 2,
  recorderNsF64: 2,
  oracleNsF64: 2,
  statisticsNsF64: 2,
  casNsF64: 2,
  /** CPU time of the whole process when this worker began and ended its steps. */
  cpuStartMsF64: 2,
  cpuEndMsF64: 2,
  /** When its warm-up began; 0 if none. */
  warmupMsF64: 2,
  /** 1 if it was steady when the warm-up ended. */
  warmupSteadyF64: 2,
  /** What the oracle had seen by then. */
  warmupAllocsF64: 2,
  warmupDeallocsF64: 2,
  /** Operations that began, as of the worker's last step, and its steps. */
  begunF64: 2,
  stepsF64: 2,
  /** Operations that had begun when measuring did. */
  measuredFromF64: 2,
  /** The system's number of its thread, plus 1; 0 if unknown. */
  thread: 1,
  remarkBytes: 1,
  remark: REMARK_BYTES / 4,
  failure: FAILURE_BYTES / 4,
});

/** Numbers that a worker leaves for the main thread. */
export type BlockNumber =
  | 'firstStepMs'
  | 'lastStepMs'
  | 'oracleAllocs'
  | 'oracleDeallocs'
  | 'oracleFramesGiven'
  | 'oracleFramesTaken'
  | 'recorderNs'
  | 'oracleNs'
  | 'statisticsNs'
  | 'casNs'
  | 'cpuStartMs'
  | 'cpuEndMs'
  | 'warmupMs'
  | 'warmupSteady'
  | 'warmupAllocs'
  | 'warmupDeallocs'
  | 'begun'
  | 'steps'
  | 'measuredFrom';

const BEGUN = BLOCK.begunF64 / 2;
const STEPS = BLOCK.stepsF64 / 2;

/** Operations of a kind, and how many of them found no memory. */
export interface Counted {
  readonly count: number;
  readonly noMemory: number;
}

/** Why a worker ended early. */
export interface WorkerFailure {
  readonly state: 'stopped' | 'violation' | 'crashed' | 'hung';
  readonly message: string;
  readonly stack?: string;
  /** Where it found one. */
  readonly violation?: Violation;
}

/** Milliseconds since the epoch on a clock that all threads of a process share, as a double. */
export function sharedNowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** One worker's block. */
export class WorkerBlock {
  /** By kind: operations that ended, found memory or not. */
  readonly counts: Float64Array;
  /** By kind: of those, the ones that found no memory. */
  readonly noMemory: Float64Array;
  readonly latencies: readonly Histogram[];
  /** By kind: the warm-up's part of both, which they no longer count once the worker measures. */
  private readonly warmCounts: Float64Array;
  private readonly warmNoMemory: Float64Array;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;

  constructor(buffer: SharedArrayBuffer, kinds: number, worker: number) {
    const base = worker * blockWords(kinds);
    this.words = new Int32Array(buffer, base * 4, blockWords(kinds));
    this.doubles = new Float64Array(buffer, base * 4, Math.floor(blockWords(kinds) / 2));
    const countsAt = wholeLines(BLOCK.WORDS) / 2;
    this.counts = this.doubles.subarray(countsAt, countsAt + kinds);
    this.noMemory = this.doubles.subarray(countsAt + kinds, countsAt + 2 * kinds);
    this.warmCounts = this.doubles.subarray(countsAt + 2 * kinds, countsAt + 3 * kinds);
    this.warmNoMemory = this.doubles.subarray(countsAt + 3 * kinds, countsAt + 4 * kinds);
    const histogramsAt = wholeLines(BLOCK.WORDS) + wholeLines(8 * kinds);
    this.latencies = Array.from(
      { length: kinds },
      (_, kind) => new Histogram(this.words, histogramsAt + kind * HISTOGRAM_WORDS),
    );
  }

  /** Memory for that many workers. */
  static allocate(kinds: number, workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(workers * blockWords(kinds) * 4);
  }

  get phase(): Phase {
    return PHASES[Atomics.load(this.words, BLOCK.phase)];
  }

  set phase(phase: Phase) {
    Atomics.store(this.words, BLOCK.phase, PHASES.indexOf(phase));
  }

  number(name: BlockNumber): number {
    return this.doubles[BLOCK[`${name}F64`] / 2];
  }

  setNumber(name: BlockNumber, value: number): void {
    this.doubles[BLOCK[`${name}F64`] / 2] = value;
  }

  /**
   * After each step: how many there were, and how many operations they began. Plain stores; may be read at any time.
   */
  stepped(steps: number, begun: number): void {
    this.doubles[STEPS] = steps;
    this.doubles[BEGUN] = begun;
  }

  /** The system's number of the worker's thread (see `taskTimes`); null if unknown. */
  get thread(): number | null {
    const number = Atomics.load(this.words, BLOCK.thread) - 1;
    return number < 0 ? null : number;
  }

  set thread(number: number | null) {
    Atomics.store(this.words, BLOCK.thread, number === null ? 0 : number + 1);
  }

  /** Operations that ended, of all kinds, those of the warm-up included. */
  operations(): number {
    let sum = 0;
    for (let kind = 0; kind < this.counts.length; kind++) sum += this.counts[kind] + this.warmCounts[kind];
    return sum;
  }

  /** Of these, the ones that were measured. */
  measured(): number {
    return this.counts.reduce((sum, _, kind) => sum + this.counted(kind).measured.count, 0);
  }

  /** From now on it counts and times measured operations. Only its worker calls it. */
  beginMeasuring(): void {
    this.warmCounts.set(this.counts);
    this.warmNoMemory.set(this.noMemory);
    this.counts.fill(0);
    this.noMemory.fill(0);
    for (const latency of this.latencies) latency.clear();
  }

  /** True if its counts are measured: there is no warm-up, or it is over. */
  get isMeasuring(): boolean {
    return this.number('firstStepMs') > 0;
  }

  /** Of a kind: operations that ended while it measured, and in the warm-up. */
  counted(kind: number): { measured: Counted; warmup: Counted } {
    const counted = { count: this.counts[kind], noMemory: this.noMemory[kind] };
    const warmup = { count: this.warmCounts[kind], noMemory: this.warmNoMemory[kind] };
    if (this.isMeasuring) return { measured: counted, warmup };
    // At the change it may have moved them already.
    warmup.count += counted.count;
    warmup.noMemory += counted.noMemory;
    return { measured: { count: 0, noMemory: 0 }, warmup };
  }

  /** Leaves a failure; the first stays. */
  fail(failure: WorkerFailure): void {
    if (Atomics.load(this.words, BLOCK.failureBytes) !== 0) return;
    let bytes = new TextEncoder().encode(JSON.stringify(failure));
    if (bytes.length > FAILURE_BYTES) {
      const short = { ...failure, stack: undefined, message: failure.message.slice(0, 1000) };
      bytes = new TextEncoder().encode(JSON.stringify(short)).slice(0, FAILURE_BYTES);
    }
    new Uint8Array(this.words.buffer, this.words.byteOffset + BLOCK.failure * 4, FAILURE_BYTES).set(bytes);
    Atomics.store(this.words, BLOCK.failureBytes, bytes.length);
  }

  /** The failure that the worker left, or null. */
  failure(): WorkerFailure | null {
    const text = this.text(BLOCK.failure, Atomics.load(this.words, BLOCK.failureBytes));
    return text === null ? null : (JSON.parse(text) as WorkerFailure);
  }

  /** Leaves a sentence about what the worker did wrong without failing. */
  setRemark(sentence: string): void {
    const bytes = new Uint8Array(this.words.buffer, this.words.byteOffset + BLOCK.remark * 4, REMARK_BYTES);
    // A character takes three bytes at most.
    const encoded = new TextEncoder().encode(sentence.slice(0, Math.floor(REMARK_BYTES / 3)));
    bytes.set(encoded);
    Atomics.store(this.words, BLOCK.remarkBytes, encoded.length);
  }

  remark(): string | null {
    return this.text(BLOCK.remark, Atomics.load(this.words, BLOCK.remarkBytes));
  }

  private text(at: number, size: number): string | null {
    if (size === 0) return null;
    const bytes = new Uint8Array(this.words.buffer, this.words.byteOffset + at * 4, size);
    return new TextDecoder().decode(bytes.slice());
  }
}

function blockWords(kinds: number): number {
  return wholeLines(BLOCK.WORDS) + wholeLines(8 * kinds) + kinds * HISTOGRAM_WORDS;
}
