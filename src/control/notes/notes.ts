import { H } from '../words/layout.ts';

/** As much as people read. */
const PLACES_MAX = 4;

/** What was noticed, each line once. */
export interface NotedLines {
  readonly unwatched: readonly string[];
  readonly unexplored: readonly string[];
  readonly plainWrites: readonly string[];
  readonly remarks: readonly string[];
  /** Places that held threads would sleep on for a while, and places that were notified: `buffer:offset`. */
  readonly napped: readonly string[];
  readonly notified: readonly string[];
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
  private readonly nappedPlaces = new Set<string>();
  private readonly notifiedPlaces = new Set<string>();
  private lastBuffer = Number.NaN;
  private lastOffset = 0;
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

  /** A loop that was shown to be fruitless sleeps here now and then: nobody may notify it. */
  napped(buffer: number, offset: number): void {
    this.nappedPlaces.add(`${buffer}:${offset}`);
  }

  notified(buffer: number, offset: number): void {
    if (buffer === this.lastBuffer && offset === this.lastOffset) return;
    this.lastBuffer = buffer;
    this.lastOffset = offset;
    this.notifiedPlaces.add(`${buffer}:${offset}`);
  }

  /** The lines since the worker began. */
  get lines(): NotedLines {
    return {
      unwatched: [...this.unwatchedLines],
      unexplored: [...this.unexploredLines],
      plainWrites: [...this.plainWriteLines],
      remarks: [...this.remarkLines],
      napped: [...this.nappedPlaces],
      notified: [...this.notifiedPlaces],
    };
  }
}

/** What several workers noticed, each line once. */
export function joinNotes(all: readonly (NotedLines | undefined)[]): NotedLines {
  const of = (name: keyof NotedLines): string[] => [...new Set(all.flatMap((one) => one?.[name] ?? []))];
  const napped = of('napped');
  const notified = of('notified');
  const unexplored = of('unexplored');
  if (napped.some((place) => notified.includes(place))) {
    unexplored.push(
      'a loop sleeps now and then on a word that is notified: it was not notified at every such moment',
    );
  }
  return {
    unwatched: of('unwatched'),
    unexplored: [...new Set(unexplored)],
    plainWrites: of('plainWrites'),
    remarks: of('remarks'),
    napped,
    notified,
  };
}
