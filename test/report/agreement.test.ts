import { beforeAll, expect, test } from 'vitest';
import { csvReport } from '#src/report/csv.js';
import { formatCount, formatNs, formatPercent, formatRate } from '#src/report/figures/format.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { terminalReport } from '#src/report/text/run_text.js';
import type { RunResult } from '#src/results/run_result.js';
import { realRun } from './real_run.ts';

// The same figure is the same in every format: what each of them prints is read back, and compared with the JSON.

let result: RunResult;
/** Rows of cells, by the title of their table. */
let tables: Record<'markdown' | 'html', Map<string, string[][]>>;
let terminal: string;
let csv: Map<string, string>;
beforeAll(async () => {
  result = await realRun({ workers: 3, allocator: 'global-buddy' });
  tables = { markdown: markdownTables(markdownReport(result)), html: htmlTables(await htmlReport([result])) };
  terminal = terminalReport(result, { color: false, command: 'framelab' });
  const rows = csvReport([result]).trimEnd().split('\r\n');
  csv = new Map(rows.map((row) => [row.split(',').slice(1, 5).join(','), row.split(',')[5]]));
});

/** A small share is `<0.01 %`, whose sign both formats escape. */
function plain(cell: string): string {
  return cell.replaceAll('&lt;', '<');
}

function markdownTables(text: string): Map<string, string[][]> {
  const sections = text.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const lines = section.split('\n').filter((line) => line.startsWith('|'));
      const rows = lines.slice(2).map((line) => line.slice(2, -2).split(' | ').map(plain));
      return [section.split('\n')[0], rows];
    }),
  );
}

function htmlTables(text: string): Map<string, string[][]> {
  const sections = [
    ...text.matchAll(/<section class="table[^"]*"><h3>(.*?)<\/h3>.*?<tbody>(.*?)<\/tbody>/gs),
  ];
  return new Map(
    sections.map(([, title, body]) => {
      const rows = [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
        [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => plain(cell)),
      );
      return [title, rows];
    }),
  );
}

/** The cells of the terminal's line that begins so. */
function terminalRow(...start: string[]): string[] {
  const line = terminal
    .split('\n')
    .map((text) => text.trim().split(/ {2,}/))
    .find((cells) => start.every((cell, i) => cells[i] === cell));
  return line ?? [];
}

test('workers', () => {
  for (const { worker, operations, operationsPerSecond, state, noMemory } of result.workers) {
    const expected = [
      `${worker}`,
      state,
      formatCount(operations),
      formatRate(operationsPerSecond),
      formatCount(noMemory),
    ];
    for (const format of ['markdown', 'html'] as const) {
      expect(tables[format].get('Workers')![worker]).toEqual(expected);
    }
    expect(terminalRow(`${worker}`, state).map((cell) => cell.replace('/s', ''))).toEqual(expected);
    expect(Number(csv.get(`worker,${worker},,operations`))).toBe(operations);
  }
});

test('latencies', () => {
  for (const { kind, count, noMemory, latency } of result.operations) {
    const times = latency!;
    const quantiles = [times.p50Ns, times.p99Ns, times.p999Ns, times.maxNs].map(formatNs);
    const counts = [kind, formatCount(count), formatCount(noMemory), formatCount(times.samples)];
    for (const format of ['markdown', 'html'] as const) {
      const row = tables[format].get('Latency by kind of operation')!.find((cells) => cells[0] === kind);
      expect(row).toEqual([...counts, formatNs(times.meanNs), ...quantiles]);
    }
    expect(terminalRow(kind)).toEqual([...counts, ...quantiles]);
    expect(Number(csv.get(`operation,${kind},,count`))).toBe(count);
    for (const metric of ['samples', 'p50Ns', 'maxNs'] as const) {
      expect(Number(csv.get(`operation,${kind},,${metric}`))).toBe(times[metric]);
    }
  }
});

test('locks', () => {
  const lock = result.locks.find(({ name }) => name === 'global-pool')!;
  const { total } = lock;
  const { wait, hold } = total;
  expect(terminalRow('global-pool')).toEqual([
    lock.name,
    lock.kind,
    formatCount(total.acquisitions),
    formatCount(total.contended),
    formatPercent(total.missRatio * 100),
    formatCount(total.spins),
    ...[wait.totalNs, wait.avgNs, wait.p99Ns, wait.maxNs].map((ns) => formatNs(wait.count > 0 ? ns : null)),
    formatNs(hold.avgNs),
    formatNs(hold.maxNs),
    formatPercent(lock.utilisationPercent),
  ]);
  for (const format of ['markdown', 'html'] as const) {
    const row = tables[format].get('Contention by lock')!.find((cells) => cells[0] === lock.name)!;
    expect([row[2], row[3], row[4]]).toEqual(terminalRow('global-pool').slice(2, 5));
    expect(row.slice(13)).toEqual([
      ...[hold.avgNs, hold.p99Ns, hold.maxNs].map(formatNs),
      formatPercent(lock.utilisationPercent),
      lock.fairness.toFixed(3),
    ]);
  }
  expect(Number(csv.get('lock,global-pool,,acquisitions'))).toBe(total.acquisitions);
  expect(Number(csv.get('lock,global-pool,,wait.count'))).toBe(total.contended);
});

test('what is sampled is called so, and what is exact is not', async () => {
  const text = await htmlReport([result]);
  const note = (title: string) => new RegExp(`aria-label="${title}\\. (.*?)"`).exec(text)?.[1];
  const { total } = result.locks.find(({ name }) => name === 'global-pool')!;
  // Waits all count; of the shortest, some stand for others.
  expect(total.wait.count).toBe(total.contended);
  expect(note('Wait-time distribution by lock') ?? 'one in eight').toContain('one in eight');
  expect(note('Hold-time distribution by lock')).toContain('Sampled');
  expect(total.hold.count).toBeLessThan(total.acquisitions);
});
