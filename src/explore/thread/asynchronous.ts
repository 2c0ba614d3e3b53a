import { FLAG, H, T, W, WAITER_GONE } from '../control/layout.ts';
import { ANYWHERE, KIND } from '../control/operation.ts';
import type { Engine } from './engine.ts';
import { realSetImmediate, realSetTimeout } from './originals.ts';
import type { Outside } from './outside.ts';

interface Pending {
  /** Waiter table entry of a waitAsync, or -1 for a timer. */
  readonly waiter: number;
  readonly dueMs: number;
  readonly id: number;
  /** False for a timer after `unref()`: it does not keep the thread alive. */
  ref: boolean;
  readonly fire: (result: string) => void;
}

/**
 * How long a thread may await something of the host before it is given up, in ms: work that the host was asked for, which
 * will end; something that is merely open (a port, a socket), to which nobody may ever write.
 */
const WORK_WAIT_MS = 10_000;
const OPEN_WAIT_MS = 300;
const WORK = /Req|Job/;
/** Turns of the event loop after which nothing can come any more where nothing of the host is under way. */
const EMPTY_TURNS = 20;
/** Result of a step "idle": its notify came, its timer fired, the thread ended. */
const RESUMED = 1;
const FIRED = 2;
const ENDED = 3;

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
  private readonly outside: Outside;
  private pending: Pending[] = [];
  private ids = 0;
  /** Something outside the scenario keeps its threads alive. */
  listens = false;

  constructor(engine: Engine, outside: Outside) {
    this.engine = engine;
    this.outside = outside;
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
    return this.ids;
  }

  /** `ref()` and `unref()` of a timer. */
  setRef(id: number, ref: boolean): void {
    for (const entry of this.pending) if (entry.waiter < 0 && entry.id === id) entry.ref = ref;
  }

  removeTimer(id: unknown): void {
    this.pending = this.pending.filter((entry) => entry.waiter >= 0 || entry.id !== id);
  }

  /** Something is to come that a thread which returned no promise would still do: its callback is not run. */
  get leftBehind(): boolean {
    return this.pending.some((entry) => entry.ref || entry.waiter >= 0);
  }

  /** Runs a thread's promise to its end. Throws what it rejects with, or the abandonment. */
  async settle(promise: PromiseLike<unknown>): Promise<void> {
    const { engine } = this;
    let settled = false;
    let rejected: { readonly error: unknown } | undefined;
    promise.then(
      () => {
        settled = true;
      },
      (error: unknown) => {
        settled = true;
        rejected = { error };
      },
    );
    let empty = 0;
    let foreignSince = 0;
    for (;;) {
      // A macrotask of the host: when it comes, the microtasks have run.
      engine.controlled = true;
      await new Promise<void>((resolve) => realSetImmediate(resolve));
      if (settled) break;
      if (this.pending.length > 0) {
        empty = 0;
        foreignSince = 0;
        if (this.fireNext()) continue;
        return;
      }
      // Nothing of ours is pending. Where something of the host is under way, it is waited for.
      const active = this.outside.active();
      if (active.length === 0) {
        if (++empty > EMPTY_TURNS) throw new ForeignWait('no thread and no timer can settle it');
        continue;
      }
      if (foreignSince === 0) foreignSince = process.uptime();
      const patience = active.some((name) => WORK.test(name)) ? WORK_WAIT_MS : OPEN_WAIT_MS;
      if ((process.uptime() - foreignSince) * 1000 > patience) {
        throw new ForeignWait(`the host has under way: ${active.join(', ')}`);
      }
      engine.words[H.BEAT]++;
      await new Promise<void>((resolve) => realSetTimeout(resolve, 1));
    }
    if (rejected !== undefined) throw rejected.error;
  }

  /** Waits until something pending can fire, and fires it; false if the thread has ended instead. */
  private fireNext(): boolean {
    const { engine, pending } = this;
    const { words, layout } = engine;
    const block = layout.threads + engine.me * T.WORDS;
    const alive = this.listens || pending.some((entry) => entry.ref) || this.outside.active().length > 0;
    // With one wait and no timeout it does nothing but follow the notify that enabled it. Otherwise what fires, or
    // whether the thread ends, turns on which notifies came before.
    const waits = pending.some((entry) => entry.waiter >= 0);
    const certain = alive && pending.length === 1 && pending[0].dueMs === Number.POSITIVE_INFINITY;
    engine.point(KIND.IDLE, waits && !certain ? ANYWHERE : -2 - engine.me, 0, 0, 0, 0);
    engine.setEnabled(!alive || this.ready() !== undefined);
    words[block + T.TIMERS] = pending.length;
    engine.yieldTurn();
    const entry = this.ready();
    if (!alive && (entry === undefined || !this.isNotified(entry))) {
      this.end();
      return false;
    }
    this.fire(entry as Pending);
    return true;
  }

  private fire(entry: Pending): void {
    const { engine } = this;
    const { words, layout } = engine;
    this.pending.splice(this.pending.indexOf(entry), 1);
    const notified = this.isNotified(entry);
    if (entry.waiter >= 0) words[layout.waiters + entry.waiter * W.WORDS] = 0;
    if (!notified) engine.clock.advanceTimeTo(entry.dueMs);
    engine.record(notified ? FLAG.WOKE : FLAG.TIMED_OUT, entry.waiter >= 0 ? RESUMED : FIRED, 0);
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
    engine.record(0, ENDED, 0);
    this.pending = [];
  }

  private isNotified(entry: Pending): boolean {
    const { words, layout } = this.engine;
    return entry.waiter >= 0 && words[layout.waiters + entry.waiter * W.WORDS] === 2;
  }

  /** What fires next: a notified wait, in the order in which they were begun, else the earliest due. */
  private ready(): Pending | undefined {
    let earliest: Pending | undefined;
    for (const entry of this.pending) {
      if (this.isNotified(entry)) return entry;
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
