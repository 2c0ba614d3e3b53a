import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreProgramOptions, programExploration, replay } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RIGHT, WRONG } from './programs.js';

// Whole programs over published packages, unmodified, under control. docs/found.md explains what is found in them.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-programs-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Explores a program that is right where it prints its line, up to the first failing schedule. */
function explored(name: string, schedules: number, options: ExploreProgramOptions = {}) {
  const check = join(directory, `${name}.check.mjs`);
  const line = RIGHT[name] ?? WRONG[name];
  writeFileSync(
    check,
    `export function check({ stdout }) { if (!${String(line)}.test(stdout)) throw new Error('printed ' + stdout); }\n`,
  );
  const program = new URL(name, import.meta.url);
  return programExploration(program, { seed: 1, schedules, check, directory, ...options });
}

describe('what is found in published packages, and found again by replay', () => {
  // The schedules that it may take: far more than it does.
  const found: Record<string, [verdict: string, says: RegExp, schedules: number]> = {
    'await-sync-small.mjs': ['exception', /Missing expected exception|Expected values/, 300],
    'smp-lossy-close.mjs': [
      'exception',
      /thread 1 threw AssertionError: Expected values to be strictly equal/,
      300,
    ],
    'sync-threads-two.mjs': ['exception', /Expected values/, 50],
    'synckit-calls.mjs': ['exception', /reading 'message'/, 300],
    'thread-stream-deaf.mjs': ['exception', /'ready' has not come/, 300],
    'thread-stream-error.mjs': ['exception', /Expected values to be strictly deep-equal/, 100],
  };
  for (const [name, [verdict, says, schedules]] of Object.entries(found)) {
    it(`${name}: ${verdict}`, async () => {
      const result = await explored(name, schedules);
      expect(result.outcome).toBe('violation');
      const [finding] = result.findings;
      expect(finding.verdict).toBe(verdict);
      expect(finding.message).toMatch(says);
      expect(result.threads).toBeGreaterThan(1);
      const { reproduced } = await replay((finding.evidence as { readonly recording: string }).recording);
      expect(reproduced).toBe(true);
    });
  }
});

describe('nothing is found', () => {
  const right = [
    'comlink-calls.mjs',
    'multithreading-spawn.mjs',
    'piscina-tasks.cjs',
    'smp-close.mjs',
    'thread-stream-ready.mjs',
    'threads-calls.mjs',
    'tinypool-tasks.mjs',
    'web-worker-messages.mjs',
    'workerpool-tasks.mjs',
  ];
  for (const name of right) {
    it(name, async () => {
      const result = await explored(name, 40);
      expect(result.findings).toEqual([]);
      expect(result.executions).toBe(40);
      expect(result.complete).toBe(false);
      // A program's Workers are threads of it, and do something.
      expect(result.threads).toBeGreaterThan(1);
      expect(result.steps / result.executions).toBeGreaterThan(10);
    });
  }
});
