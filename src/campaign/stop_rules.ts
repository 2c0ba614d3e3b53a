import { type BehaviourSample, countsOf, unionOf } from './ledger/behaviour_sample.ts';
import type { SliceLine } from './ledger/lines.ts';
import { slicesCell } from './plan/plan.ts';

/** When a campaign has done enough. */
export interface StopAsked {
  readonly timeMs?: number;
  /** Schedules and runs in all. */
  readonly executions?: number;
  /** Kinds of failure. */
  readonly failures?: number;
  /** No kind of failure and no behaviour was new for so long, whatever the strategy. */
  readonly nothingNewMs?: number;
}

/** Watches what is done, and says when it is enough. Slices that are under way then are done to their end. */
export class StopRules {
  private readonly asked: StopAsked;
  private readonly kinds = new Set<string>();
  private readonly behaviours = new Map<string, BehaviourSample>();
  private executions = 0;
  private timers: NodeJS.Timeout[] = [];
  private lastNewMs = 0;
  private tell: () => void = () => {};
  reason: string | undefined;

  constructor(asked: StopAsked) {
    this.asked = asked;
  }

  /** @param tell is called when it is enough */
  begin(tell: () => void): void {
    this.tell = tell;
    const { timeMs, nothingNewMs } = this.asked;
    this.lastNewMs = performance.now();
    if (timeMs !== undefined) this.timers.push(setTimeout(() => this.enough('the time is over'), timeMs));
    if (nothingNewMs !== undefined) {
      this.timers.push(setInterval(() => this.lookForNew(nothingNewMs), Math.max(50, nothingNewMs / 20)));
    }
  }

  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** A slice has ended. */
  see({ slice, figures, finds, behaviours }: SliceLine): void {
    const { executions, failures } = this.asked;
    this.executions += figures.executions;
    const known = this.kinds.size;
    for (const { key } of finds) this.kinds.add(key);
    if (this.kinds.size > known || this.isNew(slicesCell(slice), behaviours))
      this.lastNewMs = performance.now();
    if (failures !== undefined && this.kinds.size >= failures)
      this.enough(
        this.kinds.size === 1 ? 'a failure was found' : `${this.kinds.size} kinds of failure were found`,
      );
    if (executions !== undefined && this.executions >= executions)
      this.enough(`${this.executions} executions were made`);
  }

  private isNew(cell: string, sample: BehaviourSample | undefined): boolean {
    if (sample === undefined) return false;
    const known = this.behaviours.get(cell);
    const union = known === undefined ? sample : unionOf([known, sample]);
    this.behaviours.set(cell, union);
    return known === undefined || countsOf(union).distinct > countsOf(known).distinct;
  }

  private lookForNew(nothingNewMs: number): void {
    if (performance.now() - this.lastNewMs >= nothingNewMs) this.enough('nothing new came for long enough');
  }

  private enough(reason: string): void {
    this.reason ??= reason;
    this.tell();
  }
}
