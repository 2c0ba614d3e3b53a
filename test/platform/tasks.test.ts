import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { ownTask, taskTimes } from '#src/platform/tasks.js';

/** Files that are there, by the end of their path. */
function files(content: Readonly<Record<string, string>>) {
  return (path: string): string => {
    const found = Object.entries(content).find(([name]) => path === `/proc/self/task/7/${name}`);
    if (found === undefined) throw new Error(`ENOENT ${path}`);
    return found[1];
  };
}

describe('times of a thread', () => {
  test('are nanoseconds of running and of waiting for a core', () => {
    expect(taskTimes(7, files({ schedstat: '2500000 1500000 12\n' }))).toEqual({
      cpuMs: 2.5,
      queuedMs: 1.5,
    });
  });

  test('are ticks where that is not told, of a thread of whatever name', () => {
    const stat = '7 (a ) b (c) R 1 2 3 4 5 6 7 8 9 10 12 3 0 0 20 0 11';
    expect(taskTimes(7, files({ stat }))).toEqual({ cpuMs: 150, queuedMs: null });
    // A kernel that counts nothing there has zeros in it.
    expect(taskTimes(7, files({ schedstat: '0 0 0\n', stat }))).toEqual({ cpuMs: 150, queuedMs: null });
  });

  test('are null where the system tells nothing, or nonsense', () => {
    expect(taskTimes(7, files({}))).toBeNull();
    expect(taskTimes(7, files({ stat: 'nonsense' }))).toBeNull();
  });
});

test.skipIf(process.platform !== 'linux')(
  'a worker’s own times grow by what it does, not by what others do',
  async () => {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
     import(${JSON.stringify(new URL('../../dist/src/platform/tasks.js', import.meta.url).href)}).then(({ ownTask }) => {
       parentPort.on('message', () => {
         const end = process.cpuUsage().user + 60000;
         while (process.cpuUsage().user < end);
         parentPort.postMessage('done');
       });
       parentPort.postMessage(ownTask());
     });`,
      { eval: true },
    );
    const next = () => new Promise<unknown>((resolve) => worker.once('message', resolve));
    try {
      const thread = (await next()) as number;
      expect(thread).not.toBe(ownTask());
      const before = taskTimes(thread)!;
      const done = next();
      worker.postMessage('work');
      await done;
      expect(taskTimes(thread)!.cpuMs).toBeGreaterThan(before.cpuMs);
    } finally {
      await worker.terminate();
    }
  },
);
