import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import type { Entry, Preload } from '#src/intercept/workers/start.js';

export const FLAGS = ['--experimental-vm-modules', '--experimental-import-meta-resolve', '--no-warnings'];

export interface Run {
  readonly how: 'sync' | 'async';
  readonly lines: readonly string[];
  readonly error?: string;
  readonly read: readonly string[];
}

export function fixture(name: string): string {
  return new URL(`./fixtures/${name}`, import.meta.url).href;
}

/** What a program prints in each of some runs in one thread, by the loader. */
export async function again(
  entry: Entry,
  {
    runs = 3,
    preloads,
    transform,
  }: { runs?: number; preloads?: readonly Preload[]; transform?: string } = {},
): Promise<Run[]> {
  const workerData = { entry, runs, preloads, transform };
  const worker = new Worker(new URL('./host.mjs', import.meta.url), { execArgv: FLAGS, workerData });
  const [results] = (await once(worker, 'message')) as [Run[]];
  await worker.terminate();
  return results;
}

/** What it prints in a worker thread of Node.js itself. */
export async function natively(entry: Entry, execArgv: readonly string[] = []): Promise<string[]> {
  const options: WorkerOptions = { stdout: true, execArgv: ['--no-warnings', ...execArgv] };
  const worker =
    entry.kind === 'eval'
      ? new Worker(entry.source, { ...options, eval: true })
      : new Worker(entry.kind === 'file' ? fileURLToPath(entry.url) : new URL(entry.url), options);
  const failed = once(worker, 'error').then(([error]) => error as Error);
  const printed = await Promise.race([text(worker.stdout), failed]);
  if (typeof printed !== 'string') throw printed;
  return printed.split('\n').slice(0, -1);
}
