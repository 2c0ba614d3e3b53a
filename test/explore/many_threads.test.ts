import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { THREADS_MAX } from '#src/control/words/layout.js';
import { type ExplorationResult, exploration, replay } from '#src/explore/index.js';
import type { ScheduleEvidence } from '#src/results/finding.js';

// Threads whose numbers are lanes of the nemesis where there are faults, and those beyond the first word of a set, are threads as
// the others are.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-threads-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** As many threads as there may be, of which the last three do this to the first word, and the others something to their own. */
function scenarioOf(name: string, last: string): string {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(
    file,
    `export const threads = ${THREADS_MAX};
export function setup() { return { words: new Int32Array(new SharedArrayBuffer(4 * ${THREADS_MAX})) }; }
export function thread({ words }, me) {
  if (me < ${THREADS_MAX} - 3) { Atomics.add(words, me + 1, 1); return; }
  ${last}
}
export function check({ words }) { if (words[0] !== 3) throw new Error('counted ' + words[0]); }
`,
  );
  return file;
}

const ADDS = 'Atomics.add(words, 0, 1);';
const LOSES = 'const seen = Atomics.load(words, 0); Atomics.store(words, 0, seen + 1);';

function explored(file: string, strategy: string, schedules = 1000): Promise<ExplorationResult> {
  return exploration(file, { strategy, schedules, seed: 1, directory, jobs: 1 });
}

describe(`${THREADS_MAX} threads`, () => {
  it('are explored whole, each order of what conflicts once', async () => {
    // Three additions to one word, in every order.
    const { outcome, executions, atomicsComplete, threads } = await explored(
      scenarioOf('adds', ADDS),
      'dpor',
    );
    expect({ outcome, executions, atomicsComplete, threads }).toEqual({
      outcome: 'passed',
      executions: 6,
      atomicsComplete: true,
      threads: THREADS_MAX,
    });
  });

  it.each(['portfolio', 'dfs'])('lose an update, found by %s', async (strategy) => {
    const result = await explored(scenarioOf('loses', LOSES), strategy);
    expect(result.findings).toMatchObject([
      { verdict: 'check', message: expect.stringMatching(/counted [12]/) },
    ]);
    const { recording } = result.findings[0].evidence as ScheduleEvidence;
    expect(await replay(recording as string)).toMatchObject({ reproduced: true });
  });

  it('are too many where there are faults', async () => {
    const file = scenarioOf('adds', ADDS);
    await expect(exploration(file, { faults: { kill: 1 }, directory })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(/16 threads at most; there are 128/),
    });
  });
});
