import { formatTable } from '../../suite/text_table.ts';
import { FEWER_SEEDS, meanText, publishedText, strategiesOf } from './cells.ts';
import type { SearchRow } from './figures.ts';
import { firstText, type MutantRow, stressText } from './mutant_rows.ts';
import type { BugsResult } from './result.ts';

/** The result for a terminal. */
export function textOf(result: BugsResult): string {
  const { rows, fixed, sound, mutants, failures, behind, seconds, jobs, bound, outcome } = result;
  const parts: string[] = [];
  if (rows.length > 0) {
    parts.push(
      `Schedules to the first that shows the bug: the mean, and in brackets the published one\n${table(rows)}`,
    );
    if (rows.some(({ seeds, seedsAsked }) => seeds < seedsAsked)) parts.push(FEWER_SEEDS);
    parts.push('> a lower bound: in some seeds the bug was not found');
  }
  if (fixed.length > 0) parts.push(soundLine('programs without their bugs', fixed));
  if (sound.length > 0) parts.push(soundLine('sound scenarios and packages', sound));
  if (mutants.length > 0) {
    parts.push(`Bugs planted in framelab: schedules to the first find (- for none)\n${mutantTable(mutants)}`);
  }
  if (behind.length > 0)
    parts.push(`Where others do better:\n${behind.map((line) => `  ${line}`).join('\n')}`);
  const where = bound ? 'each bound to a core' : 'bound to no core';
  parts.push(`${seconds.toFixed(0)} s, ${jobs} processes, ${where}`);
  parts.push(failures.length > 0 ? failures.join('\n') : LAST[outcome]);
  return parts.join('\n\n');
}

const LAST: Readonly<Record<BugsResult['outcome'], string>> = {
  passed: 'every bug was found in every seed, and nothing was said of sound code',
  failed: '',
  interrupted: 'interrupted before all was run',
};

function soundLine(what: string, runs: BugsResult['fixed'] | BugsResult['sound']): string {
  const schedules = runs.reduce((sum, run) => sum + run.schedules, 0);
  const alarms = runs.filter(({ alarm }) => alarm !== null).length;
  const all = runs.filter(({ exhausted }) => exhausted).length;
  return `${runs.length} ${what}: ${schedules} schedules; ${all} were run in all orders; false alarms: ${alarms}`;
}

function table(rows: readonly SearchRow[]): string {
  const strategies = strategiesOf(rows);
  const programs = [...new Set(rows.map(({ program }) => program))];
  const cell = (program: string, strategy: string): string => {
    const row = rows.find((one) => one.program === program && one.strategy === strategy);
    if (row === undefined) return '';
    const published = publishedText(row);
    const fewer = row.seeds < row.seedsAsked ? '*' : '';
    return `${meanText(row)}${fewer}${published === '' ? '' : ` [${published}]`}`;
  };
  return formatTable(
    ['program', ...strategies],
    programs.map((program) => [program, ...strategies.map((strategy) => cell(program, strategy))]),
  );
}

function mutantTable(mutants: readonly MutantRow[]): string {
  const strategies = strategiesOf(mutants[0].rows);
  return formatTable(
    ['planted bug', ...strategies, 'runs'],
    mutants.map((one) => [one.mutant, ...one.rows.map(firstText), stressText(one)]),
  );
}
