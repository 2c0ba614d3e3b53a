import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareSweeps } from '#src/compare/compare_sweeps.js';
import { csvReport } from '#src/report/csv.js';
import { junitReport } from '#src/report/junit.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { githubSummary } from '#src/report/markdown/step_summary.js';
import { sweepMarkdown } from '#src/report/markdown/sweep_markdown.js';
import { comparisonText } from '#src/report/text/comparison_text.js';
import { terminalReport } from '#src/report/text/run_text.js';
import { sweepText } from '#src/report/text/sweep_text.js';
import { sweepWithLaterFields, withLaterFields } from '#src/results/later_fields.js';
import type { RunResult } from '#src/results/run_result.js';
import { requireSchema } from '#src/results/schema_check.js';
import type { SweepResult } from '#src/results/sweep_result.js';

// What people read, word for word, of results that do not change. `npx vitest run test/report/golden.test.ts -u` takes over a new wording.

const FOLDER = join(import.meta.dirname, 'golden');
const golden = (name: string) => join(FOLDER, name);
const read = (name: string) => JSON.parse(readFileSync(golden(name), 'utf8'));

const run: RunResult = withLaterFields(read('run.json'));
const sweep: SweepResult = sweepWithLaterFields(read('sweep.json'));

/** The same run with everything that can go wrong in one. */
const failed: RunResult = {
  ...run,
  outcome: 'violation',
  complete: false,
  workers: run.workers.map((worker, i) =>
    i === 0
      ? worker
      : i === 1
        ? { ...worker, state: 'crashed', message: 'boom', stack: 'Error: boom\n    at alloc (mine.js:1:2)' }
        : { ...worker, state: 'stopped', message: 'would not stop' },
  ),
  verdict: {
    ...run.verdict,
    memoryReturned: null,
    leakedFrames: null,
    violations: [
      {
        symptom: 'double-allocation',
        message: 'frame 7 was handed out twice',
        worker: 1,
        operation: 1234,
        operationKind: 'alloc',
        frame: 7,
        paddr: 0x7000,
        previous: { action: 'allocated', cpu: 0, operation: 12 },
      },
      { symptom: 'leak', message: 'one frame did not come back', worker: -1, operation: 0 },
    ],
    auditProblems: ['a block overlaps another'],
    strayErrors: ['an error of a timer'],
    unproved: ['worker 2 counted no operation'],
    hang: { workers: [], locks: [], message: 'worker 2 waits for global-pool' },
  },
};

test('the results are such as framelab writes', () => {
  requireSchema('run.json', run, 'result');
  requireSchema('failed', failed, 'result');
  requireSchema('sweep.json', sweep, 'sweep');
});

describe('stays as it is:', () => {
  const options = { color: false, command: 'framelab' };
  const compared = compareSweeps(sweep, sweep, {
    gate: 'throughput',
    noiseBand: 0.1,
    inCasUnits: true,
    seed: 1,
    labels: { base: 'before', now: 'after' },
    differences: ['another commit'],
  });
  test.each([
    ['run.txt', terminalReport(run, options)],
    ['failed.txt', terminalReport(failed, options)],
    ['failed_color.txt', terminalReport(failed, { ...options, color: true })],
    ['run.md', markdownReport(run)],
    ['failed.md', markdownReport(failed)],
    ['failed_summary.md', githubSummary(failed)],
    ['run.csv', csvReport([run])],
    ['failed.xml', junitReport([failed])],
    ['sweep.txt', sweepText(sweep)],
    ['sweep.md', sweepMarkdown(sweep)],
    ['comparison.txt', comparisonText(compared)],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(golden(name));
  });
});
