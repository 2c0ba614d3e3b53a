// Known findings, which do not fail a build, as plain data: the file that lists them, and what a search says about
// them.

/** A known finding, and why it does not fail a build. Paths are relative to the file that lists it. */
export interface KnownFinding {
  /** The scenario that shows it, with its query. */
  readonly scenario: string;
  readonly verdict: string;
  /** The line that threw, or the lines where threads hang; identified by their text, not their number. */
  readonly site: readonly { readonly file: string; readonly text: string }[];
  /** The name of its cause; undefined matches every cause. */
  readonly cause?: string;
  /** Why it is known and not fixed: for people. */
  readonly reason: string;
}

/** What an exploration says about known findings: only those of its scenario. */
export interface KnownReport {
  /** The file that lists them. */
  readonly file: string;
  readonly met: readonly { readonly finding: KnownFinding; readonly times: number }[];
  /** Listed, but not met: perhaps fixed. */
  readonly notMet: readonly KnownFinding[];
  /** New ones that were added to the file. */
  readonly saved: readonly KnownFinding[];
}
