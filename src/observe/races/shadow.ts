/**
 * What was last done to each word of the memory under test, by each thread: the shadow memory of the race detector. It is
 * one SharedArrayBuffer beside the control memory, and only the thread that has the turn touches it.
 *
 * Memory is kept in pages of 256 bytes, each found by a hash table, so that a large memory costs only what is touched of it.
 * A page has a record for each granule of 4 bytes. An access of part of a granule splits its record into one for
 * each byte, so that neighbours are never taken for one another.
 *
 * Every schedule has a generation: a record of an earlier one counts as empty. So nothing is cleared between schedules.
 */

import { clearWords } from '../../control/thread/originals.ts';

/** Words before the first cell of a record. */
const RECORD = {
  GENERATION: 0,
  /** Where the records of its bytes are, 0 while it is whole. */
  SPLIT: 1,
  HEAD: 2,
} as const;

/** Words of each thread's cell: the clock of its last access of each kind, and where that was. */
export const CELL = {
  PLAIN_READ: 0,
  PLAIN_WRITE: 2,
  ATOMIC_READ: 4,
  ATOMIC_WRITE: 6,
  /** After a clock: the number of a site, or of an atomic access the step. */
  WHERE: 1,
  WORDS: 8,
} as const;

/** Words of the header. */
export const HEADER = {
  GENERATION: 0,
  PAGES: 1,
  SPLITS: 2,
  SYNCS: 3,
  /** The race that was found: threads plus 1, kinds as in `CELL`, sites or steps, place, bytes. */
  FIRST: 4,
  SECOND: 5,
  FIRST_KIND: 6,
  SECOND_KIND: 7,
  FIRST_WHERE: 8,
  SECOND_WHERE: 9,
  BUFFER: 10,
  OFFSET: 11,
  BYTES: 12,
  /** The first access's clock, and its place in the records. */
  FIRST_CLOCK: 13,
  FIRST_CELL: 14,
  /** Granules whose plain accesses are steps: how many, then each as buffer and granule. */
  STEPS: 15,
  STEP_LIST: 16,
  /** 1 where calls of builtins are told with their places: that costs microseconds, and is needed once one of them raced. */
  CALL_SITES: 16 + 2 * 256,
  WORDS: 17 + 2 * 256,
} as const;

const GRANULES_SHIFT = 6;
const GRANULES = 1 << GRANULES_SHIFT;
/** Pages that a thread finds again at once. */
const RECENT = 32;
/** Words of a page's entry in the table: buffer plus 1, page, its place. */
const ENTRY = 3;
/** As large as a schedule may need, in bytes: what is not touched costs nothing. */
const PAGES_BYTES_MAX = 64 * 2 ** 20;
/** Granules that a schedule may split. */
const SPLITS = 8192;
/** Places on which threads synchronise in one schedule. */
const SYNCS = 16_384;
/** Words of such a place before its clock: generation, buffer, offset, size. */
const SYNC_HEAD = 4;

/** Word offsets of every part. */
export interface ShadowLayout {
  readonly threads: number;
  readonly recordWords: number;
  readonly pages: number;
  readonly clocks: number;
  readonly table: number;
  readonly tableEntries: number;
  readonly syncs: number;
  readonly syncWords: number;
  readonly splits: number;
  readonly pool: number;
  readonly words: number;
}

export function shadowLayout(threads: number): ShadowLayout {
  const recordWords = RECORD.HEAD + threads * CELL.WORDS;
  const pages = Math.floor(PAGES_BYTES_MAX / (GRANULES * recordWords * 4));
  const tableEntries = 2 ** Math.ceil(Math.log2(pages * 2));
  const syncWords = SYNC_HEAD + threads;
  const clocks = HEADER.WORDS;
  const table = clocks + threads * threads;
  const syncs = table + tableEntries * ENTRY;
  const splits = syncs + SYNCS * syncWords;
  const pool = splits + SPLITS * 4 * recordWords;
  const words = pool + pages * GRANULES * recordWords;
  return {
    threads,
    recordWords,
    pages,
    clocks,
    table,
    tableEntries,
    syncs,
    syncWords,
    splits,
    pool,
    words,
  };
}

/** More memory, or more places, than are kept: the rest of the schedule is not looked at. */
export class ShadowFull extends Error {}

export class Shadow {
  readonly words: Int32Array;
  readonly layout: ShadowLayout;
  /** Cells begin so many words into a record. */
  static readonly HEAD = RECORD.HEAD;
  private generation = 0;
  private readonly recordWords: number;
  /** Pages that this thread used lately, by a hash: buffer, page, where it is. */
  private readonly recent = new Int32Array(RECENT * 3).fill(-1);

  constructor(memory: SharedArrayBuffer, threads: number) {
    this.words = new Int32Array(memory);
    this.layout = shadowLayout(threads);
    this.recordWords = this.layout.recordWords;
  }

  /** A schedule begins: nothing was done yet. Called in the thread that goes first. */
  beginSchedule(): void {
    const { words } = this;
    words[HEADER.GENERATION]++;
    words[HEADER.SPLITS] = 0;
    words[HEADER.SYNCS] = 0;
    words[HEADER.FIRST] = 0;
    words[HEADER.SECOND] = 0;
  }

  /** This thread begins a schedule. */
  enter(): void {
    this.generation = this.words[HEADER.GENERATION];
  }

  /**
   * The record of a granule, the `granule`-th 4 bytes of a buffer, as an index into `words`.
   *
   * @throws ShadowFull
   */
  record(buffer: number, granule: number): number {
    const { recent } = this;
    const page = granule >>> GRANULES_SHIFT;
    const entry = recentEntry(buffer, page);
    if (recent[entry + 1] !== page || recent[entry] !== buffer) {
      recent[entry + 2] = this.page(buffer, page);
      recent[entry + 1] = page;
      recent[entry] = buffer;
    }
    const record = recent[entry + 2] + (granule & (GRANULES - 1)) * this.recordWords;
    if (this.words[record] !== this.generation) this.empty(record);
    return record;
  }

  /** Did a thread write that byte plainly in the schedule that just ended? True also where that is not known. */
  isWritten(buffer: number, offset: number): boolean {
    this.enter();
    const { words, layout } = this;
    try {
      let record = this.record(buffer, Math.floor(offset / 4));
      if (this.isSplit(record)) record = this.bytesOf(record) + (offset % 4) * layout.recordWords;
      for (let thread = 0; thread < layout.threads; thread++) {
        if (words[record + RECORD.HEAD + thread * CELL.WORDS + CELL.PLAIN_WRITE] !== 0) return true;
      }
      return false;
    } catch (error) {
      if (error instanceof ShadowFull) return true;
      throw error;
    }
  }

  /**
   * Does the cell of a whole granule hold that clock? False also where it would take long to say. @param cell the
   * number of the word within a record
   */
  holds(buffer: number, granule: number, cell: number, clock: number): boolean {
    const { recent, words } = this;
    const page = granule >>> GRANULES_SHIFT;
    const entry = recentEntry(buffer, page);
    if (recent[entry + 1] !== page || recent[entry] !== buffer) return false;
    const record = recent[entry + 2] + (granule & (GRANULES - 1)) * this.recordWords;
    return (
      words[record] === this.generation &&
      words[record + RECORD.SPLIT] === 0 &&
      words[record + cell] === clock
    );
  }

  isSplit(record: number): boolean {
    return this.words[record + RECORD.SPLIT] !== 0;
  }

  /** The record of the first byte of a granule; those of the others follow. @throws ShadowFull */
  bytesOf(record: number): number {
    const { words, layout } = this;
    const split = words[record + RECORD.SPLIT];
    if (split !== 0) return split;
    const index = words[HEADER.SPLITS]++;
    if (index >= SPLITS) throw new ShadowFull();
    const first = layout.splits + index * 4 * layout.recordWords;
    for (let byte = 0; byte < 4; byte++) {
      const at = first + byte * layout.recordWords;
      for (let i = 0; i < layout.recordWords; i++) words[at + i] = words[record + i];
    }
    words[record + RECORD.SPLIT] = first;
    return first;
  }

  /**
   * Where the clock of a place is on which threads synchronise; all zeros before anybody did.
   *
   * @throws ShadowFull
   */
  sync(buffer: number, offset: number, size: number): number {
    const { words, layout, generation } = this;
    const mask = SYNCS - 1;
    for (let i = hash(buffer, offset ^ (size << 27)) & mask; ; i = (i + 1) & mask) {
      const at = layout.syncs + i * layout.syncWords;
      if (words[at] !== generation) {
        if (++words[HEADER.SYNCS] > SYNCS / 2) throw new ShadowFull();
        words[at] = generation;
        words[at + 1] = buffer;
        words[at + 2] = offset;
        words[at + 3] = size;
        clearWords(words, at + SYNC_HEAD, at + layout.syncWords);
        return at + SYNC_HEAD;
      }
      if (words[at + 1] === buffer && words[at + 2] === (offset | 0) && words[at + 3] === size)
        return at + SYNC_HEAD;
    }
  }

  private empty(record: number): void {
    const { words, layout } = this;
    words[record] = this.generation;
    words[record + RECORD.SPLIT] = 0;
    clearWords(words, record + RECORD.HEAD, record + layout.recordWords);
  }

  private page(buffer: number, page: number): number {
    const { words, layout } = this;
    const mask = layout.tableEntries - 1;
    for (let i = hash(buffer, page) & mask; ; i = (i + 1) & mask) {
      const entry = layout.table + i * ENTRY;
      if (words[entry] === 0) {
        const index = words[HEADER.PAGES];
        if (index >= layout.pages) throw new ShadowFull();
        words[HEADER.PAGES]++;
        words[entry] = buffer + 1;
        words[entry + 1] = page;
        words[entry + 2] = layout.pool + index * GRANULES * layout.recordWords;
        return words[entry + 2];
      }
      if (words[entry] === buffer + 1 && words[entry + 1] === page) return words[entry + 2];
    }
  }
}

function recentEntry(buffer: number, page: number): number {
  return ((page + buffer * 7) & (RECENT - 1)) * 3;
}

function hash(a: number, b: number): number {
  const mixed = Math.imul(a ^ Math.imul(b, 0x9e37_79b1), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 15);
}
