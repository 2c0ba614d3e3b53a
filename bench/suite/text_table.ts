import { textTable } from '../../src/report/text/text_table.ts';

/** A table with a line below its titles; columns whose cells all begin with a digit are aligned to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, column) => ({
    title,
    text: !rows.every((row) => /^([\d-]|NaN|$)/.test(row[column])),
  }));
  return textTable(columns, rows, { indent: '', ruled: true });
}
