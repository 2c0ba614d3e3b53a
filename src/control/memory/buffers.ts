import { types } from 'node:util';
import { isOwnBuffer, ownBuffer } from '../words/place.ts';
import { type Reachable, reachableBuffers } from './reach.ts';

/** A part of a buffer that is put back before every schedule. Bytes; `end` excluded. */
export interface RestoreRange {
  readonly buffer: number;
  readonly start: number;
  readonly end: number;
}

interface Saved {
  readonly live: Uint8Array;
  readonly words: Int32Array | undefined;
  readonly copy: Uint8Array;
  readonly copiedWords: Int32Array;
}

/** Below this many words a loop beats the call of TypedArray.prototype.set (about 60 ns). */
const LOOP_WORDS_MAX = 48;

/** The memory under test: numbers its buffers, and puts them back as they were. */
export class Buffers {
  private readonly ids = new Map<SharedArrayBuffer, number>();
  /** Those of the thread's own, by the order of their first use in this schedule. */
  private readonly privateIds = new Map<SharedArrayBuffer, number>();
  private saved: Saved[] = [];
  private privates = 0;
  /** Those of them that were sent to other threads in this schedule, or came from one. */
  private readonly travelled = new Set<number>();
  private readonly own = new WeakSet<SharedArrayBuffer>();
  private readonly thread: number;
  reachable: Reachable = { buffers: [], views: [], memories: new Map(), former: new Map() };
  /** The numbers of memories of WebAssembly: one that grows gets another buffer, in every thread, and stays what it is. */
  private readonly memories = new Map<object, number>();
  private shared: unknown;
  private readonly byNumber: DataView[] = [];
  private lastBuffer: ArrayBufferLike | undefined;
  private lastId = -1;

  /** Is called with the first use of a buffer that neither the shared value holds nor this thread has made. */
  onForeign: (() => void) | undefined;

  constructor(thread: number) {
    this.thread = thread;
  }

  /** Remembers a buffer that this thread makes for itself. */
  made(buffer: SharedArrayBuffer): void {
    this.own.add(buffer);
  }

  /** Takes a buffer that came in a message under the number that it has elsewhere. */
  adopt(buffer: SharedArrayBuffer, id: number): void {
    if (this.ids.has(buffer)) return;
    this.privateIds.set(buffer, id);
    this.travelled.add(id);
    this.lastBuffer = undefined;
  }

  /** The number of a buffer that goes to other threads: from now on they may have it, too. */
  sent(buffer: SharedArrayBuffer): number {
    const id = this.id(buffer);
    if (isOwnBuffer(id)) this.travelled.add(id);
    return id;
  }

  /** No other thread has the buffer with that number. */
  isPrivate(id: number): boolean {
    return isOwnBuffer(id) && !this.travelled.has(id);
  }

  /** Remembers that this memory has this buffer now. */
  look(memory: object, buffer: SharedArrayBuffer): void {
    const id = this.memories.get(memory);
    if (id === undefined || this.ids.has(buffer)) return;
    this.ids.set(buffer, id);
    this.grown();
  }

  /** Numbers the buffers of the shared value; `originals` is what they are clones of, where this thread has it. */
  register(shared: unknown, originals?: Reachable): void {
    this.shared = shared;
    if (originals !== undefined) this.number(originals);
    this.take(reachableBuffers(shared));
  }

  /** What has grown is as large as it is now. Numbers stay. */
  private grown(): void {
    const { memories, buffers } = this.reachable;
    const grew = [...memories.keys()].some((memory) => {
      const { buffer } = memory as { readonly buffer: SharedArrayBuffer };
      return buffer.byteLength > buffers[this.memories.get(memory) as number].byteLength;
    });
    if (grew) this.take(reachableBuffers(this.shared));
  }

  private take(reachable: Reachable): void {
    this.reachable = reachable;
    this.number(reachable);
    reachable.buffers.forEach((buffer, id) => {
      this.byNumber[id] = new DataView(buffer);
    });
  }

  private number({ buffers, memories, former }: Reachable): void {
    buffers.forEach((buffer, id) => {
      this.ids.set(buffer, id);
    });
    for (const [before, now] of former) this.ids.set(before, buffers.indexOf(now));
    for (const [memory, buffer] of memories)
      this.memories.set(memory, buffers.indexOf(former.get(buffer) ?? buffer));
  }

  /** The buffer's number; -1 for one that is not shared, with which no other thread can interfere. */
  id(buffer: ArrayBufferLike): number {
    if (buffer === this.lastBuffer) return this.lastId;
    let id = this.ids.get(buffer as SharedArrayBuffer) ?? this.privateIds.get(buffer as SharedArrayBuffer);
    if (id === undefined) {
      if (!types.isSharedArrayBuffer(buffer)) return -1;
      id = ownBuffer(this.thread, this.privates++);
      this.privateIds.set(buffer, id);
      if (!this.own.has(buffer)) this.onForeign?.();
    }
    this.lastBuffer = buffer;
    this.lastId = id;
    return id;
  }

  /** A schedule begins: the thread's own buffers are numbered anew, so that every schedule numbers them alike. */
  beginSchedule(): void {
    if (this.privateIds.size === 0) return;
    this.privates = 0;
    this.privateIds.clear();
    this.travelled.clear();
    this.lastBuffer = undefined;
  }

  /** The bytes of a buffer of the shared value; undefined for one that a thread made for itself. */
  bytes(id: number): DataView | undefined {
    return this.byNumber[id];
  }

  /** Takes the copies from which every schedule starts. */
  save(ranges: readonly RestoreRange[] | undefined): void {
    this.grown();
    const { buffers } = this.reachable;
    const all = ranges ?? buffers.map((buffer, id) => ({ buffer: id, start: 0, end: buffer.byteLength }));
    this.saved = all.map((range) => {
      const live = new Uint8Array(buffers[range.buffer], range.start, range.end - range.start);
      const bytes = range.end - range.start;
      const small = range.start % 4 === 0 && bytes % 4 === 0 && bytes / 4 <= LOOP_WORDS_MAX;
      const copy = live.slice();
      return {
        live,
        words: small ? new Int32Array(buffers[range.buffer], range.start, bytes / 4) : undefined,
        copy,
        copiedWords: new Int32Array(copy.buffer, 0, bytes >> 2),
      };
    });
  }

  restore(): void {
    const saved = this.saved;
    for (let i = 0; i < saved.length; i++) {
      const { words, copiedWords } = saved[i];
      if (words === undefined) saved[i].live.set(saved[i].copy);
      else for (let w = 0; w < words.length; w++) words[w] = copiedWords[w];
    }
  }

  /** Bytes that are put back before every schedule. */
  get savedBytes(): number {
    return this.saved.reduce((sum, { copy }) => sum + copy.length, 0);
  }

  /** Visits the bytes that differ from what every schedule starts with, by buffer and offset. */
  forEachChange(visit: (buffer: number, offset: number) => void): void {
    for (const { live, copy } of this.saved) {
      const buffer = this.ids.get(live.buffer as unknown as SharedArrayBuffer) ?? -1;
      for (let i = 0; i < copy.length; i++) if (live[i] !== copy[i]) visit(buffer, live.byteOffset + i);
    }
  }
}
