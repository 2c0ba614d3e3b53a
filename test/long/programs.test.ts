import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programExploration } from 'framelab/explore';
import { describe, expect, it } from 'vitest';
import { eventHash } from '#src/control/words/trace.js';
import { Session } from '#src/explore/scenario/session.js';

// Whole programs, for long: the same seed leads to the same events each time, and mended packages stay silent.

const program = (name: string): string => new URL(`../third-party/programs/${name}`, import.meta.url).href;

function open(name: string): Promise<Session> {
  return Session.open({
    scenario: program(name),
    program: { args: [], exitCode: 0 },
    reuse: true,
    seed: 7,
    stepLimit: 10_000,
    spinLimit: 2,
    hangMs: 3000,
  });
}

describe('the same seed leads to the same events, 100 times of 100', () => {
  const names = ['comlink-calls', 'smp-close', 'thread-stream-lines', 'tinypool-tasks', 'workerpool-tasks'];
  it.each(names)('%s', async (name) => {
    const session = await open(`${name}.mjs`);
    try {
      const hashes = new Set<string>();
      for (let i = 0; i < 100; i++) {
        const { executions } = await session.run({ strategy: 'random', schedules: 3, timeouts: 'last' });
        expect(executions).toBe(3);
        hashes.add(eventHash(session.words, session.layout));
      }
      expect(hashes.size).toBe(1);
    } finally {
      await session.close();
    }
  });
});

describe('what is mended stays silent for 5,000 schedules', () => {
  it.each(['smp-close.mjs', 'thread-stream-ready.mjs'])('%s', async (name) => {
    const directory = mkdtempSync(join(tmpdir(), 'framelab-programs-'));
    try {
      const result = await programExploration(new URL(program(name)), {
        seed: 5,
        schedules: 5000,
        directory,
      });
      expect(result.findings).toEqual([]);
      expect(result.executions).toBe(5000);
      // By workers that run it again, which do what new ones do.
      expect(result.remarks.join('\n')).not.toMatch(/new workers/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('memory', () => {
  it('does not grow with the schedules', async () => {
    const session = await open('smp-close.mjs');
    try {
      const run = { strategy: 'random', timeouts: 'last' } as const;
      await session.run({ ...run, schedules: 2000 });
      const before = process.memoryUsage().rss;
      await session.run({ ...run, schedules: 10_000 });
      const grown = (process.memoryUsage().rss - before) / 2 ** 20;
      // A leak of 10 KiB a schedule would be 100 MiB.
      expect(grown).toBeLessThan(60);
    } finally {
      await session.close();
    }
  });
});
