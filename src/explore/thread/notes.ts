import { H } from '../control/layout.ts';

/** As much as people read. */
const PLACES_MAX = 4;

/** What was noticed, each line once. */
export interface NotedLines {
  readonly unwatched: readonly string[];
  readonly unexplored: readonly string[];
  readonly plainWrites: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * What a worker noticed in a run beside failures, as lines for people. A line that is said twice is kept once, so
 * that a line must hold nothing that differs from schedule to schedule.
 */
export class Notes {
  private readonly unwatchedLines = new Set<string>();
  private readonly remarkLines = new Set<string>();
  private readonly unexploredLines = new Set<string>();
  private readonly plainWriteLines = new Set<string>();
  private readonly words: Int32Array;

  constructor(words: Int32Array) {
    this.words = words;
  }

  /** Something shared or something that acts, which the explorer does not see: it takes "complete" away. */
  unwatched(line: string): void {
    this.words[H.OPEN] = 1;
    this.unwatchedLines.add(line);
  }

  /** Something of the code under test that was not run in all ways: it takes "complete" away, too. */
  unexplored(line: string): void {
    this.words[H.OPEN] = 1;
    this.unexploredLines.add(line);
  }

  /** A place that was seen to change without an operation of `Atomics`. */
  plainWrite(place: string): void {
    this.words[H.OPEN] = 1;
    if (this.plainWriteLines.size < PLACES_MAX) this.plainWriteLines.add(place);
  }

  /** Worth saying, and true of the code under test; says nothing about what was explored. */
  remark(line: string): void {
    this.remarkLines.add(line);
  }

  /** The lines since the worker began. */
  get lines(): NotedLines {
    return {
      unwatched: [...this.unwatchedLines],
      unexplored: [...this.unexploredLines],
      plainWrites: [...this.plainWriteLines],
      remarks: [...this.remarkLines],
    };
  }
}

/** What several workers noticed, each line once. */
export function joinNotes(all: readonly (NotedLines | undefined)[]): NotedLines {
  const of = (name: keyof NotedLines): string[] => [...new Set(all.flatMap((one) => one?.[name] ?? []))];
  return {
    unwatched: of('unwatched'),
    unexplored: of('unexplored'),
    plainWrites: of('plainWrites'),
    remarks: of('remarks'),
  };
}
