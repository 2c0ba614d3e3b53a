/**
 * What a worker noticed in a run beside failures, as lines for people. A line that is said twice is kept once, so
 * that a line must hold nothing that differs from schedule to schedule.
 */
export class Notes {
  private readonly unwatchedLines = new Set<string>();
  private readonly remarkLines = new Set<string>();

  /** Something shared or something that acts, which the explorer does not see: it takes "complete" away. */
  unwatched(line: string): void {
    this.unwatchedLines.add(line);
  }

  /** Worth saying, and true of the code under test; says nothing about what was explored. */
  remark(line: string): void {
    this.remarkLines.add(line);
  }

  /** The lines since the run began. */
  get lines(): { readonly unwatched: readonly string[]; readonly remarks: readonly string[] } {
    return { unwatched: [...this.unwatchedLines], remarks: [...this.remarkLines] };
  }
}
