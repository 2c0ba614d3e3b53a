import { beforeAll, describe, expect, test } from 'vitest';
import { adviceOn } from '#src/report/advice/run_advice.js';
import { csvReport } from '#src/report/csv.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { junitReport } from '#src/report/junit.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { githubSummary } from '#src/report/markdown/step_summary.js';
import { terminalReport } from '#src/report/text/run_text.js';
import type { RunResult } from '#src/results/run_result.js';
import { realRun } from './real_run.ts';

let result: RunResult;
beforeAll(async () => {
  result = await realRun({ workers: 3, allocator: 'global-buddy', stats: 'full' });
});

/** The same run, but as one that found something. */
function failed(message: string): RunResult {
  const violation = { symptom: 'double-alloc', message, worker: 1, operation: 3 } as never;
  return { ...result, outcome: 'violation', verdict: { ...result.verdict, violations: [violation] } };
}

const HOSTILE = 'frame <b>7</b> & "x" | \u0007 \n# no';

test.each([
  ['counts', 'Nothing was timed', '(nothing is timed)'],
  ['sampled', 'Holds are sampled', '(holds are sampled)'],
  ['full', 'Every wait and hold was timed', '(every hold is timed)'],
] as const)(
  'how holds were timed is said, also where a lock was never taken (%s)',
  async (stats, note, inShort) => {
    const once = await realRun({ stats, workers: 1, operations: 200, durationMs: undefined });
    expect(markdownReport(once)).toContain(note);
    expect(terminalReport(once, { color: false, command: 'framelab' })).toContain(inShort);
  },
);

describe('markdown', () => {
  test('has its sections, and tables whose rows all have as many cells as their head', () => {
    const text = markdownReport(result);
    const titles = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(titles).toEqual([
      'What this says',
      'Workers',
      'Latency by kind of operation',
      'Contention by lock',
      'Contention by lock and worker',
      'Contention by call site',
      'Free memory',
      'Allocator global-buddy',
      'Warm-up',
      'Verdict',
      'Configuration',
      'Environment',
      'Locks at boot',
      'What the lab itself costs',
    ]);
    for (const table of text.match(/(^\|.*\|\n?)+/gm)!) {
      const cells = table
        .trim()
        .split('\n')
        .map((line) => line.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });

  test('no text of a violation breaks a table or becomes a tag', () => {
    const text = markdownReport(failed(HOSTILE));
    expect(text).toContain('frame &lt;b&gt;7&lt;/b&gt; &amp; "x" \\|');
    expect(text).not.toContain('\n# no');
  });
});

test('the step summary says the verdict first, and what to do about a failure', () => {
  expect(githubSummary(result).split('\n')[0]).toMatch(/^### ✅ framelab churn: passed, .* operations\/s$/);
  const bad = githubSummary(failed('frame 7 twice'));
  expect(bad.split('\n')[0]).toContain('❌');
  expect(bad).toContain('frame 7 twice');
  expect(bad).toContain('--seed 11');
});

describe('csv', () => {
  test('is rectangular, and its sums are the result’s', () => {
    const rows = csvReport([result])
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows[0]).toEqual(['run', 'scope', 'name', 'part', 'metric', 'value']);
    expect(rows.filter((row) => row.length !== 6)).toEqual([]);
    const value = (...key: string[]) => rows.filter((row) => key.every((part, i) => row[i + 1] === part));
    const operations = value('worker').filter((row) => row[4] === 'operations');
    expect(operations.reduce((sum, row) => sum + Number(row[5]), 0)).toBe(result.totals.operations);
    const [acquired] = value('lock', 'global-pool', '', 'acquisitions');
    expect(Number(acquired[5])).toBe(
      result.locks.find((lock) => lock.name === 'global-pool')!.total.acquisitions,
    );
  });

  test('quotes what needs it', () => {
    const quoted = csvReport([{ ...result, configuration: { ...result.configuration, workload: 'a,"b"' } }]);
    expect(quoted).toContain('0,run,"a,""b""",,outcome,passed');
  });
});

describe('junit', () => {
  test('counts its cases right, and passes where the run did', () => {
    const text = junitReport([result]);
    expect(text.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
    const cases = text.match(/<testcase /g)!.length;
    expect(text).toContain(`tests="${cases}" failures="0" errors="0" skipped="0"`);
  });

  test('a violation is a failure with the command to run it again, in XML that any reader takes', () => {
    const text = junitReport([failed(HOSTILE)]);
    expect(text).toContain('failures="1"');
    expect(text).toContain('frame &lt;b&gt;7&lt;/b&gt; &amp; &quot;x&quot; | \\u0007');
    expect(text).toContain('framelab run churn');
    expect([...text].some((char) => char < ' ' && char !== '\n')).toBe(false);
  });
});

describe('html', () => {
  test('is one file that refers to nothing outside it, and under 1 MB', async () => {
    const page = await htmlReport([result]);
    expect(page.length).toBeLessThan(1_000_000);
    // What matched, not the page: a failure should be short to read.
    expect(page.includes('<script')).toBe(false);
    const outside = page.replaceAll('http://www.w3.org/2000/svg', '');
    expect(outside.match(/https?:.{0,40}|url\((?!#).{0,40}|@import|<link rel="style/g)).toBeNull();
  });

  test('text of a violation stays text', async () => {
    const page = await htmlReport([failed(HOSTILE)]);
    expect(page.includes('frame &lt;b&gt;7&lt;/b&gt; &amp; &quot;x&quot;')).toBe(true);
    expect(page.includes('<b>7</b>')).toBe(false);
  });
});

test('a page has no chart of a handful of times, which its tables have', async () => {
  const chart = 'Hold-time distribution by lock';
  const [lock] = result.locks.filter(({ total }) => total.hold.count > 0);
  const hold = { ...lock.total.hold, count: 3 };
  const few = { ...result, locks: [{ ...lock, total: { ...lock.total, hold } }] };
  expect((await htmlReport([result])).includes(chart)).toBe(true);
  expect((await htmlReport([few])).includes(chart)).toBe(false);
});

describe('advice', () => {
  test('names the worst lock with its figures', () => {
    const text = adviceOn(result)
      .map((advice) => `${advice.finding} ${advice.evidence}`)
      .join('\n');
    expect(text).toContain('global-pool');
    expect(text).toMatch(/\d+ of [\d,]+ acquisitions waited/);
  });

  test('one lock for everything: tells to try the allocator with caches', () => {
    const lock = result.locks.find((candidate) => candidate.name === 'global-pool')!;
    const wait = { ...lock.total.wait, totalNs: 6e8, avgNs: 1e4 };
    const waiting = { ...lock, total: { ...lock.total, contended: 6e4, wait } };
    const advice = adviceOn({ ...result, locks: [waiting] });
    const often = advice.find((item) => item.finding.includes('taken very often'));
    expect(often?.advice).toContain('--allocator buddy');
    expect(often?.evidence).toMatch(/1\.\d\d acquisitions per operation/);
  });

  test('of a handful of operations nothing is said but that they are few', () => {
    const few = { ...result, totals: { ...result.totals, operations: 29 } };
    const advice = adviceOn(few);
    expect(advice.map((item) => item.about).filter((about) => about !== 'trust')).toEqual([]);
    expect(advice.map((item) => item.finding)).toContain(
      'This run was too short to say anything about speed.',
    );
  });

  test('a run that failed is not praised for its speed', () => {
    expect(adviceOn(failed('x'))[0]).toMatchObject({ about: 'trust' });
  });
});
