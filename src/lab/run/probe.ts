import { Worker } from 'node:worker_threads';
import { LabError } from '../../platform/error.ts';
import { isModulePath } from '../../platform/module_path.ts';
import { describeThrown } from '../describe_thrown.ts';
import type { ProbeMessage } from './probe_body.ts';
import { DEFAULT_HANG_TIMEOUT_MS, type RunOptions } from './run_options.ts';
import { ThreadWatch } from './thread_watch.ts';

/** Looks at the probing thread. */
const LOOK_MS = 100;
/** As a worker's (see `WorkerPool`). */
const HEAP_MB_MAX = 2048;
/** What a thread printed is shown where it failed, to its end. */
const PRINTED_MAX = 4000;

/** Other bounds than the usual: for tests. */
export interface ProbeLimits {
  readonly heapMb?: number;
  readonly timeoutMs?: number;
}

/** Options whose modules were found to be fit, as JSON: what was imported once stays as it is. */
const known = new Set<string>();

/**
 * Tries modules of the user in a thread of their own, before the main thread loads them: a module may exit, loop, wait
 * for ever, throw anything or eat all memory, and on the main thread nobody would be left to tell. Without modules of
 * the user it does nothing.
 *
 * @throws `Usage` where a module cannot be used; how and where is in the message
 */
export async function probeModules(options: RunOptions, limits: ProbeLimits = {}): Promise<void> {
  const { signal, onSample: _, ...data } = options;
  const choices = [data.workload, data.allocator, data.lock];
  if (!choices.some((choice) => typeof choice === 'string' && isModulePath(choice))) return;
  // Another seed makes no other module.
  const key = JSON.stringify([process.cwd(), { ...data, seed: 0 }]);
  if (known.has(key)) return;
  await new Probe(data, limits).ended(signal);
  known.add(key);
}

class Probe {
  private readonly worker: Worker;
  private readonly timeoutMs: number;
  private readonly watch = new ThreadWatch();
  private thread: number | null = null;
  private stage = 'starting the thread that tries modules';
  private stillMs = 0;
  private exit: Extract<ProbeMessage, { type: 'exits' }> | null = null;
  private printed = '';

  constructor(data: RunOptions, { heapMb = HEAP_MB_MAX, timeoutMs }: ProbeLimits) {
    this.timeoutMs = timeoutMs ?? Math.max(DEFAULT_HANG_TIMEOUT_MS, data.hangTimeoutMs ?? 0);
    this.worker = new Worker(new URL('../../../workers/probe.js', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      // What modules print at import is printed by the threads that use them; here only where they fail.
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.on('data', (chunk) => {
        this.printed = (this.printed + String(chunk)).slice(-PRINTED_MAX);
      });
    }
  }

  /** Until it is ready. @throws `Usage` where it will never be */
  async ended(signal?: AbortSignal): Promise<void> {
    let looks: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
      await new Promise<void>((ready, failed) => {
        const refuse = (message: string, stack = '') => failed(this.refusal(message, stack));
        // What was asked to end need not know whether it could have begun.
        abort = () => ready();
        signal?.addEventListener('abort', abort);
        this.worker.on('message', (message: ProbeMessage) => this.heard(message, ready, refuse));
        this.worker.on('error', (error) => {
          const { message, stack } = describeThrown(error);
          refuse(`${this.stage} failed: ${message}`, stack);
        });
        this.worker.on('exit', () => refuse(this.howItExited()));
        looks = setInterval(() => {
          this.stillMs += this.watch.passedMs([this.thread]);
          if (this.stillMs >= this.timeoutMs) {
            refuse(`${this.stage} does not end: given up after ${this.timeoutMs / 1000} s`);
          }
        }, LOOK_MS);
      });
    } finally {
      clearInterval(looks);
      if (abort !== undefined) signal?.removeEventListener('abort', abort);
      await this.end();
    }
  }

  private heard(
    message: ProbeMessage,
    ready: () => void,
    refuse: (message: string, stack?: string) => void,
  ): void {
    switch (message.type) {
      case 'thread':
        this.thread = message.thread;
        return;
      case 'stage':
        this.stage = message.what;
        this.stillMs = 0;
        return;
      case 'exits':
        this.exit = message;
        return;
      case 'ready':
        ready();
        return;
      case 'refused':
        refuse(message.message, message.stack);
    }
  }

  private howItExited(): string {
    if (this.exit === null) {
      return `${this.stage} never comes to its end: it awaits what nothing is left to settle`;
    }
    const { code, at } = this.exit;
    return `${this.stage} called process.exit(${code})${at === '' ? '' : `, ${at}`}`;
  }

  private refusal(message: string, stack: string): LabError {
    const trace = stack === '' || message.includes(stack) ? '' : `\n${stack}`;
    const printed = this.printed.trim() === '' ? '' : `\nIt printed: ${this.printed.trim()}`;
    return new LabError('Usage', `${message}${trace}${printed}`);
  }

  /** A thread inside a system call cannot be ended: it is left behind rather than waited for. */
  private async end(): Promise<void> {
    this.worker.removeAllListeners();
    this.worker.on('error', () => {});
    this.worker.unref();
    let patience: NodeJS.Timeout | undefined;
    const given = new Promise<void>((over) => {
      patience = setTimeout(over, 2000);
    });
    await Promise.race([this.worker.terminate(), given]);
    clearTimeout(patience);
  }
}
