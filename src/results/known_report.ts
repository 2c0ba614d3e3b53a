// Findings that are known and do not fail, as plain data: the file that lists them, and what a search says of them.

/** A finding that is known, and why it does not fail a build. Paths are relative to the file that lists it. */
export interface KnownFinding {
  /** The scenario that shows it, with its query. */
  readonly scenario: string;
  readonly verdict: string;
  /** The line that threw, or those at which threads stay that do not end; known by their text, not their number. */
  readonly site: readonly { readonly file: string; readonly text: string }[];
  /** The name of its cause; undefined matches every cause. */
  readonly cause?: string;
  /** Why it is known and not mended: for people. */
  readonly reason: string;
}

/** What an exploration says of known findings: only those of its scenario. */
export interface KnownReport {
  /** The file that lists them. */
  readonly file: string;
  readonly met: readonly { readonly finding: KnownFinding; readonly times: number }[];
  /** Listed, and not met: perhaps mended. */
  readonly notMet: readonly KnownFinding[];
  /** New ones that were added to the file. */
  readonly saved: readonly KnownFinding[];
}
