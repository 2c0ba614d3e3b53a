import { type ReportTable, tableFor } from '../tables/report_table.ts';

/** One column: its title, and whether it is text, which goes to the left. */
export interface Column {
  readonly title: string;
  readonly text?: boolean;
}

export interface TextTableOptions {
  /** What each line begins with; two blanks where not given. */
  readonly indent?: string;
  /** True for a line of dashes below the titles. */
  readonly ruled?: boolean;
}

/** A table in plain text: columns as wide as their widest cell, numbers to the right. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { indent = '  ', ruled = false }: TextTableOptions = {},
): string {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => row[i].length)),
  );
  const line = (cells: readonly string[]) =>
    `${indent}${cells
      .map((cell, i) => (columns[i].text ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd()}`;
  return [
    line(columns.map((column) => column.title)),
    ...(ruled ? [line(widths.map((width) => '-'.repeat(width)))] : []),
    ...rows.map(line),
  ].join('\n');
}

/** A report's table, without its title and note: what a terminal has room for. */
export function terminalTable(table: ReportTable): string {
  const { columns, rows } = tableFor('terminal', table);
  return textTable(columns, rows);
}

/** The same below its title and its note. */
export function titledTable(table: ReportTable): string {
  const note = table.note === undefined ? '' : `  ${table.note}\n`;
  return `${table.title}\n${note}${terminalTable(table)}`;
}

/** Names and values have no titles above them. */
export function withoutHead(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}
