import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { defineFrameMeta } from '#src/mm/frame/frame_meta.js';
import { META_SLOT_WORDS, REF_UNUSED } from '#src/mm/frame/meta_slots.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { fakeMachine } from './fake_machine.ts';

const FRAMES = 32;

/** Runs a job of reference_worker.mjs in all workers at once. */
async function runJob(
  job: string,
  workers: number,
  rounds: number,
  freeFrames: readonly number[] = [],
  machine = fakeMachine(FRAMES),
) {
  const shared = {
    free: new SharedArrayBuffer(FRAMES * 4),
    dropped: new SharedArrayBuffer(FRAMES * 4),
    control: new SharedArrayBuffer(64),
  };
  const free = new Int32Array(shared.free);
  for (const frame of freeFrames) free[frame] = 1;
  await Promise.all(
    Array.from(
      { length: workers },
      (_, index) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL('./reference_worker.mjs', import.meta.url), {
            workerData: { handle: machine.handle, job, index, workers, rounds, shared },
          });
          worker.on('error', reject);
          worker.on('exit', (exitCode) =>
            exitCode === 0 ? resolve() : reject(new Error(`exit ${exitCode}`)),
          );
        }),
    ),
  );
  return {
    states: Array.from({ length: FRAMES }, (_, frame) => machine.slots.words[frame * META_SLOT_WORDS]),
    free: [...free],
    dropped: [...new Int32Array(shared.dropped)].reduce((sum, n) => sum + n, 0),
    control: new Int32Array(shared.control),
  };
}

/** On a busy machine one thread may be done before another has begun. */
const ATTEMPTS_MAX = 8;

describe.each([2, 4])('%d threads', (workers) => {
  test('an unused frame is taken by one of them', async () => {
    // More threads than cores wait for one another at every barrier.
    const rounds = workers === 2 ? 10_000 : 2_000;
    const { control } = await runJob('claim', workers, rounds);
    expect(control[1]).toBe(rounds);
  });

  test('the last of them to drop frees each frame, once', async () => {
    const { dropped, states } = await runJob('lastDrop', workers, 300);
    expect(dropped).toBe(150 * 8);
    expect(states.slice(10, 18).every((state) => state === REF_UNUSED)).toBe(true);
  });

  test('taking, sharing and dropping the same frames loses and doubles nothing', async () => {
    const frames = [10, 11, 12, 13];
    let met = 0;
    // How often they meet depends on the machine; that they met at all shows that this tests something.
    for (let attempt = 0; attempt < ATTEMPTS_MAX && met === 0; attempt++) {
      const { control, dropped, states, free } = await runJob('churn', workers, 40_000, frames);
      expect(dropped).toBe(control[1]);
      expect(control[1]).toBeGreaterThan(100);
      for (const frame of frames) {
        expect(states[frame]).toBe(REF_UNUSED);
        expect(free[frame]).toBe(1);
      }
      met = control[2];
    }
    expect(met).toBeGreaterThan(0);
  });
});

test('metadata crosses threads; one that does not know its type drops nothing', async () => {
  const machine = fakeMachine(FRAMES);
  const Elsewhere = defineFrameMeta({ name: 'KnownElsewhere', fields: { value: 'u32' } });
  Frame.fromUnused(machine, 20 * PAGE_SIZE, Elsewhere({ value: 123 })).intoRaw();
  const { control, states, free } = await runJob('foreign', 1, 1, [], machine);
  expect(control[1]).toBe(123);
  expect(states[20]).toBe(REF_UNUSED);
  expect(free[20]).toBe(1);
});
