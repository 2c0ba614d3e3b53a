import { type ReportTable, tableFor } from '../tables/report_table.ts';
import { inline } from './markup.ts';

/** A table below a heading of the second level and its note. */
export function markdownTable(table: ReportTable): string {
  const { title, note, columns, rows } = tableFor('page', table);
  const row = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  const above = note === undefined ? '' : `${inline(note)}\n\n`;
  return `## ${inline(title)}

${above}${row(columns.map((column) => column.title))}
| ${columns.map((column) => (column.text ? ':---' : '---:')).join(' | ')} |
${rows.map(row).join('\n')}`;
}

/** Those that have rows, one below the other. */
export function markdownTables(tables: readonly ReportTable[]): string {
  return tables
    .filter((table) => table.rows.length > 0)
    .map(markdownTable)
    .join('\n\n');
}
