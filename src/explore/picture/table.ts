import { explanation, type Failure } from '../failure/execution.ts';
import { costOf, type Row, rows } from './interleaving.ts';

const COLUMN_MAX = 46;

function cell(row: Row): string[] {
  const place = row.places[0];
  const times = row.times > 1 ? ` (${row.times} times)` : '';
  const where = place === undefined ? '' : `${place.file.replace(/^.*\//, '')}:${place.line}`;
  return [row.text + times, ...(where === '' ? [] : [`  ${where}`])].flatMap((line) => wrap(line));
}

function wrap(line: string): string[] {
  const lines: string[] = [];
  while (line.length > COLUMN_MAX) {
    let at = line.lastIndexOf(' ', COLUMN_MAX);
    if (at < COLUMN_MAX / 2) at = COLUMN_MAX;
    lines.push(line.slice(0, at));
    line = `    ${line.slice(at).trimStart()}`;
  }
  lines.push(line);
  return lines;
}

/**
 * The interleaving as text: a column for each thread, a row for each step, with the source line under the
 * operation; `>>` marks a preemption and `->` any other switch.
 */
export function renderTable(failure: Failure): string {
  const all = rows(failure);
  const threads = [...new Set(all.map((row) => row.thread))].sort((a, b) => a - b);
  const cells = all.map((row) => cell(row));
  const widths = threads.map((thread) => {
    const own = all.flatMap((row, i) => (row.thread === thread ? cells[i] : []));
    return Math.max(`thread ${thread}`.length, ...own.map((line) => line.length));
  });
  const lines: string[] = [];
  const put = (step: string, mark: string, texts: readonly string[]): void => {
    lines.push(
      `${step.padStart(5)} ${mark.padEnd(2)} ${texts.map((text, i) => text.padEnd(widths[i])).join(' | ')}`.trimEnd(),
    );
  };
  put(
    'step',
    '',
    threads.map((thread) => `thread ${thread}`),
  );
  lines.push(`${'-'.repeat(9)}${widths.map((width) => '-'.repeat(width)).join('-+-')}`);
  all.forEach((row, i) => {
    const mark = row.switched === 'preemption' ? '>>' : row.switched === 'switch' ? '->' : '';
    cells[i].forEach((line, n) => {
      put(
        n === 0 ? String(row.step) : '',
        n === 0 ? mark : '',
        threads.map((thread) => (thread === row.thread ? line : '')),
      );
    });
  });
  const cost = costOf(failure);
  lines.push(
    '',
    `${failure.verdict}: ${failure.message}`,
    ...explanation(failure).map((line) => `  ${line}`),
  );
  lines.push(
    `${cost.steps} steps, ${cost.switches} switches (->), of them ${cost.preemptions} preemptions (>>)`,
  );
  return lines.join('\n');
}
