import { parentPort, workerData } from 'node:worker_threads';
import { LINE_WORDS } from '../../src/platform/struct.ts';
import { createLock } from '../../src/sync/create_lock.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import { TEAM, type TeamJob } from './lock_team.ts';

const BATCH = 64;
const WARM_UP_BATCHES = 1_500;

const { control, kind, statistics, members, member, work } = workerData as TeamJob;
const words = new Int32Array(control);
const plain = createLock(kind, {
  words,
  byteOffset: TEAM.lock * 4,
  cpus: members,
  cpu: member,
  name: 'bench',
});
const lock = LockStatistics.attach(statistics).instrument(plain, member);
const state = Int32Array.of(member);

/** Each step depends on the one before. */
function compute(steps: number): void {
  let x = state[0];
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 0x0019_660d) + 0x3c6e_f35f) | 0;
  state[0] = x;
}

function batch(): void {
  for (let i = 0; i < BATCH; i++) {
    lock.acquire();
    words[TEAM.guarded]++;
    compute(work);
    lock.release();
    compute(work);
  }
}

for (let i = 0; i < WARM_UP_BATCHES; i++) batch();
words[TEAM.done + member * LINE_WORDS] = WARM_UP_BATCHES * BATCH;
parentPort!.postMessage('ready');

for (let slice = 0; ; ) {
  while (Atomics.load(words, TEAM.slice) === slice) Atomics.wait(words, TEAM.slice, slice);
  slice = Atomics.load(words, TEAM.slice);
  if (slice === -1) break;
  Atomics.add(words, TEAM.begun, 1);
  // All begin together; they wait for a late member, unless the slice is over.
  while (Atomics.load(words, TEAM.begun) < slice * members && Atomics.load(words, TEAM.over) < slice);
  let done = 0;
  for (; Atomics.load(words, TEAM.over) < slice; done += BATCH) batch();
  words[TEAM.done + member * LINE_WORDS] = done;
  Atomics.add(words, TEAM.ended, 1);
  Atomics.notify(words, TEAM.ended);
}
