/** A table of a report, independent of the format: cells are text for people. */
export interface ReportTable {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** A bar behind each cell of that column, 0 to 1 of its width: a page shows them. */
  readonly bars?: { readonly column: string; readonly parts: readonly number[] };
  /** Index of the row to stand out. */
  readonly best?: number;
}

export interface ReportColumn {
  readonly title: string;
  /** Text goes to the left, numbers to the right. */
  readonly text?: boolean;
  /** What the title means, if that is not obvious. */
  readonly help?: string;
  /** In a terminal, which has less room: its title there, or false if it is left out. */
  readonly inTerminal?: string | false;
  /** False if only a terminal shows it. */
  readonly onPages?: false;
}

/** A column together with what it says of each thing that has a row. */
export interface ColumnOf<Thing> extends ReportColumn {
  cell(thing: Thing): string;
}

/** A table with a row for each thing. */
export function tableOf<Thing>(
  title: string,
  things: readonly Thing[],
  columns: readonly ColumnOf<Thing>[],
  note?: string,
): ReportTable {
  return { title, note, columns, rows: things.map((thing) => columns.map((column) => column.cell(thing))) };
}

/** A table of names and values, which needs no head. */
export function nameValueTable(title: string, rows: readonly (readonly string[])[]): ReportTable {
  return {
    title,
    columns: [
      { title: '', text: true },
      { title: '', text: true },
    ],
    rows,
  };
}

/** Where a table is shown: `page` is everything with room for all columns, Markdown too. */
export type Medium = 'terminal' | 'page';

/** The same table with the columns that are shown there, under the titles that they have there. */
export function tableFor(medium: Medium, table: ReportTable): ReportTable {
  const shown = table.columns.map((column) =>
    medium === 'terminal' ? column.inTerminal !== false : column.onPages !== false,
  );
  const titled = (column: ReportColumn): ReportColumn =>
    medium === 'terminal' && typeof column.inTerminal === 'string'
      ? { ...column, title: column.inTerminal }
      : column;
  return {
    ...table,
    columns: table.columns.filter((_, i) => shown[i]).map(titled),
    rows: table.rows.map((row) => row.filter((_, i) => shown[i])),
  };
}
