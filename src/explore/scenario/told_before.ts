import { joinNotes, type NotedLines } from '../../control/notes/notes.ts';
import type { RunEnd } from '../../control/session/run_watch.ts';

/** What workers told that were replaced in the middle of a run: each thing once, for there may be thousands of them. */
export class ToldBefore {
  noted: NotedLines | undefined;
  /** By the names of observers, and by their text. */
  private readonly reports = new Map<string, Map<string, unknown>>();

  keep(replies: RunEnd['replies']): void {
    this.noted = joinNotes([this.noted, ...replies.map((reply) => reply?.noted)]);
    for (const [name, report] of replies.flatMap((reply) => reply?.observed ?? [])) {
      if (report === undefined) continue;
      const known = this.reports.get(name) ?? new Map<string, unknown>();
      known.set(JSON.stringify(report), report);
      this.reports.set(name, known);
    }
  }

  /** What observers of that name reported. */
  reportsOf(name: string): readonly unknown[] {
    return [...(this.reports.get(name)?.values() ?? [])];
  }
}
