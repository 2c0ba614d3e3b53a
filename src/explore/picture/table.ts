import { explanation, type Failure } from '../../verdicts/failure.ts';
import { shortPlace } from '../../verdicts/source.ts';
import { costOf } from '../../verdicts/switches.ts';
import { isFold } from './fold.ts';
import { interleaving, type Row } from './interleaving.ts';

const COLUMN_MAX = 46;

function cell(row: Row): string[] {
  const place = row.places[0];
  const times = row.times > 1 ? ` x ${row.times.toLocaleString('en')}` : '';
  const where = place === undefined ? '' : shortPlace(place);
  // Of steps that are shown once, each has an arrow of its own.
  const arrow = row.times > 1 ? '' : row.arrow;
  const text = row.text + times;
  const fits = arrow === '' || text.length + 1 + arrow.length <= COLUMN_MAX;
  const lines = fits ? [`${text} ${arrow}`.trimEnd()] : [text, `    ${arrow}`];
  return [...lines, ...(where === '' ? [] : [`  ${where}`])].flatMap((line) => wrap(line));
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
 * operation; `>>` marks a preemption and `->` any other switch; `...` stands for rows that are not shown.
 */
export function renderTable(failure: Failure): string {
  const shown = interleaving(failure);
  const all = shown.filter((line): line is Row => !isFold(line));
  const threads = [...new Set(all.map((row) => row.thread))].sort((a, b) => a - b);
  const cells = new Map(all.map((row) => [row, cell(row)]));
  const titles = threads.map((thread) => all.find((row) => row.thread === thread)?.who as string);
  const widths = threads.map((thread, i) => {
    const own = all.flatMap((row) => (row.thread === thread ? (cells.get(row) as string[]) : []));
    return Math.max(titles[i].length, ...own.map((line) => line.length));
  });
  const lines: string[] = [];
  const put = (step: string, mark: string, texts: readonly string[]): void => {
    lines.push(
      `${step.padStart(5)} ${mark.padEnd(2)} ${texts.map((text, i) => text.padEnd(widths[i])).join(' | ')}`.trimEnd(),
    );
  };
  put('step', '', titles);
  lines.push(`${'-'.repeat(9)}${widths.map((width) => '-'.repeat(width)).join('-+-')}`);
  for (const line of shown) {
    if (isFold(line)) {
      lines.push(`  ... ${line.fold}`);
      continue;
    }
    const mark = line.switched === 'preemption' ? '>>' : line.switched === 'switch' ? '->' : '';
    cells.get(line)?.forEach((text, n) => {
      put(
        n === 0 ? String(line.step) : '',
        n === 0 ? mark : '',
        threads.map((thread) => (thread === line.thread ? text : '')),
      );
    });
  }
  const cost = costOf(failure);
  lines.push(
    '',
    `${failure.verdict}: ${failure.message}`,
    ...explanation(failure).map((line) => `  ${line}`),
    `${cost.steps} steps, ${cost.switches} switches (->), of them ${cost.preemptions} preemption${cost.preemptions === 1 ? '' : 's'} (>>)`,
  );
  return lines.join('\n');
}
