import { LINE_WORDS, struct } from '../../platform/struct.ts';

/** Counters of an allocator that are remembered; if it has more, none are. */
const COUNTERS_MAX = 64;

const GATE = struct({
  /** Workers that have warmed up, as of now. */
  ready: LINE_WORDS,
  /** 1 once all were ready. */
  open: LINE_WORDS,
  counters: 2,
  countersF64: 2 * COUNTERS_MAX,
});

/**
 * The change of a run from warming up to measuring: all its workers at once, each after its current step. No worker
 * waits at the gate, since another may need it to end its step.
 */
export class WarmupGate {
  private readonly words: Int32Array;
  private readonly counters: Float64Array;
  private readonly workers: number;

  constructor(buffer: SharedArrayBuffer, workers: number) {
    this.words = new Int32Array(buffer);
    this.counters = new Float64Array(buffer, GATE.countersF64 * 4, COUNTERS_MAX);
    this.workers = workers;
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(GATE.WORDS * 4);
  }

  get isOpen(): boolean {
    return Atomics.load(this.words, GATE.open) === 1;
  }

  /**
   * Says that one more worker has warmed up, or that one has not after all. Once all have at the same time, the gate is
   * open for good.
   *
   * @param onLast called by the last one, before the gate opens
   */
  count(isReady: boolean, onLast: () => void): void {
    if (!isReady) {
      Atomics.sub(this.words, GATE.ready, 1);
      return;
    }
    if (Atomics.add(this.words, GATE.ready, 1) + 1 !== this.workers || this.isOpen) return;
    onLast();
    Atomics.store(this.words, GATE.open, 1);
  }

  /** Remembers what the allocator has counted so far. */
  remember(counters: Readonly<Record<string, number>>): void {
    const values = Object.values(counters);
    if (values.length > COUNTERS_MAX) return;
    this.counters.set(values);
    this.words[GATE.counters] = values.length;
  }

  /** The part of the counts from after the gate was opened; all of them if nothing was remembered. */
  since(counters: Readonly<Record<string, number>>): Record<string, number> {
    const entries = Object.entries(counters);
    if (!this.isOpen || this.words[GATE.counters] !== entries.length) return { ...counters };
    return Object.fromEntries(entries.map(([name, value], i) => [name, value - this.counters[i]]));
  }
}
