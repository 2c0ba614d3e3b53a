import type { Worker } from 'node:worker_threads';
import { LabError } from '../../platform/error.ts';
import { isModulePath } from '../../platform/module_path.ts';
import { startWorker } from '../../platform/start_worker.ts';
import { describeThrown } from '../describe_thrown.ts';
import type { ProbeData, ProbeMessage } from './probe_body.ts';
import { DEFAULT_HANG_TIMEOUT_MS, type RunOptions } from './run_options.ts';
import { SharedText } from './shared_text.ts';
import { ThreadWatch } from './thread_watch.ts';

/** Looks at the probing thread. */
const LOOK_MS = 100;
/** As a worker's start (see `Watchdog`). */
const START_TIMEOUT_MS = 30_000;
/** As a worker's (see `WorkerPool`). */
const HEAP_MB_MAX = 2048;
/** Of what a failed thread printed, the last characters that are shown. */
const PRINTED_MAX = 4000;

/** Other bounds than the defaults: for tests. */
export interface ProbeLimits {
  readonly heapMb?: number;
  readonly timeoutMs?: number;
}

/** Options whose modules passed, as JSON: an imported module does not change any more. */
const known = new Set<string>();

/**
 * Tries modules of the user in a thread of their own, before the main thread loads them: a module may exit, loop, wait
 * for ever, throw anything or take all memory, and on the main thread nothing would be left to report it. Without user
 * modules it does nothing.
 *
 * @throws `Usage` if a module cannot be used; the message says how and where
 */
export async function probeModules(options: RunOptions, limits: ProbeLimits = {}): Promise<void> {
  const { signal: _, onSample: __, onWarmup: ___, ...data } = options;
  const choices = [data.workload, data.allocator, data.lock];
  if (!choices.some((choice) => typeof choice === 'string' && isModulePath(choice))) return;
  // The seed does not change a module.
  const key = JSON.stringify([process.cwd(), { ...data, seed: 0 }]);
  if (known.has(key)) return;
  await new Probe(data, limits).ended();
  known.add(key);
}

class Probe {
  private readonly worker: Worker;
  private readonly timeoutMs: number;
  private readonly watch = new ThreadWatch();
  private thread: number | null = null;
  private readonly stage = new SharedText();
  private readonly exit = new SharedText();
  private lastStage = '';
  private stillMs = 0;
  private printed = '';

  constructor(options: RunOptions, { heapMb = HEAP_MB_MAX, timeoutMs }: ProbeLimits) {
    this.timeoutMs = timeoutMs ?? Math.max(DEFAULT_HANG_TIMEOUT_MS, options.hangTimeoutMs ?? 0);
    this.worker = startWorker(new URL('../../../workers/probe.js', import.meta.url), {
      workerData: { options, stage: this.stage.buffer, exit: this.exit.buffer } satisfies ProbeData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      // What modules print at import is printed by the threads that use them; here only if they fail.
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      stream.on('data', (chunk) => {
        this.printed = (this.printed + String(chunk)).slice(-PRINTED_MAX);
      });
    }
  }

  /** Waits until it is ready. @throws `Usage` if it never will be */
  async ended(): Promise<void> {
    let looks: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((ready, failed) => {
        const refuse = (message: string, stack = '') => failed(this.refusal(message, stack));
        this.worker.on('message', (message: ProbeMessage) => this.heard(message, ready, refuse));
        this.worker.on('error', (error) => {
          const { message, stack } = describeThrown(error);
          refuse(`${this.what()} failed: ${message}`, stack);
        });
        this.worker.on('exit', () => refuse(this.howItExited()));
        looks = setInterval(() => {
          const stage = this.stage.read();
          const passedMs = this.watch.passedMs([this.thread]);
          this.stillMs = stage === this.lastStage ? this.stillMs + passedMs : 0;
          this.lastStage = stage;
          // Until its first message the thread is starting, which may take long on a busy host.
          const timeoutMs = stage === '' ? Math.max(START_TIMEOUT_MS, this.timeoutMs) : this.timeoutMs;
          if (this.stillMs >= timeoutMs) {
            refuse(`${this.what()} does not end: given up after ${timeoutMs / 1000} s`);
          }
        }, LOOK_MS);
      });
    } finally {
      clearInterval(looks);
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
      case 'ready':
        ready();
        return;
      case 'refused':
        refuse(message.message, message.stack);
    }
  }

  /** What the thread was doing. */
  private what(): string {
    return this.stage.read() || 'starting the thread that tries modules';
  }

  private howItExited(): string {
    const exit = this.exit.read();
    const how = exit === '' ? 'never comes to its end: it awaits what nothing is left to settle' : exit;
    return `${this.what()} ${how}`;
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
