import { LabError } from '../../platform/error.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Line } from '../ledger/lines.ts';
import type { Plan, Slice } from '../plan/plan.ts';
import { ReplayStore } from './replay_store.ts';
import { doSlice } from './run_slice.ts';
import { type SliceEnd, sliceLine } from './slice_end.ts';

/** Does slices one after the other in this process, and writes down what came of them. */
export class SliceWorker {
  private readonly ledger: Ledger;
  private readonly store: ReplayStore;
  /** Kinds of failure that were written down in full. */
  private readonly told = new Set<string>();

  /** @throws `NotWritten` */
  constructor(folder: string, plan: Plan) {
    this.ledger = new Ledger(folder, plan);
    this.store = new ReplayStore(folder);
  }

  get name(): string {
    return this.ledger.worker;
  }

  /**
   * Does a slice.
   *
   * @returns the lines that were written
   * @throws `WorkerCrashed` where its threads were given no time, `NotWritten`: then it may be done again
   */
  async do(slice: Slice, signal: AbortSignal): Promise<Line[]> {
    const begun = this.ledger.add({ t: 'begin', slice: slice.id });
    return [begun, ...this.write(slice.id, await doSlice(slice, this.store, signal))];
  }

  /** Finds come before the line that counts them: where the worker is killed between, the slice is done again. */
  private write(slice: string, end: SliceEnd): Line[] {
    const fresh = end.finds.filter(({ key }) => !this.told.has(key));
    const finds = fresh.map((find) => this.ledger.add({ t: 'find', slice, ...find }));
    for (const { key } of fresh) this.told.add(key);
    return [...finds, this.ledger.add(sliceLine(slice, end))];
  }
}

/** What does not belong to the code under test, so that a slice may be tried again. */
export function mayBeTriedAgain(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'WorkerCrashed';
}
