import { beforeAll, describe, expect, test } from 'vitest';
import { compareSweeps } from '#src/compare/compare_sweeps.js';
import { csvField, csvReport } from '#src/report/csv.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { junitReport } from '#src/report/junit.js';
import { inline, inlineAtStart } from '#src/report/markdown/markup.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { githubSummary } from '#src/report/markdown/step_summary.js';
import { sweepMarkdown } from '#src/report/markdown/sweep_markdown.js';
import { comparisonText } from '#src/report/text/comparison_text.js';
import { terminalReport, verdictText } from '#src/report/text/run_text.js';
import { sweepText } from '#src/report/text/sweep_text.js';
import type { RunResult } from '#src/results/run_result.js';
import { cellOf, repetitionOf, type SweepResult, sweepOf } from '#src/results/sweep_result.js';
import { realRun } from './real_run.ts';

// A result file may be anybody's: its texts stay data wherever they are shown.

const POISONS = [
  '\u001b[2J\u001b]0;title\u0007x',
  'a\u202eb\u2028c',
  'name\r\nVerdict\n  passed',
  '\u009b31m',
  '=HYPERLINK("http://evil","x")',
  '+1+1|cmd',
  '@SUM(A1)',
  '-2+3',
  '\t=1',
  '\uff1d1+1',
  '``` \n# heading\n```',
  '<img src=x onerror=alert(1)>',
  '[link](http://evil) ![i](x) `code` **bold** _em_ | cell',
];

let result: RunResult;
beforeAll(async () => {
  result = await realRun({ operations: 200, durationMs: undefined });
});

/** The same with a poison in every text that is no choice of framelab's own. */
function poisoned<T>(value: T, poison: string): T {
  const kept = new Set([
    'kind',
    'outcome',
    'state',
    'startedAt',
    'stats',
    'oracle',
    'runs',
    'symptom',
    'metric',
  ]);
  const walk = (item: unknown, key: string): unknown => {
    if (typeof item === 'string') return kept.has(key) ? item : poison;
    if (Array.isArray(item)) return item.map((part) => (key === 'runs' ? part : walk(part, key)));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, part]) => [
        key === 'counters' ? `${poison}${name}` : name,
        walk(part, name),
      ]),
    );
  };
  return walk(value, '') as T;
}

function poisonedRun(poison: string): RunResult {
  const base: RunResult = {
    ...result,
    outcome: 'violation',
    workers: result.workers.map((worker) => ({
      ...worker,
      state: 'crashed',
      message: 'm',
      stack: 'Error\n    at x',
    })),
    verdict: {
      ...result.verdict,
      violations: [{ symptom: 'leak', message: 'm', worker: 0, operation: 1, operationKind: 'k' }],
      auditProblems: ['p'],
      unproved: ['u'],
      strayErrors: ['e'],
      hang: { workers: [], locks: [], message: 'h' },
    },
  };
  const run = poisoned(base, poison);
  // The kind of a lock and of an operation are names, too.
  return {
    ...run,
    kind: 'run',
    operations: run.operations.map((operation) => ({ ...operation, kind: poison })),
    locks: run.locks.map((lock) => ({ ...lock, kind: poison })),
  };
}

function poisonedSweep(poison: string): SweepResult {
  const sweep = sweepOf({
    startedAt: result.startedAt,
    environment: result.environment,
    findings: [],
    reproduce: [],
    complete: true,
    axes: [{ name: 'lock', values: ['x'] }],
    repeat: 1,
    cells: [cellOf({ lock: 'x' }, result.configuration, [repetitionOf(result), repetitionOf(result)])],
  });
  return poisoned(sweep, poison);
}

/** Everything that is a control character or changes the direction of text, but for ends of lines and tabs. */
const HARMFUL = /(?![\n\t]|\r\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

describe.each(POISONS)('%j', (poison) => {
  const options = { color: false, command: `node ${poison}` };

  test('does nothing in a terminal', async () => {
    const run = poisonedRun(poison);
    const sweep = poisonedSweep(poison);
    const compared = compareSweeps(sweep, sweep, {
      gate: 'throughput',
      noiseBand: 0.1,
      inCasUnits: false,
      seed: 1,
      labels: { base: poison, now: poison },
      differences: [poison],
    });
    const texts = [
      terminalReport(run, options),
      verdictText(run, options),
      markdownReport(run),
      githubSummary(run),
      csvReport([run, sweep]),
      junitReport([run, sweep]),
      await htmlReport([run, sweep]),
      sweepText(sweep),
      sweepMarkdown(sweep),
      comparisonText(compared),
    ];
    for (const text of texts) expect(HARMFUL.exec(text)?.[0]).toBeUndefined();
  });

  test('forges no line of a report', () => {
    const text = terminalReport(poisonedRun(poison), options);
    expect(text.match(/^Verdict$/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^ {2}passed$/m);
  });

  test('is no formula in a spreadsheet', () => {
    const cells = csvReport([poisonedRun(poison), poisonedSweep(poison)])
      .split('\r\n')
      .flatMap((line) => parseCsvLine(line));
    const formulas = cells.filter((cell) =>
      /^[\s]*[=+@\uff1d\uff0b\uff20]|^[\t\r]|^-(?!\d+(\.\d+)?$)/.test(cell),
    );
    expect(formulas).toEqual([]);
  });

  test('is text in Markdown', () => {
    for (const text of [markdownReport(poisonedRun(poison)), sweepMarkdown(poisonedSweep(poison))]) {
      const outside = withoutCode(text);
      expect(outside).not.toMatch(/<(?!\/?(details|summary)\b)/);
      expect(outside).not.toMatch(/(?<!\\)\]\(/);
      expect(outside).not.toMatch(/^# heading/m);
    }
    expect(withoutCode(githubSummary(poisonedRun(poison)))).not.toMatch(/<(?!\/?(details|summary)\b)/);
  });
});

test('figures stay figures', () => {
  expect([-5, 1.5, 1e-7, '-5', '0'].map(csvField)).toEqual(['-5', '1.5', '1e-7', '-5', '0']);
  expect(['-5x', '=1', 'a=1', ' =1', '\t1', 'plain'].map(csvField)).toEqual([
    "'-5x",
    "'=1",
    'a=1',
    "' =1",
    "'\t1",
    'plain',
  ]);
});

test('names stay readable', () => {
  expect(inline('global_buddy a*b')).toBe('global_buddy a\\*b');
  expect(inline('_em_')).toBe('\\_em\\_');
  expect(['# x', '- x', '1. x', '12 workers', '2) x'].map(inlineAtStart)).toEqual([
    '\\# x',
    '\\- x',
    '1\\. x',
    '12 workers',
    '2\\) x',
  ]);
});

/** Without fenced blocks and code spans, by CommonMark's rules: a fence ends at one as long. */
function withoutCode(text: string): string {
  return text
    .replace(/^(`{3,})\w*\n[\s\S]*?\n\1$/gm, '')
    .replace(/(?<![\\`])(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
}

function parseCsvLine(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
