/** A table of a report, in whatever format it will be shown: cells are text that people read. */
export interface ReportTable {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportColumn {
  readonly title: string;
  /** Text goes to the left, numbers to the right. */
  readonly text?: boolean;
  /** What the title means, where that is not plain. */
  readonly help?: string;
}
