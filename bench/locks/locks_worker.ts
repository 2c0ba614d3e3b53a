import { parentPort, workerData } from 'node:worker_threads';
import { Barrier } from '../../src/sync/barrier.ts';
import { createLock } from '../../src/sync/create_lock.ts';
import { decorateLock } from '../../src/sync/decorators/decorate_lock.ts';
import { HELD_WORDS } from '../../src/sync/decorators/held_lock.ts';
import { LockStatistics, type LockStatisticsHandle } from '../../src/sync/decorators/lock_statistics.ts';
import type { Lock } from '../../src/sync/lock.ts';

/** What a worker of the lock benchmark gets. Word 0 is the stop word, word 32 the barrier, word 64 the counter. */
export interface LockBenchJob {
  control: SharedArrayBuffer;
  buffer: SharedArrayBuffer;
  kind: string;
  cpus: number;
  cpu: number;
  /** Statistics of a lock named `bench`. */
  statistics: LockStatisticsHandle;
  /** Host memory of the check of mutual exclusion, if it is on. */
  held?: SharedArrayBuffer;
}

const { control, buffer, kind, cpus, cpu, statistics, held } = workerData as LockBenchJob;
const words = new Int32Array(control);
const barrier = new Barrier(words, 32, { parties: cpus + 1 });
const lock = decorated(buffer, LockStatistics.attach(statistics), held);

/** The lock, decorated as in the measured run. */
function decorated(memory: SharedArrayBuffer, statistics: LockStatistics, held?: SharedArrayBuffer): Lock {
  const plain = createLock(kind, { buffer: memory, cpus, cpu, name: 'bench' });
  return decorateLock(plain, cpu, { statistics, held: held && { words: new Int32Array(held), at: 0 } });
}

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

// Warm-up: the loop is compiled before any worker counts.
const warm = decorated(
  new SharedArrayBuffer(buffer.byteLength),
  LockStatistics.create(statistics),
  held && new SharedArrayBuffer(HELD_WORDS * 4),
);
for (let i = 0; i < 20_000; i++) {
  warm.acquire();
  warm.release();
}
barrier.arriveAndWait();
parentPort!.postMessage(hammer());
