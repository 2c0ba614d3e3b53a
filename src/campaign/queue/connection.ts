import type { Redis } from 'ioredis';
import { LabError } from '../../platform/error.ts';
import { loadQueuePackages, type QueuePackages } from './packages.ts';
import type { QueueAddress } from './queue_address.ts';

/** A Redis that does not answer for so long is not there. */
const START_MS = 5000;
const RETRY_MS_MAX = 1000;

/**
 * A connection to the Redis of a queue. It comes back by itself where it was lost; every question has an end all the
 * same.
 */
export class QueueConnection {
  readonly address: QueueAddress;
  readonly client: Redis;
  readonly packages: QueuePackages;
  /** An answer that takes longer is not waited for. */
  readonly lostMs: number;
  private lastError = '';

  /** @throws `ModuleMissing`; `Usage` if no Redis answers there */
  static async open(address: QueueAddress, lostMs: number): Promise<QueueConnection> {
    const connection = new QueueConnection(address, lostMs, loadQueuePackages());
    try {
      await within(START_MS, connection.client.ping());
    } catch (error) {
      connection.close();
      const why = connection.lastError || (error as Error).message;
      throw new LabError('Usage', `--queue: no Redis can be used at ${address.shown}: ${why}`);
    }
    return connection;
  }

  private constructor(address: QueueAddress, lostMs: number, packages: QueuePackages) {
    this.address = address;
    this.lostMs = lostMs;
    this.packages = packages;
    this.client = new packages.ioredis.Redis(address.url, {
      lazyConnect: true,
      // BullMQ's workers need it: questions wait until the connection is back.
      maxRetriesPerRequest: null,
      connectTimeout: START_MS,
      retryStrategy: (times) => Math.min(100 * times, RETRY_MS_MAX),
    });
    this.client.on('error', (error: NodeJS.ErrnoException) => {
      // One that tried several addresses has no message of its own.
      this.lastError = error.message || String(error.code);
    });
  }

  /** @throws `QueueFailed` where no answer comes in time, or another than was asked for */
  async ask<T>(asked: Promise<T>): Promise<T> {
    try {
      return await within(this.lostMs, asked);
    } catch (error) {
      const why = error === LATE ? this.lastError || 'it does not answer' : (error as Error).message;
      throw new LabError('QueueFailed', `the queue at ${this.address.shown} was lost: ${why}`);
    }
  }

  close(): void {
    this.client.disconnect();
  }
}

const LATE = new Error('no answer came');

/** What a promise gives, if it does so in time; throws `LATE` if not. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(LATE), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
