import type { Buffers } from '../../control/memory/buffers.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import type { Engine } from '../../control/thread/engine.ts';
import type { StepObserver } from '../../control/thread/observer.ts';
import { NO_SITE, type PlainAccesses, type PlainListener } from '../../control/thread/plain_accesses.ts';
import { FAULT, N } from '../../control/words/fault.ts';
import { ABANDON, FLAG, H, R, W } from '../../control/words/layout.ts';
import { EFFECT, EVENT, KIND, READS } from '../../control/words/operation.ts';
import { isMemory, isOwnBuffer } from '../../control/words/place.ts';
import { flagsOf, kindOf, sizeOf } from '../../control/words/record.ts';
import { type Access, RaceBook } from './book.ts';
import { Clocks } from './clocks.ts';
import type { PlainSteps } from './plain_steps.ts';
import { ReadLoop } from './read_loop.ts';
import type { RaceReport } from './report.ts';
import { CELL, HEADER, Shadow, ShadowFull } from './shadow.ts';

const { PLAIN_READ, PLAIN_WRITE, ATOMIC_READ, ATOMIC_WRITE, WHERE } = CELL;

/** What a kind of access races with, if nothing orders the two. */
const RACES_WITH: Readonly<Record<number, readonly number[]>> = {
  [PLAIN_READ]: [PLAIN_WRITE, ATOMIC_WRITE],
  [PLAIN_WRITE]: [PLAIN_WRITE, ATOMIC_WRITE, PLAIN_READ, ATOMIC_READ],
  [ATOMIC_READ]: [PLAIN_WRITE],
  [ATOMIC_WRITE]: [PLAIN_WRITE, PLAIN_READ],
};

/** Atomic accesses with which one races too, if their ranges overlap without being equal. */
const MIXES_WITH: Readonly<Record<number, readonly number[]>> = {
  [PLAIN_READ]: [],
  [PLAIN_WRITE]: [],
  [ATOMIC_READ]: [ATOMIC_WRITE],
  [ATOMIC_WRITE]: [ATOMIC_WRITE, ATOMIC_READ],
};

/** Steps that hear of another thread's, and all by which threads hear of one another beside memory. */
const HEARS: ReadonlySet<number> = new Set([KIND.START, KIND.RECEIVE, KIND.DELIVER]);
const MESSAGES: ReadonlySet<number> = new Set([...HEARS, KIND.SEND, KIND.SPAWN, KIND.END]);

const ALL_BYTES = 4;

/**
 * Finds data races by the letter of the memory model of ECMA-262: two accesses of different threads that overlap, at
 * least one a write, not both atomic with equal ranges, and neither happens before the other.
 *
 * Each granule of memory keeps the last access of each kind by each thread. That is enough: an earlier one of the same
 * thread and kind happens before whatever the last one happens before.
 *
 * No scheduling point is needed at a plain access: in a program without data races no other thread can tell when it happens.
 */
export class RaceDetector implements StepObserver, PlainListener {
  private readonly engine: Engine;
  private readonly buffers: Buffers;
  private readonly shadow: Shadow;
  private readonly clocks: Clocks;
  private readonly plain: PlainAccesses;
  private readonly steps: PlainSteps;
  private readonly threads: number;
  private readonly me: number;
  /** Where its cell is within a record. */
  private readonly ownCell: number;
  private readonly book: RaceBook;
  /** The one under way; no objects are made for it. */
  private readonly now: Access = { kind: 0, buffer: 0, offset: 0, bytes: 0, where: 0 };
  private readonly loop = new ReadLoop();
  /** The rest of this schedule is not looked at. */
  private full = false;
  private acted = false;
  private takesCallSites = false;
  /** Threads may be killed or stopped before any write: each is a step. */
  private mayBeTaken = false;

  constructor(engine: Engine, buffers: Buffers, plain: PlainAccesses, shadow: Shadow, steps: PlainSteps) {
    this.engine = engine;
    this.buffers = buffers;
    this.book = new RaceBook(engine, plain, shadow.words);
    this.shadow = shadow;
    this.plain = plain;
    this.steps = steps;
    this.me = engine.me;
    this.threads = shadow.layout.threads;
    this.clocks = new Clocks(shadow, engine.me);
    this.ownCell = Shadow.HEAD + engine.me * CELL.WORDS;
  }

  begin(): void {
    const { engine, shadow } = this;
    if (engine.sets.started.isOnly(engine.me)) {
      shadow.beginSchedule();
      this.clocks.beginSchedule();
    }
    shadow.enter();
    this.full = false;
    this.acted = false;
    this.loop.reset();
    this.takesCallSites = shadow.words[HEADER.CALL_SITES] !== 0;
    this.mayBeTaken = isAsked(engine, FAULT.KILL) || isAsked(engine, FAULT.STOP);
    this.book.begin();
  }

  // --- what threads do --------------------------------------------------------------------------------

  read(buffer: number, offset: number, bytes: number, site: number): void {
    if (this.isRepeated(PLAIN_READ, buffer, offset, bytes)) this.readAgain(buffer, offset);
    else if (!this.buffers.isPrivate(buffer)) {
      const isStep = this.steps.isStep(buffer, offset, bytes);
      if (isStep) this.steps.read(buffer, offset, bytes);
      this.access(PLAIN_READ, buffer, offset, bytes, site, isStep);
    }
  }

  write(buffer: number, offset: number, bytes: number, site: number): void {
    const { mayBeTaken } = this;
    if (!mayBeTaken && this.isRepeated(PLAIN_WRITE, buffer, offset, bytes)) return;
    if (this.buffers.isPrivate(buffer)) return;
    const isStep = this.steps.isStep(buffer, offset, bytes);
    if (isStep || mayBeTaken) this.steps.write(buffer, offset, bytes);
    this.access(PLAIN_WRITE, buffer, offset, bytes, site, isStep);
  }

  /**
   * Done before by this thread, and since then nobody could come to know of it: what it races with was seen, or will see
   * the one before. Most accesses are such ones, so this comes first. (Granules whose accesses are steps are always split.)
   */
  private isRepeated(kind: number, buffer: number, offset: number, bytes: number): boolean {
    if ((offset & 3) !== 0) return false;
    const { shadow, ownCell } = this;
    const time = this.clocks.now;
    if (bytes === 4) return shadow.holds(buffer, offset >>> 2, ownCell + kind, time);
    if (bytes !== 8) return false;
    return (
      shadow.holds(buffer, offset >>> 2, ownCell + kind, time) &&
      shadow.holds(buffer, (offset >>> 2) + 1, ownCell + kind, time)
    );
  }

  step(index: number): void {
    const { words, layout } = this.engine;
    const r = layout.trace + index * R.WORDS;
    const head = words[r];
    const kind = kindOf(head);
    try {
      if (kind === KIND.WAKE || kind === KIND.IDLE) {
        this.resumed(words[r + R.BY]);
        return;
      }
      if (MESSAGES.has(kind)) {
        this.message(kind, index);
        return;
      }
      if (kind === KIND.DIED) {
        if (words[r + R.RESULT] !== 0) this.clocks.acquireThread(words[r + R.A]);
        return;
      }
      const buffer = words[r + R.BUFFER];
      if (!isMemory(buffer) || this.buffers.isPrivate(buffer)) return;
      if (kind === KIND.NOTIFY) {
        if ((flagsOf(head) & FLAG.WOKE) !== 0) this.notified(index);
        return;
      }
      const offset = words[r + R.OFFSET];
      const size = sizeOf(head);
      if ((EFFECT[kind] & READS) !== 0) {
        this.clocks.acquire(buffer, offset, size);
        this.access(ATOMIC_READ, buffer, offset, size, index);
      }
      if ((flagsOf(head) & FLAG.WROTE) !== 0) {
        this.access(ATOMIC_WRITE, buffer, offset, size, index);
        this.clocks.release(buffer, offset, size);
      }
      if ((flagsOf(head) & FLAG.SLEPT) !== 0) this.clocks.releaseAt(index);
    } catch (error) {
      this.giveUp(error);
    }
  }

  /**
   * What a thread did before it posted something, started a Worker or ended comes before what follows in the thread that hears
   * of it: by a message, by being started, by the event of an end.
   */
  private message(kind: number, index: number): void {
    const { words, layout } = this.engine;
    const r = layout.trace + index * R.WORDS;
    const by = words[r + R.BY];
    if (HEARS.has(kind) && by >= 0) this.clocks.acquireAt(by);
    // The other end of a channel hears that one has closed when its own thread has.
    if (!HEARS.has(kind) || (kind === KIND.DELIVER && words[r + R.RESULT] === EVENT.CLOSE))
      this.clocks.releaseAt(index);
  }

  /** A notify found threads asleep: it comes after their waits, and they come back after it. */
  private notified(index: number): void {
    const { words, layout } = this.engine;
    for (let i = 0; i < words[H.WAITERS]; i++) {
      const waiter = layout.waiters + i * W.WORDS;
      if (words[waiter + W.BY] === index && words[waiter + W.STATE] === 2) {
        this.clocks.acquireAt(words[waiter + W.STEP]);
      }
    }
    this.clocks.releaseAt(index);
  }

  /** A thread comes back from a wait, or goes on after waitAsync, by the notify at that step. */
  private resumed(by: number): void {
    const { words, layout } = this.engine;
    if (by >= 0 && kindOf(words[layout.trace + by * R.WORDS]) === KIND.NOTIFY) this.clocks.acquireAt(by);
  }

  // --- records ----------------------------------------------------------------------------------------

  /** @param isStep it was a step, and so are those of its neighbours in the same granule */
  private access(
    kind: number,
    buffer: number,
    offset: number,
    bytes: number,
    where: number,
    isStep = false,
  ): void {
    if (!this.acted) this.act();
    // A loop that runs alone is no part of the schedule.
    if (this.full || this.engine.words[H.PROBE] !== 0) return;
    const { now, shadow } = this;
    now.kind = kind;
    now.buffer = buffer;
    now.offset = offset;
    now.bytes = bytes;
    now.where = where;
    const end = offset + bytes;
    try {
      for (let at = offset; at < end; ) {
        const granule = at >>> 2;
        const to = Math.min(end, granule * 4 + 4);
        const record = shadow.record(buffer, granule);
        if (to - at === ALL_BYTES && !isStep && !shadow.isSplit(record)) this.look(record, at);
        else this.lookAtBytes(record, at, to);
        at = to;
      }
    } catch (error) {
      this.giveUp(error);
    }
  }

  private lookAtBytes(record: number, from: number, to: number): void {
    const first = this.shadow.bytesOf(record);
    const { recordWords } = this.shadow.layout;
    for (let at = from; at < to; at++) this.look(first + (at % 4) * recordWords, at);
  }

  /** Compares the access under way with the last ones of the other threads, and keeps it. */
  private look(record: number, at: number): void {
    const { words } = this.shadow;
    const { clocks, me, threads } = this;
    const { kind } = this.now;
    const cells = record + Shadow.HEAD;
    const mine = cells + me * CELL.WORDS + kind;
    const time = clocks.now;
    if (words[mine] === time && kind < ATOMIC_READ) {
      if (kind === PLAIN_READ) this.readAgain(this.now.buffer, at);
      return;
    }
    if (this.takesCallSites && kind < ATOMIC_READ && this.now.where === NO_SITE) {
      this.now.where = this.plain.callSite();
    }
    const against = RACES_WITH[kind];
    for (let thread = 0; thread < threads; thread++) {
      if (thread === me) continue;
      const cell = cells + thread * CELL.WORDS;
      const known = words[clocks.mine + thread];
      for (let i = 0; i < against.length; i++) {
        if (words[cell + against[i]] > known) this.found(thread, cell, against[i], at);
      }
      if (kind >= ATOMIC_READ) this.lookForMixed(thread, cell, known, at);
    }
    if (kind >= ATOMIC_READ && words[mine] !== 0) this.noteMixed(words[mine + WHERE]);
    words[mine] = time;
    words[mine + WHERE] = this.now.where;
    if (kind < ATOMIC_READ && this.engine.sites !== undefined) this.book.keep(mine);
  }

  /** The thread did something, in whatever schedule: what it does without any `Atomics` counts, too. */
  private act(): void {
    this.acted = true;
    this.engine.sets.acted.add(this.me);
  }

  /** A loop that reads a few words again and again goes on only where its reads are steps, so that others come between. */
  private readAgain(buffer: number, offset: number): void {
    if (!this.loop.again(buffer, offset)) return;
    let isNew = false;
    this.loop.forEach((of, at) => {
      if (this.addStep(of, at)) isNew = true;
    });
    this.loop.reset();
    // Some may have become steps by a race that is gone past, from the next run on.
    if (isNew || this.engine.words[H.MORE_STEPS] !== 0) this.beginAgain();
  }

  /** From the next run on the accesses there are steps. Memory that is made in schedules is not the same in all of them. */
  private addStep(buffer: number, offset: number): boolean {
    if (!isOwnBuffer(buffer)) return this.steps.add(buffer, offset);
    this.engine.notes.unwatched('what races of memory that threads make while they run lead to');
    return false;
  }

  /** All schedules are run anew. */
  private beginAgain(): never {
    const { words } = this.engine;
    words[H.MORE_STEPS] = 1;
    words[H.ABANDON] = ABANDON.PRUNED;
    throw ABANDONED;
  }

  private lookForMixed(thread: number, cell: number, known: number, at: number): void {
    const { words } = this.shadow;
    const against = MIXES_WITH[this.now.kind];
    for (let i = 0; i < against.length; i++) {
      const other = cell + against[i];
      if (words[other] <= known || this.isSameRange(words[other + WHERE])) continue;
      this.found(thread, cell, against[i], at);
    }
  }

  /** Has the atomic access of that step the same range as the one under way? */
  private isSameRange(step: number): boolean {
    const { words, layout } = this.engine;
    const r = layout.trace + step * R.WORDS;
    return words[r + R.OFFSET] === this.now.offset && sizeOf(words[r]) === this.now.bytes;
  }

  /** A record keeps the last atomic access only: where one thread's have several sizes, an earlier one may race unseen. */
  private noteMixed(step: number): void {
    if (this.isSameRange(step)) return;
    this.engine.notes.unwatched(
      'races of atomic operations of several sizes on one word, all but the last of each thread',
    );
  }

  // --- what was found ---------------------------------------------------------------------------------

  /** @param cell of the other thread; @param other the kind of its access; @param at the first byte that both touch */
  private found(thread: number, cell: number, other: number, at: number): void {
    if (!this.takesCallSites && this.isOfBuiltin(cell, other)) {
      // A mark may stand where it was called.
      this.shadow.words[HEADER.CALL_SITES] = 1;
      this.beginAgain();
    }
    if (this.book.isIntended(this.now, cell, other)) {
      // From the next run on its accesses are steps.
      this.book.goPast(this.now, thread, cell, other);
      if (this.addStep(this.now.buffer, at)) this.engine.words[H.MORE_STEPS] = 1;
    } else this.book.found(this.now, thread, cell, other, at);
  }

  /** Is one of the two accesses a builtin's, whose place was not taken? */
  private isOfBuiltin(cell: number, other: number): boolean {
    return (
      (this.now.kind < ATOMIC_READ && this.now.where === NO_SITE) ||
      (other < ATOMIC_READ && this.shadow.words[cell + other + WHERE] === NO_SITE)
    );
  }

  private giveUp(error: unknown): void {
    if (!(error instanceof ShadowFull)) throw error;
    this.full = true;
    this.engine.notes.unwatched('plain accesses beyond what the race detector keeps for one schedule');
  }

  report(): RaceReport {
    return this.book.report(this.clocks.now, this.steps.any);
  }
}

function isAsked({ words, layout }: Engine, fault: number): boolean {
  return words[layout.faults + N.ASKED + fault] !== 0;
}
