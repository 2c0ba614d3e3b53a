import {
  againCommand,
  type Explored,
  foundIn,
  headline,
  notesOn,
  outcomeOf,
  outcomeText,
} from '../figures/exploration_view.ts';
import { printableResult } from '../figures/printable_result.ts';
import { explorationTables } from '../tables/exploration_tables.ts';
import { styles } from './styles.ts';
import { titledTable, withoutHead } from './text_table.ts';

/** An exploration, or a replay file, as people read it in a terminal. */
export function explorationText(given: Explored, { color }: { readonly color: boolean }): string {
  const result = printableResult(given);
  const style = styles(color);
  const found = foundIn(result);
  const outcome = outcomeOf(result);
  const said = outcomeText(result);
  const mark = outcome === 'passed' ? style.good(said) : style.bad(said);
  const lines = [`${style.bold(result.scenario)}  ${mark}`];
  if (found.length === 0) lines.push(`  ${headline(result)}`);
  for (const { title, lines: below, command } of found) {
    lines.push(`  ${title}`, ...below.map((line) => `    ${line}`));
    if (command !== null) lines.push(`    ${style.dim(`replay it with: ${command}`)}`);
  }
  lines.push(...notesOn(result).map((line) => `  ${line}`));
  const tables = explorationTables(result).map((table) => `\n${withoutHead(titledTable(table))}\n`);
  return `${lines.join('\n')}\n${tables.join('')}\n${style.dim(`Again: ${againCommand(result)}`)}\n`;
}
