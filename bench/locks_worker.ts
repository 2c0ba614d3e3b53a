import { parentPort, workerData } from 'node:worker_threads';
import { Barrier } from '../src/sync/barrier.ts';
import { createLock } from '../src/sync/create_lock.ts';

/** What a worker of the lock benchmark gets. Word 0 is the stop word, word 32 the barrier, word 64 the counter. */
export interface LockBenchJob {
  control: SharedArrayBuffer;
  buffer: SharedArrayBuffer;
  kind: string;
  cpus: number;
  cpu: number;
}

const { control, buffer, kind, cpus, cpu } = workerData as LockBenchJob;
const words = new Int32Array(control);
const barrier = new Barrier(words, 32, { parties: cpus + 1 });
const lock = createLock(kind, { buffer, cpus, cpu });

const BATCH = 64;

/** The lock around one increment, until told to stop. @returns the acquisitions */
function hammer(): number {
  let done = 0;
  while (Atomics.load(words, 0) === 0) {
    for (let i = 0; i < BATCH; i++) {
      lock.acquire();
      words[64]++;
      lock.release();
    }
    done += BATCH;
  }
  return done;
}

// Warm: the loop is compiled before anybody counts.
const scratch = new Int32Array(new SharedArrayBuffer(buffer.byteLength));
const warm = createLock(kind, { words: scratch, cpus, cpu });
for (let i = 0; i < 20_000; i++) {
  warm.acquire();
  warm.release();
}
barrier.arriveAndWait();
parentPort!.postMessage(hammer());
