import { ABANDON, H, T, TIMEOUTS } from '../words/layout.ts';
import { IDLE_ENDED, KIND } from '../words/operation.ts';
import { ANYWHERE, ownPlace } from '../words/place.ts';
import { isUnwinding } from './abandon.ts';
import type { Engine } from './engine.ts';
import { ForeignPatience, ForeignWait } from './foreign_wait.ts';
import { realSetImmediate, realSetTimeout } from './originals.ts';
import { HOST_WORK } from './outside.ts';
import { firedFlags, type Pending, PendingList } from './pending.ts';
import { PortTable } from './port_table.ts';

/** What a program's thread has open that is none of its work: all ports and timers of its own are under control. */
const NO_WORK = /^(MessagePort|Timeout|Immediate|TTYWrap|PipeWrap)$/;
/** Result of a step "idle": its notify came, its timer fired. A third is `IDLE_ENDED`. */
const RESUMED = 1;
const FIRED = 2;

/** What one turn of the loop has led to: an event, and there may be others; looking at the host again later; the end. */
type Turn = 'again' | 'later' | 'end';

/**
 * The event loop of a thread. What its events lead to runs under the same control as everything else; where nothing is left to
 * run, the thread announces the operation "idle", which is enabled when something can happen: a wait of `Atomics.waitAsync` is
 * notified, a timer is due, a message has come to one of its ports. Which of several happens first is a decision.
 *
 * As in Node.js, a waitAsync does not keep a thread alive, with a timeout or without: where it has nothing else to do, no
 * timer, no port that is referenced and nothing of the host, the thread ends, unless the notify came before. (Seen in
 * Node.js 20.20, 22.23 and 24.21; a module that awaits one at its top level ends with exit code 13.) A scenario that exports
 * `listens` says that its threads stand for Workers that something else keeps alive.
 */
export class EventLoop {
  readonly pending: PendingList;
  readonly ports: PortTable;
  private readonly engine: Engine;
  private readonly active: () => string[];
  private readonly foreign = new ForeignPatience();
  /** What a message or the end of a port leads to: sets up the step, and returns what to call. */
  private deliver: (port: number) => () => void = () => () => undefined;
  /** The port whose messages are delivered just now, -1 where the last event was another. */
  delivering = -1;
  /** Something outside the scenario keeps its threads alive. */
  listens = false;
  /** What the host does for this thread without naming it as active: by what it is called, how many of them. */
  private readonly underWork = new Map<string, number>();

  /** @param active what the host has under way for this thread beside the explorer, by what Node.js calls it */
  constructor(engine: Engine, active: () => string[]) {
    this.engine = engine;
    this.active = active;
    this.pending = new PendingList(engine);
    this.ports = new PortTable(engine.words, engine.layout, engine.sets);
  }

  /** Forgets what is pending: the schedule begins or was abandoned. */
  reset(): void {
    this.pending.reset();
    this.foreign.reset();
    this.delivering = -1;
  }

  /** Work of the host's is under way until what is returned is called. */
  works(name: string): () => void {
    this.underWork.set(name, (this.underWork.get(name) ?? 0) + 1);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.underWork.set(name, (this.underWork.get(name) as number) - 1);
    };
  }

  /** Who takes messages out of ports. */
  deliversBy(deliver: (port: number) => () => void): void {
    this.deliver = deliver;
  }

  addWaiter(waiter: number, milliseconds: number): Promise<string> {
    return new Promise((resolve) => {
      const dueMs = this.engine.clock.timeMs() + milliseconds;
      this.pending.add({ waiter, dueMs, immediate: false, ref: false, fire: resolve });
    });
  }

  /** @param id that of a timer that begins once more; by default a new one */
  addTimer(milliseconds: number, fire: () => void, ref = true, immediate = false, id?: number): number {
    const dueMs = this.engine.clock.timeMs() + (milliseconds > 0 ? milliseconds : 0);
    return this.pending.add({ waiter: -1, dueMs, immediate, ref, fire }, id);
  }

  /** `ref()` and `unref()` of a timer. */
  setRef(id: number, ref: boolean): void {
    this.pending.setRef(id, ref);
  }

  removeTimer(id: unknown): void {
    this.pending.removeTimer(id);
  }

  /** A thread that something keeps alive has returned, and would go on when one of its waits is notified. */
  get leftBehind(): boolean {
    return this.listens && this.pending.waits;
  }

  /**
   * Runs a thread's promise to its end; without one, what the thread has left to the event loop: microtasks, timers and
   * ports until nothing keeps it alive. Throws what the promise rejects with, what an event throws, or the abandonment.
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
    const done = (): boolean => {
      if (settled && (promise !== undefined || !this.isKeptAlive)) return true;
      // A microtask has failed: what it was to bring about does not come.
      return engine.words[H.ABANDON] !== ABANDON.NONE;
    };
    await this.drive(() => (done() ? 'end' : this.turnOfScenario()));
    if (rejected !== undefined) throw rejected.error;
  }

  /**
   * Runs the loop of a program's thread until nothing keeps it alive, or `done`, which is asked before each event, says that it
   * ends for another reason. `begin` is the first event; it returns false where there is none. `threw` hears what an event
   * throws, before any tick or microtask that it has left.
   */
  run(begin: () => boolean, done: () => boolean, threw: (error: unknown) => void): Promise<void> {
    const event = (): Turn => {
      if (done()) return 'end';
      return begin() ? 'again' : this.turnOfProgram();
    };
    return this.drive(() => {
      for (;;) {
        try {
          return event();
        } catch (error) {
          if (isUnwinding(error) || error instanceof ForeignWait) throw error;
          threw(error);
          // As in Node.js the rest of a phase comes before the ticks and microtasks of an event that threw.
          if (this.pending.nextInPhase() === undefined) return 'again';
        }
      }
    });
  }

  /** A program's thread has something left to do. */
  get hasWork(): boolean {
    return this.pending.keepsAlive || this.ports.keepsAlive(this.engine.me) || this.underWay.length > 0;
  }

  private get isKeptAlive(): boolean {
    return this.pending.hasTimers || this.ports.keepsAlive(this.engine.me);
  }

  /** Each turn is a macrotask of the host's: ticks and microtasks of what it did run when it returns, as in Node.js. */
  private drive(turn: () => Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        this.engine.controlled = true;
        this.pending.turn++;
        try {
          const led = turn();
          if (led === 'again') realSetImmediate(look);
          else if (led === 'later') realSetTimeout(() => realSetImmediate(look), 1);
          else resolve();
        } catch (error) {
          reject(error);
        }
      };
      this.engine.controlled = true;
      realSetImmediate(look);
    });
  }

  /** Something of ours may still happen to this thread. */
  private get hasSources(): boolean {
    const { me } = this.engine;
    return this.pending.all.length > 0 || this.ports.keepsAlive(me) || this.ports.ready(me).length > 0;
  }

  /** Where nothing of ours is pending, what the host has under way is waited for, within limits. */
  private awaitHost(active: readonly string[], works: boolean): Turn {
    if (this.foreign.over(works)) {
      throw new ForeignWait(
        active.length === 0
          ? 'no thread and no timer can settle it'
          : `the host has under way: ${active.join(', ')}`,
      );
    }
    this.engine.words[H.BEAT]++;
    return 'later';
  }

  // --- a scenario's thread: its own clock, timers when it has nothing else to do --------------------------

  private turnOfScenario(): Turn {
    if (this.ports.hears(this.engine.me)) return this.turnWithMessages();
    if (this.hasSources) {
      this.foreign.reset();
      return this.nextOfScenario() ? 'again' : 'end';
    }
    const active = this.active();
    return this.awaitHost(
      active,
      active.some((name) => HOST_WORK.test(name)),
    );
  }

  /** Something keeps the thread alive beside its function. */
  private get isAlive(): boolean {
    const { pending, ports, engine } = this;
    return this.listens || pending.keepsAlive || ports.keepsAlive(engine.me) || this.active().length > 0;
  }

  /** Waits until something can happen, and lets it; false if the thread has ended instead. */
  private nextOfScenario(): boolean {
    const { engine, pending } = this;
    const { me } = engine;
    const alive = this.isAlive;
    // With one wait and no timeout it does nothing but follow the notify that enabled it. Otherwise what happens, or
    // whether the thread ends, turns on which notifies came before.
    const certain = alive && pending.all.length === 1 && pending.all[0].dueMs === Number.POSITIVE_INFINITY;
    engine.announce(KIND.IDLE, certain || !pending.waits ? ownPlace(me) : ANYWHERE, 0, 0, 0, 0);
    this.waitAsScenario(alive);
    engine.yieldTurn();
    const entry = pending.ready();
    if (!alive && (entry === undefined || !pending.isNotified(entry))) {
      this.end();
      return false;
    }
    engine.sleep.end(entry === undefined || !pending.isTimeout(entry));
    const due = entry as Pending;
    this.fire(due, pending.isNotified(due));
    return true;
  }

  private waitAsScenario(alive: boolean): void {
    const { engine, pending } = this;
    const due = pending.ready();
    if (alive && due !== undefined && pending.isTimeout(due)) engine.sleep.begin(false, true);
    else engine.setEnabled(!alive || due !== undefined);
  }

  /**
   * A thread that may hear messages: its events are those of a program's thread, with timers where nothing else can run, for what
   * waits for messages with a limit is a library. It ends where nothing keeps it alive, though its function still waits.
   */
  private turnWithMessages(): Turn {
    const { engine } = this;
    const host = this.hostFirst(this.underWay);
    if (host !== undefined) return host;
    const alive = this.isAlive;
    engine.announce(KIND.IDLE, ANYWHERE, 0, 0, 0, 0);
    if (alive) this.waitForEvent();
    else engine.setEnabled(true);
    engine.yieldTurn();
    if (!alive && this.happening().length === 0) {
      this.end();
      return 'end';
    }
    this.happenInProgram();
    return 'again';
  }

  // --- a program's thread: the clock of all, timers where nothing else can run ----------------------------

  /** What the host has under way for a program's thread. */
  private get underWay(): string[] {
    const works = [...this.underWork].filter(([, count]) => count > 0).map(([name]) => `${name}Job`);
    return [...this.active().filter((name) => !NO_WORK.test(name)), ...works];
  }

  /** The thread keeps its turn while the host works for it: what comes of that comes at the same moment in every schedule. */
  private hostFirst(active: readonly string[]): Turn | undefined {
    const works = active.some((name) => HOST_WORK.test(name));
    if (works || (active.length > 0 && !this.hasSources)) return this.awaitHost(active, works);
    this.foreign.reset();
    return undefined;
  }

  private turnOfProgram(): Turn {
    const { engine } = this;
    const active = this.underWay;
    const host = this.hostFirst(active);
    if (host !== undefined) return host;
    // Node.js lets a wait that was notified go on before it ends.
    const woken = this.pending.all.some((entry) => this.pending.isNotified(entry));
    if (!this.hasWork && !woken) return 'end';
    engine.announce(KIND.IDLE, ANYWHERE, 0, 0, 0, 0);
    this.waitForEvent();
    if (active.length > 0) engine.sets.outsidePending.add(engine.me);
    engine.yieldTurn();
    engine.sets.outsidePending.remove(engine.me);
    this.happenInProgram();
    return 'again';
  }

  private waitForEvent(): void {
    const { engine, pending } = this;
    const { words, block } = engine;
    const rule = words[H.TIMEOUTS];
    const now = this.happening();
    const due = pending.firstDueMs;
    const timed = due < Number.POSITIVE_INFINITY || this.timedWait();
    words[block + T.DUE_MS] = due < Number.POSITIVE_INFINITY ? engine.clock.commonOf(due) : -1;
    engine.setEnabled(now.length > 0 || (timed && rule === TIMEOUTS.ANY));
    if (now.length === 0 && timed && rule !== TIMEOUTS.ANY) engine.sets.timeable.add(engine.me);
  }

  private timedWait(): boolean {
    return this.pending.all.some(({ waiter, dueMs }) => waiter >= 0 && dueMs < Number.POSITIVE_INFINITY);
  }

  /** The port whose messages are being delivered, where another waits in it: as in Node.js, that comes next. */
  private get follows(): number | undefined {
    const { delivering, ports } = this;
    const more = delivering >= 0 && ports.isReady(delivering) && !ports.endIsNext(delivering);
    return more ? delivering : undefined;
  }

  /** What can happen now, without any timer: notified waits, ports, the first immediate. */
  private happening(): (Pending | number)[] {
    const { engine, pending, ports } = this;
    const next = this.follows ?? pending.nextInPhase();
    if (next !== undefined) return [next];
    const notified = pending.all.find((entry) => pending.isNotified(entry));
    const immediate = pending.all.find((entry) => entry.immediate);
    return [
      ...(notified === undefined ? [] : [notified]),
      ...ports.ready(engine.me),
      ...(immediate === undefined ? [] : [immediate]),
    ];
  }

  private happenInProgram(): void {
    const { engine, pending } = this;
    const { words } = engine;
    engine.clock.joinCommon();
    const all = this.happening();
    const inRow = this.follows !== undefined || pending.nextInPhase() !== undefined;
    const timer = inRow ? undefined : this.dueTimer();
    if (timer !== undefined && (all.length === 0 || words[H.TIMEOUTS] === TIMEOUTS.ANY)) all.push(timer);
    const chosen = all[engine.events.choose(all.length)];
    engine.sleep.end(chosen !== timer);
    if (typeof chosen === 'number') {
      this.deliverFrom(chosen);
      return;
    }
    this.delivering = -1;
    pending.beginPhase(chosen);
    this.fire(chosen, pending.isNotified(chosen));
  }

  /** The timer, or the wait that times out, that comes next. */
  private dueTimer(): Pending | undefined {
    let first: Pending | undefined;
    for (const entry of this.pending.all) {
      if (entry.immediate || entry.dueMs === Number.POSITIVE_INFINITY || this.pending.isNotified(entry))
        continue;
      if (entry.dueMs < (first?.dueMs ?? Number.POSITIVE_INFINITY)) first = entry;
    }
    return first;
  }

  // --- events ---------------------------------------------------------------------------------------------

  private fire(entry: Pending, isNotified: boolean): void {
    const { engine, pending } = this;
    if (!isNotified) engine.clock.advanceTimeTo(entry.dueMs);
    const notified = pending.take(entry);
    engine.leave(firedFlags(notified), entry.waiter >= 0 ? RESUMED : FIRED, 0);
    entry.fire(notified ? 'ok' : 'timed-out');
  }

  private deliverFrom(port: number): void {
    const call = this.deliver(port);
    this.delivering = port;
    call();
  }

  /** The thread ends, as Node.js would end it; what it awaits stays on record for the verdict. */
  private end(): void {
    const { engine, pending } = this;
    engine.sets.gone.add(engine.me);
    pending.abandon();
    engine.leave(0, IDLE_ENDED, 0);
  }
}
