import { ABANDON, FLAG, H, T, TIMEOUTS, W } from '../control/layout.ts';
import { ANYWHERE, KIND } from '../control/operation.ts';
import type { Engine } from './engine.ts';
import { ForeignPatience } from './foreign_wait.ts';
import { realSetImmediate, realSetTimeout } from './originals.ts';

interface Pending {
  /** Waiter table entry of a waitAsync, or -1 for a timer. */
  readonly waiter: number;
  readonly dueMs: number;
  readonly id: number;
  readonly fire: (result: string) => void;
}

/**
 * Threads that are asynchronous functions. Their microtasks run under the same control as everything else;
 * when a thread has none left and waits for its own `Atomics.waitAsync` or timers, it announces the
 * operation "idle", which is enabled when one of these can fire.
 */
export class Asynchronous {
  private readonly engine: Engine;
  private readonly foreign = new ForeignPatience();
  private pending: Pending[] = [];
  private ids = 0;
  /** The word that counts this thread's timers. */
  private readonly timers: number;

  constructor(engine: Engine) {
    this.engine = engine;
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
        fire: resolve,
      });
    });
  }

  addTimer(milliseconds: number, fire: () => void): number {
    const dueMs = this.engine.clock.timeMs() + (milliseconds > 0 ? milliseconds : 0);
    this.pending.push({ waiter: -1, dueMs, id: ++this.ids, fire });
    this.countTimers();
    return this.ids;
  }

  removeTimer(id: unknown): void {
    this.pending = this.pending.filter((entry) => entry.waiter >= 0 || entry.id !== id);
    this.countTimers();
  }

  /** Tells whoever reads the words how many timers wait to run. */
  private countTimers(): void {
    let timers = 0;
    for (const entry of this.pending) if (entry.waiter < 0) timers++;
    this.engine.words[this.timers] = timers;
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
        this.fireNext();
        continue;
      }
      if (this.foreign.over()) throw new ForeignWait();
      engine.words[H.BEAT]++;
      await new Promise<void>((resolve) => realSetTimeout(resolve, 1));
    }
    if (rejected !== undefined) throw rejected.error;
  }

  /** Waits until something pending can fire, and fires it. */
  private fireNext(): void {
    const { engine } = this;
    const { words, layout } = engine;
    // With one wait and no timeout it does nothing but follow the notify that enabled it. Otherwise what fires turns
    // on which notifies came before.
    const { pending } = this;
    const waits = pending.some((entry) => entry.waiter >= 0);
    const certain = pending.length === 1 && pending[0].dueMs === Number.POSITIVE_INFINITY;
    engine.point(KIND.IDLE, waits && !certain ? ANYWHERE : -2 - engine.me, 0, 0, 0, 0);
    const due = this.ready();
    if (due !== undefined && this.isTimeout(due)) engine.fallAsleep(false, true);
    else engine.setEnabled(due !== undefined);
    engine.yieldTurn();
    const entry = this.ready() as Pending;
    engine.wakeUp(!this.isTimeout(entry));
    this.pending.splice(this.pending.indexOf(entry), 1);
    this.countTimers();
    let result = 'timed-out';
    if (entry.waiter >= 0) {
      const w = layout.waiters + entry.waiter * W.WORDS;
      if (words[w] === 2) result = 'ok';
      words[w] = 0;
    }
    if (result !== 'ok') engine.clock.advanceTimeTo(entry.dueMs);
    engine.record(result === 'ok' ? FLAG.WOKE : FLAG.TIMED_OUT, entry.waiter >= 0 ? 1 : 2, 0);
    entry.fire(result);
  }

  /** A wait that was not notified: whether and when it times out is for the schedule's rule to say. */
  private isTimeout(entry: Pending): boolean {
    const { words, layout } = this.engine;
    return entry.waiter >= 0 && words[layout.waiters + entry.waiter * W.WORDS] !== 2;
  }

  /** What fires next: a notified wait, in the order in which they were begun, else the earliest due. */
  private ready(): Pending | undefined {
    const { words, layout } = this.engine;
    const never = words[H.TIMEOUTS] === TIMEOUTS.NEVER;
    let earliest: Pending | undefined;
    for (const entry of this.pending) {
      if (entry.waiter >= 0 && words[layout.waiters + entry.waiter * W.WORDS] === 2) return entry;
      if (never && entry.waiter >= 0) continue;
      if (entry.dueMs < (earliest?.dueMs ?? Number.POSITIVE_INFINITY)) earliest = entry;
    }
    return earliest;
  }
}

/** The thread awaits something that no thread of the scenario and no virtual timer can bring about. */
export class ForeignWait extends Error {
  override readonly name = 'ForeignWait';
  constructor() {
    super('the thread awaits something outside the explorer’s control (input, a message, a real timer)');
  }
}
