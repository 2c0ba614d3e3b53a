/** One column: its title, and whether it is text, which goes to the left. */
export interface Column {
  readonly title: string;
  readonly text?: boolean;
}

/** A table in plain text, numbers to the right, indented by two. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) =>
    Math.max(column.title.length, ...rows.map((row) => row[i].length)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells
      .map((cell, i) => (columns[i].text ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd()}`;
  return [line(columns.map((column) => column.title)), ...rows.map(line)].join('\n');
}
