import type { Host } from '../../platform/host.ts';
import { LINE_WORDS } from '../../platform/struct.ts';

/** A waiter looks this often whether the run has to stop. */
const LOOK_MS = 10;

/**
 * A line that no worker passes before all have arrived, as a `Barrier`, for workers that may die and be replaced: each
 * has a word of its own, so that a worker whose first thread died here arrives only once.
 */
export class RollCall {
  private readonly words: Int32Array;
  private readonly workers: number;
  private readonly host: Host;

  constructor(buffer: SharedArrayBuffer, workers: number, host: Host) {
    this.words = new Int32Array(buffer);
    this.workers = workers;
    this.host = host;
  }

  static allocate(workers: number): SharedArrayBuffer {
    return new SharedArrayBuffer(workers * LINE_WORDS * 4);
  }

  /** Waits until all have arrived. @throws `Stopped` */
  arriveAndWait(worker: number): void {
    Atomics.store(this.words, worker * LINE_WORDS, 1);
    Atomics.notify(this.words, worker * LINE_WORDS);
    for (let each = 0; each < this.workers; each++) {
      while (Atomics.load(this.words, each * LINE_WORDS) === 0) {
        this.host.checkStop();
        Atomics.wait(this.words, each * LINE_WORDS, 0, LOOK_MS);
      }
    }
  }
}
