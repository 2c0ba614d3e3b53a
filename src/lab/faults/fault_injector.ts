import { STOP_DONE } from '../../platform/host.ts';
import type { PlannedFault } from './fault_plan.ts';
import { FAULT_DUE, FAULT_HAPPENED, type FaultWords } from './fault_words.ts';

/** A worker that stands still looks this often whether the run has to stop. */
const PAUSE_SLICE_MS = 20;

/** Thrown by `throw-in`. */
class InjectedError extends Error {
  /** Its index in the plan. */
  readonly fault: number;

  constructor(fault: number, text: string) {
    super(`injected: ${text}`);
    this.name = 'InjectedError';
    this.fault = fault;
  }
}

/** What the injector needs to know of its worker. */
export interface Victim {
  readonly worker: number;
  /** Kinds of the workload's operations. */
  readonly operations: readonly string[];
  /** One of the `STOP_` values. */
  stopReason(): number;
  /** Milliseconds on the clock that all threads share. */
  nowMs(): number;
  /** Ends this thread at once: never returns. */
  die(): never;
}

/**
 * A worker's part of the faults of its run: told of every operation and of every use of a lock that is a target, it
 * strikes when a fault is due. Only runs with faults have one.
 */
export class FaultInjector {
  private readonly plan: readonly PlannedFault[];
  private readonly words: FaultWords;
  private readonly victim: Victim;
  /** Faults that this worker has yet to meet. */
  private waiting: number[] = [];
  private calls = -1;
  private isMeasuring = false;
  /** Operations begun before the first measured one. */
  private from = 0;
  private operation = 0;
  private operationKind = -1;
  /** Strikes at the end of the current operation; -1 if none. */
  private atEnd = -1;
  /** The fault that keeps memory from this worker; -1 if none. */
  private starving = -1;
  private starvesUntilMs = Number.POSITIVE_INFINITY;
  private starvesUntilOperation = Number.POSITIVE_INFINITY;
  /** The operation that found no memory last because of a fault, and that fault. */
  private refusedIn = -1;
  private refusedBy = -1;

  constructor(plan: readonly PlannedFault[], words: FaultWords, victim: Victim) {
    this.plan = plan;
    this.words = words;
    this.victim = victim;
  }

  /** From now on operations count. @param from how many this worker had begun before */
  beginMeasuring(from: number): void {
    const { worker } = this.victim;
    this.from = from;
    this.isMeasuring = true;
    this.waiting = this.plan.flatMap((fault, i) =>
      (fault.worker === null || fault.worker === worker) && this.words.state(i) !== FAULT_HAPPENED ? [i] : [],
    );
  }

  /** From now on nothing happens: what a worker does when it ends is no part of its work. */
  endMeasuring(): void {
    this.isMeasuring = false;
    this.atEnd = -1;
    this.starving = -1;
  }

  /** True if a fault of this worker is aimed at that lock. */
  isAimedAt(lock: string): boolean {
    const { worker } = this.victim;
    return this.plan.some(
      (fault) => fault.worker === worker && fault.target?.what === 'lock' && fault.target.name === lock,
    );
  }

  /** An operation begins. @param begun how many this worker has begun, this one included */
  begin(kind: number, begun: number): void {
    if (!this.isMeasuring) return;
    this.operation = begun - this.from;
    this.operationKind = kind;
    this.words.begin(this.victim.worker, kind);
    if (this.starving >= 0) this.endStarving();
    if (this.waiting.length === 0) return;
    const calls = this.words.calls(this.victim.worker);
    const isCalled = calls !== this.calls;
    this.calls = calls;
    // A copy: a strike takes itself out.
    for (const fault of [...this.waiting]) {
      const { at } = this.plan[fault];
      if (at === null) continue;
      const isDue =
        'operations' in at
          ? this.operation >= at.operations
          : isCalled && this.words.state(fault) >= FAULT_DUE;
      if (isDue) this.strike(fault);
    }
    this.meet('operation', this.victim.operations[kind], 'entering');
  }

  /** An operation is about to end. */
  end(): void {
    if (this.atEnd < 0 || !this.isMeasuring) return;
    const fault = this.atEnd;
    this.atEnd = -1;
    this.strike(fault);
  }

  /** This worker has just taken a lock, or is about to release it. */
  atLock(name: string, moment: 'entering' | 'leaving'): void {
    if (this.isMeasuring) this.meet('lock', name, moment);
  }

  /** True if an allocation must find no memory now. */
  refuses(): boolean {
    if (this.starving < 0) return false;
    this.endStarving();
    if (this.starving < 0) return false;
    this.words.refuse(this.starving);
    this.refusedIn = this.operation;
    this.refusedBy = this.starving;
    return true;
  }

  /** The fault that made an error: an injected one, or memory that was refused in this operation. Null if none did. */
  causeOf(error: unknown): number | null {
    for (let each = error; each instanceof Error; each = each.cause) {
      if (each instanceof InjectedError) return each.fault;
      if ('code' in each && each.code === 'NoMemory' && this.refusedIn === this.operation) {
        return this.refusedBy;
      }
    }
    return null;
  }

  private meet(what: 'lock' | 'operation', name: string, moment: 'entering' | 'leaving'): void {
    for (const fault of this.waiting) {
      const { target } = this.plan[fault];
      if (target === null || target.what !== what || target.name !== name) continue;
      // An operation is met when it begins; a lock, at the moment that the fault waits for.
      if (what === 'lock' && target.moment !== moment) continue;
      if (this.words.meet(fault) < target.nth) continue;
      if (what === 'lock' || target.moment === 'entering') this.strike(fault);
      else this.atEnd = fault;
      return;
    }
  }

  private strike(fault: number): void {
    const { victim, words, plan } = this;
    const { kind, text, length } = plan[fault];
    this.waiting = this.waiting.filter((each) => each !== fault);
    const { operation, operationKind } = this;
    words.happen(fault, victim.worker, { operation, operationKind, atMs: victim.nowMs() });
    switch (kind) {
      case 'kill-worker':
      case 'kill-holder':
        words.kill(victim.worker, fault);
        victim.die();
        break;
      case 'throw-in':
        throw new InjectedError(fault, text);
      case 'pause-worker':
        this.standStill(length !== null && 'ms' in length ? length.ms : 0);
        words.end(fault, victim.nowMs());
        return;
      case 'oom':
        this.starving = fault;
        if (length === null || 'ms' in length) this.starvesUntilMs = victim.nowMs() + (length?.ms ?? 0);
        else this.starvesUntilOperation = operation + length.operations;
    }
  }

  private standStill(ms: number): void {
    const { victim } = this;
    const endMs = victim.nowMs() + ms;
    const word = new Int32Array(new SharedArrayBuffer(4));
    for (let leftMs = ms; leftMs > 0; leftMs = endMs - victim.nowMs()) {
      if (victim.stopReason() > STOP_DONE) return;
      Atomics.wait(word, 0, 0, Math.min(PAUSE_SLICE_MS, leftMs));
    }
  }

  private endStarving(): void {
    const { victim, starvesUntilOperation, starvesUntilMs } = this;
    const isOver =
      this.operation >= starvesUntilOperation ||
      (starvesUntilMs !== Number.POSITIVE_INFINITY && victim.nowMs() >= starvesUntilMs);
    if (!isOver) return;
    this.words.end(this.starving, victim.nowMs());
    this.starving = -1;
    this.starvesUntilMs = Number.POSITIVE_INFINITY;
    this.starvesUntilOperation = Number.POSITIVE_INFINITY;
  }
}
