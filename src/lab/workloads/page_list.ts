import { defineFrameMeta } from '../../mm/frame/frame_meta.ts';
import { LIST, LinkedList } from '../../mm/frame/linked_list.ts';
import { UniqueFrame } from '../../mm/frame/unique_frame.ts';
import { hex, PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import type { PhysicalMemory } from '../../mm/physical_memory.ts';
import { struct } from '../../platform/struct.ts';
import type { CallSite, Lock } from '../../sync/lock.ts';
import { ViolationError } from '../check/violation_error.ts';
import { MetadataLives } from './metadata_lives.ts';

const STATE = struct({
  list: LIST.WORDS,
  /** Numbers of the pages that were put in last, and taken from the front last; they count modulo 2^32. */
  lastPut: 1,
  lastTaken: 1,
  /** Pages in the list, counted beside it. */
  length: 1,
});

/** Spreads neighbouring numbers over 32 bits: the golden ratio. */
const SPREAD = 0x9e3779b1 | 0;

const FIELDS = { number: 'u32', mark: 'u32' } as const;
type Fields = typeof FIELDS;

/** A page in a list: its number in the order of the list, and a mark by which it knows its own frame. */
const ListedPage = defineFrameMeta({
  name: 'ListedPage',
  fields: FIELDS,
  untyped: true,
  onDrop: (_reader, { mark }, { machine, paddr }) => {
    requireMark(paddr, mark);
    MetadataLives.of(machine)?.end(paddr / PAGE_SIZE);
  },
});

export type ListedFrame = UniqueFrame<Fields>;

/** Why the list's lock is taken, for statistics. */
export interface ListSites {
  readonly put: CallSite;
  readonly take: CallSite;
  readonly touch: CallSite;
}

/**
 * A list of pages that all workers share, under its lock, and the checks of it: its pages are numbered as they are put in at the
 * back, so the numbers rise towards the back, and its length is counted beside it.
 *
 * Errors are `ViolationError`s: corrupt-list, corrupt-metadata.
 */
export class PageList {
  private readonly machine: PhysicalMemory;
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly lock: Lock;
  private readonly sites: ListSites;
  private readonly list: LinkedList<Fields>;

  /** @param words zeros at first: `PageList.WORDS` words from `base` */
  constructor(machine: PhysicalMemory, words: Int32Array, base: number, lock: Lock, sites: ListSites) {
    this.machine = machine;
    this.words = words;
    this.base = base;
    this.lock = lock;
    this.sites = sites;
    this.list = new LinkedList<Fields>(machine, words, base + STATE.list);
  }

  static readonly WORDS = STATE.WORDS;

  /** Pages in the list now; others may change it at any time. */
  get length(): number {
    return Atomics.load(this.words, this.base + STATE.length);
  }

  /** Metadata for a frame that was just allocated: the frame's only handle. */
  page(paddr: Paddr): ListedFrame {
    return UniqueFrame.fromUnused<Fields>(
      this.machine,
      paddr,
      ListedPage({ number: 0, mark: markOf(paddr) }),
    );
  }

  /** Ends the metadata of a page that is in no list, and gives the same frame new metadata. */
  renew(page: ListedFrame): ListedFrame {
    return page.repurpose<Fields>(ListedPage({ number: 0, mark: markOf(page.paddr) }));
  }

  /** Puts a page in at the back; its handle ends. */
  put(page: ListedFrame): void {
    this.lock.acquire(this.sites.put);
    try {
      this.putLast(page);
      this.count(+1);
    } finally {
      this.lock.release();
    }
  }

  /** Takes the page that was put in first; null if there is none. */
  take(): ListedFrame | null {
    this.lock.acquire(this.sites.take);
    try {
      const cursor = this.list.cursorFrontMut();
      const paddr = cursor.current;
      // Checked first: what is taken out and not counted would be a second fault, found by another worker.
      if (paddr !== null) this.requireNext(paddr, cursor.currentMeta()!);
      const page = cursor.takeCurrent();
      this.count(page === null ? 0 : -1);
      return page;
    } finally {
      this.lock.release();
    }
  }

  /** Moves the page at that address to the back, if it is still in the list: it was used. */
  touch(paddr: Paddr): void {
    this.lock.acquire(this.sites.touch);
    try {
      const cursor = this.list.cursorMutAt(paddr);
      if (cursor === null) return;
      requireMark(paddr, cursor.currentMeta()!.mark);
      this.putLast(cursor.takeCurrent()!);
      this.count(0);
    } finally {
      this.lock.release();
    }
  }

  /** The page at the front must have been put in after those that were taken before. */
  private requireNext(paddr: Paddr, { number, mark }: { number: number; mark: number }): void {
    requireMark(paddr, mark);
    const last = this.words[this.base + STATE.lastTaken];
    if (((number - last) | 0) <= 0) throw outOfOrder(paddr, number, last >>> 0);
    this.words[this.base + STATE.lastTaken] = number | 0;
  }

  private putLast(page: ListedFrame): void {
    const at = this.base + STATE.lastPut;
    this.words[at] += 1;
    page.metaMut().number = this.words[at] >>> 0;
    this.list.pushBack(page);
  }

  /** Counts pages that came or went, and compares that with what the list says, and with whether there is a first one. */
  private count(change: number): void {
    const length = this.words[this.base + STATE.length] + change;
    Atomics.store(this.words, this.base + STATE.length, length);
    const { size } = this.list;
    const hasFirst = this.list.cursorFrontMut().current !== null;
    if (size === length && hasFirst === length > 0) return;
    const first = hasFirst ? 'a first one' : 'no first one';
    throw new ViolationError({
      symptom: 'corrupt-list',
      message: `the list of pages says that it has ${size} and has ${first}; ${length} were put in and not taken out`,
    });
  }
}

function markOf(paddr: Paddr): number {
  return Math.imul(paddr / PAGE_SIZE, SPREAD) >>> 0;
}

function requireMark(paddr: Paddr, mark: number): void {
  if (mark === markOf(paddr)) return;
  const frame = paddr / PAGE_SIZE;
  throw new ViolationError({
    symptom: 'corrupt-metadata',
    message: `the metadata of frame ${frame} at ${hex(paddr)} has the mark ${hex(mark)}; its owner wrote ${hex(markOf(paddr))}`,
    frame,
    paddr,
  });
}

function outOfOrder(paddr: Paddr, number: number, last: number): ViolationError {
  const frame = paddr / PAGE_SIZE;
  return new ViolationError({
    symptom: 'corrupt-list',
    message: `the list of pages is out of order: frame ${frame} at ${hex(paddr)}, put in as number ${number}, came out after number ${last}`,
    frame,
    paddr,
  });
}
