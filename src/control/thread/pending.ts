import { FLAG, H, T, TIMEOUTS, W, WAITER_GONE } from '../words/layout.ts';
import type { Engine } from './engine.ts';

/** What a thread has left to its event loop: a wait of `Atomics.waitAsync`, a timer, an immediate. */
export interface Pending {
  /** Waiter table entry of a waitAsync, or -1. */
  readonly waiter: number;
  /** By the thread's clock, in ms; an immediate is always due. */
  readonly dueMs: number;
  readonly immediate: boolean;
  readonly id: number;
  /** False for a timer after `unref()`: it does not keep the thread alive. */
  ref: boolean;
  /** The event of its thread, by its number, in which it was begun. */
  readonly turn: number;
  readonly fire: (result: string) => void;
}

/** The waits and timers of one thread, in the order in which they were begun. */
export class PendingList {
  private readonly engine: Engine;
  /** The word that counts this thread's timers. */
  private readonly timers: number;
  private ids = 0;
  all: Pending[] = [];
  /** Number of the event that the thread is at. */
  turn = 0;
  /** What Node.js runs in one go with the timer or immediate that fired last. */
  private phase: Pending[] = [];

  constructor(engine: Engine) {
    this.engine = engine;
    this.timers = engine.layout.threads + engine.me * T.WORDS + T.TIMERS;
  }

  /** Forgets what is pending: the schedule begins or was abandoned. */
  reset(): void {
    if (this.all.length > 0) this.all = [];
    this.phase = [];
    this.turn = 0;
  }

  /** @param id that of a timer that begins once more; by default a new one */
  add(what: Omit<Pending, 'id' | 'turn'>, id = ++this.ids): number {
    this.all.push({ ...what, id, turn: this.turn });
    this.countTimers();
    return id;
  }

  /**
   * A timer or immediate of a program's thread fires. Those that Node.js runs in the same phase of its loop come next, before
   * any message: all immediates that there are now, all timers that were begun in the same event and are due at the same time.
   */
  beginPhase(entry: Pending): void {
    if (entry.waiter >= 0) this.phase = [];
    else if (this.nextInPhase() !== entry) this.phase = this.all.filter((other) => sharesPhase(entry, other));
  }

  /** The next of the phase that is under way, if one is. */
  nextInPhase(): Pending | undefined {
    return this.phase.find((entry) => this.all.includes(entry));
  }

  setRef(id: number, ref: boolean): void {
    for (const entry of this.all) if (entry.waiter < 0 && entry.id === id) entry.ref = ref;
    this.countTimers();
  }

  removeTimer(id: unknown): void {
    this.all = this.all.filter((entry) => entry.waiter >= 0 || entry.id !== id);
    this.countTimers();
  }

  /** Writes down how many timers wait to run and keep the thread alive. */
  private countTimers(): void {
    let timers = 0;
    for (const entry of this.all) if (entry.waiter < 0 && entry.ref) timers++;
    this.engine.words[this.timers] = timers;
  }

  get hasTimers(): boolean {
    return this.engine.words[this.timers] > 0;
  }

  get keepsAlive(): boolean {
    return this.all.some((entry) => entry.ref);
  }

  get waits(): boolean {
    return this.all.some((entry) => entry.waiter >= 0);
  }

  /** When the first timer is due that is no immediate; infinity where there is none. */
  get firstDueMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const { waiter, immediate, dueMs } of this.all) {
      if (waiter < 0 && !immediate && dueMs < first) first = dueMs;
    }
    return first;
  }

  isNotified({ waiter }: Pending): boolean {
    const { words, layout } = this.engine;
    return waiter >= 0 && words[layout.waiters + waiter * W.WORDS] === 2;
  }

  /** A wait that was not notified: whether and when it times out is for the schedule's rule to say. */
  isTimeout(entry: Pending): boolean {
    return entry.waiter >= 0 && !this.isNotified(entry);
  }

  /** What fires next: a notified wait, in the order in which they were begun, else the earliest due. */
  ready(): Pending | undefined {
    const never = this.engine.words[H.TIMEOUTS] === TIMEOUTS.NEVER;
    let earliest: Pending | undefined;
    for (const entry of this.all) {
      if (this.isNotified(entry)) return entry;
      if (never && entry.waiter >= 0) continue;
      if (entry.dueMs < (earliest?.dueMs ?? Number.POSITIVE_INFINITY)) earliest = entry;
    }
    return earliest;
  }

  /** Takes an entry out of the list as it fires, and its wait out of the table. Returns whether it was notified. */
  take(entry: Pending): boolean {
    const { engine } = this;
    const { words, layout } = engine;
    this.all.splice(this.all.indexOf(entry), 1);
    this.countTimers();
    const notified = this.isNotified(entry);
    const waiter = layout.waiters + entry.waiter * W.WORDS;
    if (notified) words[engine.block + T.BY] = words[waiter + W.BY];
    if (entry.waiter >= 0) words[waiter] = 0;
    return notified;
  }

  /** The thread ends; what it awaits stays on record for the verdict. Returns whether it awaited anything. */
  abandon(): boolean {
    const { words, layout } = this.engine;
    const waits = this.waits;
    for (const entry of this.all) {
      if (entry.waiter >= 0) words[layout.waiters + entry.waiter * W.WORDS] = WAITER_GONE;
    }
    this.all = [];
    return waits;
  }
}

function sharesPhase(entry: Pending, other: Pending): boolean {
  if (entry.immediate || other.immediate) return entry.immediate && other.immediate;
  return other.waiter < 0 && other.dueMs === entry.dueMs && other.turn === entry.turn;
}

/** The flags of a step in which a wait or timer fires. */
export function firedFlags(notified: boolean): number {
  return notified ? FLAG.WOKE : FLAG.TIMED_OUT;
}
