import { ABANDON, FLAG, H, T, TIMEOUTS, W, WAITER_GONE } from '../words/layout.ts';
import { IDLE_ENDED, KIND } from '../words/operation.ts';
import { ANYWHERE, ownPlace } from '../words/place.ts';
import type { Engine } from './engine.ts';
import { ForeignPatience } from './foreign_wait.ts';
import { realSetImmediate, realSetTimeout } from './originals.ts';

interface Pending {
  /** Waiter table entry of a waitAsync, or -1 for a timer. */
  readonly waiter: number;
  readonly dueMs: number;
  readonly id: number;
  /** False for a timer after `unref()`: it does not keep the thread alive. */
  ref: boolean;
  readonly fire: (result: string) => void;
}

/** Work that the host was asked for, which will end; other things are merely open, and nobody may ever write to them. */
const WORK = /Req|Job/;
/** Result of a step "idle": its notify came, its timer fired. A third is `IDLE_ENDED`. */
const RESUMED = 1;
const FIRED = 2;

/**
 * Threads that are asynchronous functions. Their microtasks run under the same control as everything else;
 * when a thread has none left and waits for its own `Atomics.waitAsync` or timers, it announces the
 * operation "idle", which is enabled when one of these can fire.
 *
 * As in Node.js, a waitAsync does not keep a thread alive, with a timeout or without: where it has nothing else to do, no
 * timer and nothing of the host, the thread ends, unless the notify came before. (Seen in Node.js 20.20, 22.23 and 24.21; a
 * module that awaits one at its top level ends with exit code 13.) A scenario that exports `listens` says that its threads
 * stand for Workers that something else keeps alive.
 */
export class Asynchronous {
  private readonly engine: Engine;
  private readonly active: () => string[];
  private readonly foreign = new ForeignPatience();
  /** The word that counts this thread's timers. */
  private readonly timers: number;
  private pending: Pending[] = [];
  private ids = 0;
  /** Something outside the scenario keeps its threads alive. */
  listens = false;

  /** @param active what the host has under way for this thread beside the explorer, by what Node.js calls it */
  constructor(engine: Engine, active: () => string[]) {
    this.engine = engine;
    this.active = active;
    this.timers = engine.layout.threads + engine.me * T.WORDS + T.TIMERS;
  }

  /** Forgets what is pending: the schedule begins or was abandoned. */
  reset(): void {
    if (this.pending.length > 0) this.pending = [];
  }

  addWaiter(waiter: number, milliseconds: number): Promise<string> {
    return new Promise((resolve) => {
      this.pending.push({
        waiter,
        dueMs: this.engine.clock.timeMs() + milliseconds,
        id: ++this.ids,
        ref: false,
        fire: resolve,
      });
    });
  }

  addTimer(milliseconds: number, fire: () => void, ref = true): number {
    const dueMs = this.engine.clock.timeMs() + (milliseconds > 0 ? milliseconds : 0);
    this.pending.push({ waiter: -1, dueMs, id: ++this.ids, ref, fire });
    this.countTimers();
    return this.ids;
  }

  /** `ref()` and `unref()` of a timer. */
  setRef(id: number, ref: boolean): void {
    for (const entry of this.pending) if (entry.waiter < 0 && entry.id === id) entry.ref = ref;
    this.countTimers();
  }

  removeTimer(id: unknown): void {
    this.pending = this.pending.filter((entry) => entry.waiter >= 0 || entry.id !== id);
    this.countTimers();
  }

  /** Writes down how many timers wait to run and keep the thread alive. */
  private countTimers(): void {
    let timers = 0;
    for (const entry of this.pending) if (entry.waiter < 0 && entry.ref) timers++;
    this.engine.words[this.timers] = timers;
  }

  /** A thread that something keeps alive has returned, and would go on when one of its waits is notified. */
  get leftBehind(): boolean {
    return this.listens && this.pending.some((entry) => entry.waiter >= 0);
  }

  /**
   * Runs a thread's promise to its end; without one, what the thread has left to the event loop: microtasks, and timers
   * until there are none. Throws what the promise rejects with, what a timer throws, or the abandonment.
   */
  async settle(promise: PromiseLike<unknown> | undefined): Promise<void> {
    const { engine } = this;
    let settled = promise === undefined;
    let rejected: { readonly error: unknown } | undefined;
    promise?.then(
      () => {
        settled = true;
      },
      (error: unknown) => {
        settled = true;
        rejected = { error };
      },
    );
    this.foreign.reset();
    for (;;) {
      // A macrotask of the host: when it comes, the microtasks have run.
      engine.controlled = true;
      await new Promise<void>((resolve) => realSetImmediate(resolve));
      if (settled && (promise !== undefined || engine.words[this.timers] === 0)) break;
      // A microtask has failed: what it was to bring about does not come.
      if (engine.words[H.ABANDON] !== ABANDON.NONE) break;
      if (this.pending.length > 0) {
        this.foreign.reset();
        if (this.fireNext()) continue;
        return;
      }
      // Nothing of ours is pending. Where something of the host is under way, it is waited for.
      const active = this.active();
      if (this.foreign.over(active.some((name) => WORK.test(name)))) {
        throw new ForeignWait(
          active.length === 0
            ? 'no thread and no timer can settle it'
            : `the host has under way: ${active.join(', ')}`,
        );
      }
      engine.words[H.BEAT]++;
      await new Promise<void>((resolve) => realSetTimeout(resolve, 1));
    }
    if (rejected !== undefined) throw rejected.error;
  }

  /** Waits until something pending can fire, and fires it; false if the thread has ended instead. */
  private fireNext(): boolean {
    const { engine, pending } = this;
    const alive = this.listens || pending.some((entry) => entry.ref) || this.active().length > 0;
    // With one wait and no timeout it does nothing but follow the notify that enabled it. Otherwise what fires, or
    // whether the thread ends, turns on which notifies came before.
    const waits = pending.some((entry) => entry.waiter >= 0);
    const certain = alive && pending.length === 1 && pending[0].dueMs === Number.POSITIVE_INFINITY;
    engine.announce(KIND.IDLE, waits && !certain ? ANYWHERE : ownPlace(engine.me), 0, 0, 0, 0);
    const due = this.ready();
    if (alive && due !== undefined && this.isTimeout(due)) engine.sleep.begin(false, true);
    else engine.setEnabled(!alive || due !== undefined);
    engine.yieldTurn();
    const entry = this.ready();
    if (!alive && (entry === undefined || !this.isNotified(entry))) {
      this.end();
      return false;
    }
    engine.sleep.end(entry === undefined || !this.isTimeout(entry));
    this.fire(entry as Pending);
    return true;
  }

  private fire(entry: Pending): void {
    const { engine } = this;
    const { words, layout } = engine;
    this.pending.splice(this.pending.indexOf(entry), 1);
    this.countTimers();
    const notified = this.isNotified(entry);
    const waiter = layout.waiters + entry.waiter * W.WORDS;
    if (notified) words[engine.block + T.BY] = words[waiter + W.BY];
    if (entry.waiter >= 0) words[waiter] = 0;
    if (!notified) engine.clock.advanceTimeTo(entry.dueMs);
    engine.leave(notified ? FLAG.WOKE : FLAG.TIMED_OUT, entry.waiter >= 0 ? RESUMED : FIRED, 0);
    entry.fire(notified ? 'ok' : 'timed-out');
  }

  /** The thread ends, as Node.js would end it; what it awaits stays on record for the verdict. */
  private end(): void {
    const { engine } = this;
    const { words, layout } = engine;
    words[H.GONE] |= 1 << engine.me;
    for (const entry of this.pending) {
      if (entry.waiter >= 0) words[layout.waiters + entry.waiter * W.WORDS] = WAITER_GONE;
    }
    engine.leave(0, IDLE_ENDED, 0);
    this.pending = [];
  }

  private isNotified(entry: Pending): boolean {
    const { words, layout } = this.engine;
    return entry.waiter >= 0 && words[layout.waiters + entry.waiter * W.WORDS] === 2;
  }

  /** A wait that was not notified: whether and when it times out is for the schedule's rule to say. */
  private isTimeout(entry: Pending): boolean {
    return entry.waiter >= 0 && !this.isNotified(entry);
  }

  /** What fires next: a notified wait, in the order in which they were begun, else the earliest due. */
  private ready(): Pending | undefined {
    const never = this.engine.words[H.TIMEOUTS] === TIMEOUTS.NEVER;
    let earliest: Pending | undefined;
    for (const entry of this.pending) {
      if (this.isNotified(entry)) return entry;
      if (never && entry.waiter >= 0) continue;
      if (entry.dueMs < (earliest?.dueMs ?? Number.POSITIVE_INFINITY)) earliest = entry;
    }
    return earliest;
  }
}

/** The thread awaits something that no thread of the scenario and no virtual timer can bring about. */
export class ForeignWait extends Error {
  override readonly name = 'ForeignWait';
  constructor(why: string) {
    super(`awaits something outside the explorer's control (${why})`);
  }
}
