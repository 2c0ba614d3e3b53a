// A CPU that allocates, stamps and frees at random until it is told to stop, or until its thread ends in the given way:
// `exit` at a random operation, `holder` with the lock of the global pool held, or as its owner sees fit.
import { parentPort, workerData } from 'node:worker_threads';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Random } from '#src/platform/random.js';

// shared: word 0 the stop word; from word 16, for each CPU, the operations that it has done.
const { handle, shared, cpu, seed, end, endAt, awaitRecovery, live = 60 } = workerData;
const words = new Int32Array(shared);
const SIZES = [1, 1, 1, 2, 3, 4, 7, 10, 16, 33, 64];
const layouts = SIZES.map((frames) => Layout.ofFrames(frames));
let holds = 0;

const machine = Machine.attach(handle, cpu, {
  decorateLock: doomed,
  awaitRecovery,
  // On a busy machine seconds may pass until the test sees the end of a thread.
  lockTimeoutMs: Number.POSITIVE_INFINITY,
});
const random = new Random(seed, cpu);
const held = [];
let ownerDied = 0;
let wrong = '';
for (let i = 1; Atomics.load(words, 0) === 0; i++) {
  if (end === 'exit' && i === endAt) process.exit(3);
  try {
    operate(i);
  } catch (error) {
    if (error.code !== 'OwnerDied') {
      wrong = `${error.code}: ${error.message}`;
      break;
    }
    ownerDied++;
  }
  Atomics.add(words, 16 + cpu, 1);
}
try {
  while (held.length > 0) free(held.pop());
  machine.detach();
} catch (error) {
  wrong ||= `${error.code}: ${error.message}`;
}
parentPort.postMessage({ ownerDied, wrong });

function operate(i) {
  const at = random.uint32();
  if (held.length < live && (held.length === 0 || (at & 1) === 0)) {
    const pick = random.below(SIZES.length);
    const addr = machine.allocator.alloc(layouts[pick]);
    if (addr === null) return;
    const block = { addr, frames: SIZES[pick], stamp: (cpu + 1) * 0x1000000 + (i & 0xffffff) };
    for (let f = 0; f < block.frames; f++) stampOf(addr + f * PAGE_SIZE)[0] = block.stamp;
    held.push(block);
  } else {
    const index = at % held.length;
    const block = held[index];
    held[index] = held[held.length - 1];
    held.pop();
    free(block);
  }
}

function free({ addr, frames, stamp }) {
  for (let f = 0; f < frames; f++) {
    const found = stampOf(addr + f * PAGE_SIZE)[0];
    if (found !== stamp)
      throw new Error(`frame at ${addr + f * PAGE_SIZE} was changed: ${found} for ${stamp}`);
  }
  machine.allocator.dealloc(addr, frames * PAGE_SIZE);
}

function stampOf(addr) {
  return new Int32Array(handle.ram, addr, 1);
}

/** The lock, whose holder's thread ends with it held. */
function doomed(lock) {
  if (end !== 'holder' || lock.name !== 'global-pool') return lock;
  const die = () => {
    if (++holds === endAt) process.exit(3);
  };
  return {
    kind: lock.kind,
    name: lock.name,
    tryAcquire(site) {
      if (!lock.tryAcquire(site)) return false;
      die();
      return true;
    },
    acquire(site) {
      lock.acquire(site);
      die();
    },
    acquireSlow(site) {
      const spins = lock.acquireSlow(site);
      die();
      return spins;
    },
    release: () => lock.release(),
    owner: () => lock.owner(),
  };
}
