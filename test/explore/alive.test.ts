import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { explore, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

// A thread that only awaits Atomics.waitAsync ends in Node.js. What keeps it alive is asked of Node.js first, by a Worker
// that runs the same function, and then of the explorer.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-alive-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function alive(by: string, refuses?: number): URL {
  const url = scenario('outside/alive.mjs');
  url.searchParams.set('by', by);
  if (refuses !== undefined) url.searchParams.set('refuses', String(refuses));
  return url;
}

/** Runs thread 0 in a Worker, and notifies it late: did it come to its end? */
async function inNode(by: string): Promise<boolean> {
  const words = new Int32Array(new SharedArrayBuffer(16));
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(workerData.url).then(({ thread }) => thread({ words: workerData.words }, 0));`,
    { eval: true, workerData: { url: alive(by).href, words } },
  );
  let exited = false;
  const exit = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      exited = true;
      resolve();
    });
  });
  while (!exited && words[2] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // What does not keep it alive lets it end before this comes, on however busy a machine; what does, waits for it.
  if (by === 'listens-itself') Atomics.notify(words, 0);
  const until = Date.now() + 20_000;
  while (!exited && words[1] === 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (by === 'timer' || by === 'interval') Atomics.notify(words, 0);
  }
  await worker.terminate();
  await exit;
  return words[1] === 1;
}

const KEEPS_ALIVE: Record<string, boolean> = {
  nothing: false,
  timeout: false,
  unref: false,
  'unref-promise': false,
  timer: true,
  interval: true,
  'listens-itself': true,
};

describe('what keeps a thread alive that awaits Atomics.waitAsync', () => {
  for (const [by, keeps] of Object.entries(KEEPS_ALIVE)) {
    it(`${by}: ${keeps ? 'does' : 'does not'}, in Node.js and here`, async () => {
      expect(await inNode(by)).toBe(keeps);
      const error = await explore(alive(by), { strategy: 'dpor', seed: 1, directory }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (keeps && by !== 'timer') return expect(error).toBeUndefined();
      if (!(error instanceof ScheduleFailed)) throw error;
      // A timer keeps it alive until it has fired.
      const fired = error.failure.steps.some((step) => step.operation === 'idle' && step.timedOut);
      expect(fired).toBe(keeps);
      expect(error.failure.verdict).toBe('exit');
      expect(error.message).toMatch(
        /thread 0 ended while it awaited Atomics.waitAsync on words\[0\] \(Node.js ends a thread that has nothing else to do\)/,
      );
      expect((await replay(error.replayFile as string)).reproduced).toBe(true);
    });
  }

  it('listens: the scenario says that something does', async () => {
    const result = await explore(alive('listens'), { strategy: 'dpor', seed: 1, directory });
    expect([result.atomicsComplete, result.executions]).toEqual([true, 3]);
  });

  it('a notify that comes before the thread has nothing to do lets it go on: both orders are run', async () => {
    // words[2] is 1 where it waited: that end, and the one without a wait, must be reached.
    for (const waited of [0, 1]) {
      const failed = explore(alive('listens', waited), { strategy: 'dpor', seed: 1, directory });
      await expect(failed).rejects.toThrow('check() failed: reached');
    }
    let went = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const failed = explore(alive('nothing', 1), { strategy: 'random', schedules: 1, seed, directory });
      const message = await failed.then(
        () => '',
        (error: Error) => error.message,
      );
      if (message.includes('check() failed: reached')) went++;
    }
    expect(went).toBeGreaterThan(0);
  });
});
