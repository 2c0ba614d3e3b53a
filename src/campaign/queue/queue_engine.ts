import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { LabError } from '../../platform/error.ts';
import type { Engine, Handed } from '../engine.ts';
import type { Line } from '../ledger/lines.ts';
import type { Plan, Slice } from '../plan/plan.ts';
import { QueueConnection } from './connection.ts';
import { Unpacker } from './parcel.ts';
import { Patience } from './patience.ts';
import type { QueueAddress } from './queue_address.ts';
import { QueueWorker } from './queue_worker.ts';
import { type SliceJob, SliceQueue } from './slice_queue.ts';

/** More slices than this do not wait in Redis: it is hours of work for many workers. */
const QUEUED_MAX = 10_000;
/** Workers are told within this time that it has ended, or not at all. */
const END_MS = 3000;
const ROUND_MS = 200;
/** A Redis that was started anew has forgotten all: what is missing is looked for this often. */
const LOOK_EVERY_MS = 2000;

export interface QueueAsked {
  readonly folder: string;
  readonly plan: Plan;
  readonly address: QueueAddress;
  /** A Redis that is silent for so long is lost. */
  readonly lostMs: number;
  /** So long there may be no worker. */
  readonly waitMs: number;
  /** Of this machine, which help. */
  readonly processes: number;
  /** Is told what a user should know. */
  readonly tell: (text: string) => void;
}

/** A slice that was handed out. */
interface Pending {
  readonly resolve: (handed: Handed) => void;
  readonly reject: (error: unknown) => void;
  /** It is in Redis, as far as is known. */
  queued: boolean;
  /** Of those who were interrupted in it. */
  readonly lines: Line[];
}

/**
 * Hands slices out through Redis, to workers on any machine, and writes down what they send. The queue is no more than a way
 * to hand out: what has a line in the campaign's folder is done, whatever became of Redis.
 */
export class QueueEngine implements Engine {
  readonly width = QUEUED_MAX;
  private readonly asked: QueueAsked;
  private readonly connection: QueueConnection;
  private readonly queue: SliceQueue;
  private readonly unpacker: Unpacker;
  private readonly patience: Patience;
  private readonly pending = new Map<string, Pending>();
  /** Done for an earlier call of this campaign, before they were handed out by this one. */
  private readonly early = new Map<string, Line[]>();
  private lookedMs = performance.now();
  private withdrawn = false;
  private closed = false;
  private failed: unknown;
  private readonly watching: Promise<void>;
  private readonly helped: Promise<unknown>;
  private readonly leave = new AbortController();

  /** @throws `ModuleMissing`; `Usage` if there is no Redis */
  static async open(asked: QueueAsked): Promise<QueueEngine> {
    const connection = await QueueConnection.open(asked.address, asked.lostMs);
    try {
      const queue = new SliceQueue(connection, asked.plan);
      await queue.begin();
      return new QueueEngine(asked, connection, queue);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  private constructor(asked: QueueAsked, connection: QueueConnection, queue: SliceQueue) {
    this.asked = asked;
    this.connection = connection;
    this.queue = queue;
    this.unpacker = new Unpacker(asked.folder, asked.plan);
    this.patience = new Patience(asked);
    this.watching = this.watch();
    this.helped = asked.processes === 0 ? Promise.resolve() : this.help();
  }

  /** This machine works, too. */
  private async help(): Promise<void> {
    try {
      await QueueWorker.work({ ...this.asked, signal: this.leave.signal });
    } catch (error) {
      this.asked.tell(`this machine does not help any more: ${(error as Error).message}`);
    }
  }

  do({ id }: Slice): Promise<Handed> {
    const lines = this.early.get(id);
    if (lines !== undefined) return Promise.resolve({ type: 'lines', lines });
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, queued: false, lines: [] });
      if (this.failed !== undefined) this.fail(this.failed);
    });
  }

  withdraw(): void {
    this.withdrawn = true;
  }

  /** Workers on other machines end what they have begun: the next run of the campaign takes it. */
  stop(): void {
    this.withdrawn = true;
    this.leave.abort();
    for (const id of [...this.pending.keys()]) this.give(id, []);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.leave.abort();
    await this.helped;
    await this.watching;
    // If Redis is gone, there is nobody to be told.
    await Promise.race([this.queue.end().catch(() => {}), sleep(END_MS)]);
    this.connection.close();
  }

  private async watch(): Promise<void> {
    while (!this.closed) {
      try {
        await this.round();
      } catch (error) {
        this.fail(error);
        return;
      }
      await sleep(ROUND_MS);
    }
  }

  private async round(): Promise<void> {
    if (this.withdrawn) await this.takeBack();
    else await this.add();
    for (;;) {
      const ended = await this.queue.ended();
      for (const job of ended) await this.settle(job);
      if (ended.length === 0) break;
    }
    if (performance.now() - this.lookedMs < LOOK_EVERY_MS) return;
    this.lookedMs = performance.now();
    await this.lookForLost();
    if (this.pending.size > 0) this.patience.see((await this.queue.counts()).workers);
  }

  private async add(): Promise<void> {
    const fresh = [...this.pending].filter(([, { queued }]) => !queued);
    if (fresh.length === 0) return;
    await this.queue.add(fresh.map(([id]) => id));
    for (const [, slice] of fresh) slice.queued = true;
  }

  /** What nobody has begun is not done. */
  private async takeBack(): Promise<void> {
    await this.queue.drain();
    const begun = await this.queue.ids('begun');
    for (const id of [...this.pending.keys()]) if (!begun.has(id)) this.give(id, []);
  }

  /** What came of a slice is kept before Redis forgets it. */
  private async settle(job: Job<SliceJob>): Promise<void> {
    const id = job.id!;
    const failed = job.failedReason;
    const lines = failed ? undefined : this.unpacker.unpack(job.returnvalue, id);
    await this.queue.remove(job);
    if (lines === undefined) this.lose(id, failed || 'what its worker sent cannot be read');
    else if (lines.some((line) => line.t === 'slice' && line.end !== 'stopped')) this.give(id, lines);
    else this.putBack(id, lines);
  }

  private give(id: string, lines: readonly Line[]): void {
    const slice = this.pending.get(id);
    this.pending.delete(id);
    if (slice === undefined) this.early.set(id, [...lines]);
    else slice.resolve({ type: 'lines', lines: [...slice.lines, ...lines] });
  }

  private lose(id: string, why: string): void {
    this.pending.get(id)?.resolve({ type: 'lost', why });
    this.pending.delete(id);
  }

  /** Its worker was interrupted: another one does it. */
  private putBack(id: string, lines: readonly Line[]): void {
    const slice = this.pending.get(id);
    if (slice === undefined) return;
    slice.lines.push(...lines);
    slice.queued = false;
  }

  private async lookForLost(): Promise<void> {
    const queued = [...this.pending].filter(([, slice]) => slice.queued);
    if (queued.length === 0 || this.withdrawn) return;
    const there = await this.queue.ids('all');
    const lost = queued.filter(([id]) => !there.has(id));
    for (const [, slice] of lost) slice.queued = false;
    if (lost.length > 0)
      this.asked.tell(`${lost.length} slices are not in the queue any more: they are put in again`);
  }

  private fail(error: unknown): void {
    this.failed = error;
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** What says that the campaign cannot go on as it is; what was done is kept. */
export function isQueueFailure(error: unknown): error is LabError {
  return error instanceof LabError && error.code === 'QueueFailed';
}
