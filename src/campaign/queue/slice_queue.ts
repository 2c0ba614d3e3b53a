import { randomUUID } from 'node:crypto';
import type { Job, JobType, Queue } from 'bullmq';
import type { Plan } from '../plan/plan.ts';
import { QueueConnection } from './connection.ts';
import type { QueueAddress } from './queue_address.ts';

/** Of its keys in Redis. */
export const QUEUE_PREFIX = 'framelab';

/** Jobs of the queue, and what each holds: an id, which a worker looks up in its own copy of the plan. */
export interface SliceJob {
  readonly plan: string;
  readonly slice: string;
}

/** As many are asked for at once. */
const BATCH = 500;
const ENDED_BATCH = 50;
/** What is said of a campaign is forgotten after so long. */
const STATE_SECONDS = 7 * 24 * 3600;
const EVENTS_KEPT = 100;

const ENDED: JobType[] = ['completed', 'failed'];
const BEGUN: JobType[] = ['active', ...ENDED];
const ALL: JobType[] = ['waiting', 'delayed', 'prioritized', ...BEGUN];

/** A plan's queue has the name of the plan. */
export function queueName(plan: Plan): string {
  return plan.id.slice(0, 16);
}

/** Numbers of what is in a queue. */
export interface QueueCounts {
  readonly waiting: number;
  readonly underWay: number;
  readonly workers: number;
}

/** The slices of a campaign in Redis. Every method throws `QueueFailed` where Redis does not answer in time. */
export class SliceQueue {
  private readonly connection: QueueConnection;
  private readonly plan: Plan;
  private readonly queue: Queue<SliceJob>;

  /** @param looks only: then nothing is written by it */
  constructor(connection: QueueConnection, plan: Plan, looks = false) {
    this.connection = connection;
    this.plan = plan;
    this.queue = new connection.packages.bullmq.Queue<SliceJob>(queueName(plan), {
      connection: connection.client,
      prefix: QUEUE_PREFIX,
      skipMetasUpdate: looks,
      streams: { events: { maxLen: EVENTS_KEPT } },
    });
    // Errors of a question come with its answer.
    this.queue.on('error', () => {});
  }

  /** A campaign begins: what failed earlier may be tried again. */
  async begin(): Promise<void> {
    await this.ask(this.queue.waitUntilReady());
    await this.ask(this.queue.resume());
    await this.ask(this.queue.clean(0, 0, 'failed'));
    await this.sayState('running');
  }

  /** Adds slices; those that are there already stay as they are. */
  async add(slices: readonly string[]): Promise<void> {
    for (let i = 0; i < slices.length; i += BATCH) {
      const jobs = slices.slice(i, i + BATCH).map((slice) => ({
        name: 'slice',
        data: { plan: this.plan.id, slice },
        opts: { jobId: slice, attempts: 1, removeOnComplete: false, removeOnFail: false },
      }));
      await this.ask(this.queue.addBulk(jobs));
    }
  }

  /** Some of those that have ended, and are to be removed once what came of them is kept. */
  async ended(): Promise<Job<SliceJob>[]> {
    return this.ask(this.queue.getJobs(ENDED, 0, ENDED_BATCH - 1, true));
  }

  async remove(job: Job<SliceJob>): Promise<void> {
    await this.ask(job.remove());
  }

  /** The ids of those that are there. */
  async ids(which: 'all' | 'begun'): Promise<Set<string>> {
    return new Set(await this.ask(this.queue.getRanges(which === 'all' ? ALL : BEGUN, 0, -1)));
  }

  /** Removes those that nobody has begun. */
  async drain(): Promise<void> {
    await this.ask(this.queue.drain(true));
  }

  async counts(): Promise<QueueCounts> {
    const counts = await this.ask(this.queue.getJobCounts('waiting', 'active'));
    return {
      waiting: counts.waiting,
      underWay: counts.active,
      workers: await this.ask(this.queue.getWorkersCount()),
    };
  }

  /** The campaign has ended: workers leave, and nothing stays in Redis but what somebody still works on. */
  async end(): Promise<void> {
    await this.drain();
    const { size } = await this.ids('all');
    if (size === 0) await this.ask(this.queue.obliterate());
    await this.sayState('ended');
  }

  private async sayState(state: CampaignState): Promise<void> {
    const value = `${state} ${randomUUID()}`;
    await this.ask(this.connection.client.set(stateKey(this.plan), value, 'EX', STATE_SECONDS));
  }

  private ask<T>(asked: Promise<T>): Promise<T> {
    return this.connection.ask(asked);
  }
}

type CampaignState = 'running' | 'ended';

function stateKey(plan: Plan): string {
  return `${QUEUE_PREFIX}:${queueName(plan)}:campaign`;
}

/** What was said last of a campaign: another text each time, which begins with `running` or `ended`; null if nothing was. */
export function stateOf(connection: QueueConnection, plan: Plan): Promise<string | null> {
  return connection.ask(connection.client.get(stateKey(plan)));
}

/** What is in the queue of a plan. @throws `ModuleMissing`; `Usage` if there is no Redis; `QueueFailed` */
export async function countsIn(address: QueueAddress, lostMs: number, plan: Plan): Promise<QueueCounts> {
  const connection = await QueueConnection.open(address, lostMs);
  try {
    return await new SliceQueue(connection, plan, true).counts();
  } finally {
    connection.close();
  }
}
