import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import { LabError } from '../../platform/error.ts';
import { formatDuration } from '../../platform/units.ts';
import type { Line } from '../ledger/lines.ts';
import { type Plan, type Slice, slicesOf } from '../plan/plan.ts';
import { LocalPool } from '../pool/local_pool.ts';
import { QueueConnection } from './connection.ts';
import { Packer, type Parcel } from './parcel.ts';
import type { QueueAddress } from './queue_address.ts';
import { QUEUE_PREFIX, queueName, type SliceJob, stateOf } from './slice_queue.ts';

const LOOK_MS = 300;
/** A slice whose machine died so often is given up by the queue: the producer hands it out again. */
const STALLED_MAX = 3;
/** Of the time after which a silent worker is given up, what may pass until somebody notices. */
const STALLED_CHECK_PART = 1 / 2;
/** What was done is sent within this time, or not at all. */
const SEND_MS = 5000;
const NS_PER_MS = 1e6;

export interface WorkAsked {
  /** With a copy of the plan. */
  readonly folder: string;
  readonly plan: Plan;
  readonly address: QueueAddress;
  readonly processes: number;
  /** A Redis that is silent for so long is lost, and a worker that is so. */
  readonly lostMs: number;
  /** It takes slices for so long. */
  readonly timeMs?: number;
  /** It leaves where no slice came for so long. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onLine?: (line: Line) => void;
}

/** Takes slices of a campaign out of Redis, and does them with processes of this machine. */
export class QueueWorker {
  private readonly asked: WorkAsked;
  private readonly connection: QueueConnection;
  private readonly slices: ReadonlyMap<string, Slice>;
  private readonly pool: LocalPool;
  private readonly packer: Packer;
  private readonly worker: Worker<SliceJob, Parcel>;
  private readonly startMs = performance.now();
  private busyMs = performance.now();
  private active = 0;
  private state: string | null = null;
  private fatal: unknown;

  /**
   * Takes slices until the campaign has ended.
   *
   * @returns why it takes no more
   * @throws `ModuleMissing`; `Usage` if there is no Redis; `QueueFailed` if it was lost; `NotWritten`
   */
  static async work(asked: WorkAsked): Promise<string> {
    const connection = await QueueConnection.open(asked.address, asked.lostMs);
    try {
      const state = await stateOf(connection, asked.plan);
      return await new QueueWorker(asked, connection, state).work();
    } finally {
      connection.close();
    }
  }

  private constructor(asked: WorkAsked, connection: QueueConnection, state: string | null) {
    this.asked = asked;
    this.connection = connection;
    this.state = state;
    this.slices = new Map(slicesOf(asked.plan).map((slice) => [slice.id, slice]));
    this.pool = new LocalPool(asked.folder, asked.plan, asked.processes);
    this.packer = new Packer(asked.folder);
    this.worker = this.start();
  }

  private start(): Worker<SliceJob, Parcel> {
    const { lostMs, plan, processes } = this.asked;
    const { Worker } = this.connection.packages.bullmq;
    const worker = new Worker<SliceJob, Parcel>(queueName(plan), (job, token) => this.take(job, token), {
      connection: this.connection.client,
      prefix: QUEUE_PREFIX,
      concurrency: processes,
      lockDuration: lostMs,
      stalledInterval: lostMs * STALLED_CHECK_PART,
      maxStalledCount: STALLED_MAX,
    });
    // What was sent may be lost with the connection. (BullMQ connects again by itself.)
    worker.on('error', () => this.packer.forget());
    return worker;
  }

  private async work(): Promise<string> {
    const { signal } = this.asked;
    const onAbort = (): void => this.pool.stop();
    signal.addEventListener('abort', onAbort);
    try {
      let reason: string | undefined;
      while (reason === undefined && this.fatal === undefined) {
        reason = await this.reasonToLeave();
        if (reason === undefined) await sleep(LOOK_MS);
      }
      if (this.fatal !== undefined) throw this.fatal;
      return reason!;
    } finally {
      await this.leave();
      signal.removeEventListener('abort', onAbort);
    }
  }

  private async reasonToLeave(): Promise<string | undefined> {
    const { signal, timeMs = Number.POSITIVE_INFINITY, waitMs } = this.asked;
    if (signal.aborted) return 'it was interrupted';
    const now = performance.now();
    if (now - this.startMs >= timeMs) return 'the time is over';
    if (this.active > 0) this.busyMs = now;
    if (now - this.busyMs >= waitMs) return `no slice came for ${formatDuration(waitMs * NS_PER_MS)}`;
    const state = await stateOf(this.connection, this.asked.plan);
    if (state === this.state) return undefined;
    this.state = state;
    // Another producer knows nothing of what was sent to the one before.
    this.packer.forget();
    return state?.startsWith('ended') ? 'the campaign has ended' : undefined;
  }

  /** Ends what is under way, and sends it if there is still somebody to send it to. */
  private async leave(): Promise<void> {
    const closing = this.worker.close().catch(() => {});
    while (this.active > 0) await sleep(LOOK_MS / 3);
    await Promise.race([closing, sleep(SEND_MS, undefined, { ref: false })]);
    await this.pool.close();
  }

  /** @throws where the slice was not done: the producer is told why */
  private async take(job: Job<SliceJob>, token: string | undefined): Promise<Parcel> {
    const slice = this.slices.get(job.id ?? '');
    if (slice === undefined || job.data.plan !== this.asked.plan.id)
      throw new Error('a worker with another plan took it');
    this.active++;
    try {
      const handed = await this.pool.do(slice);
      if (handed.type === 'lost') throw new Error(handed.why);
      for (const line of handed.lines) this.asked.onLine?.(line);
      return this.packer.pack(handed.lines);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      // Here nothing can be done any more: others do it.
      this.fatal ??= error;
      void this.worker.close();
      await job.moveToWait(token);
      throw new this.connection.packages.bullmq.WaitingError();
    } finally {
      this.active--;
    }
  }
}
