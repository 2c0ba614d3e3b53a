import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onCore } from '../../../platform/cores.ts';
import { DIST } from '../../../platform/dist.ts';
import { LabError } from '../../../platform/error.ts';
import { where } from '../../options/where.ts';
import type { Explored } from '../explored.ts';
import type { JobRequest } from '../job_run.ts';
import type { Find, Job } from '../jobs.ts';
import { errorRead, exploredRead, type FromJob, findRead, requestSent, type ToJob } from './job_messages.ts';

/** A process that was told to end, and does not, is ended. */
const END_MS = 3000;

/**
 * Does what `runJob` does, in a process of its own: V8 has one lock for all threads of a process that sleep, so that two jobs in one
 * process are slower than one where their threads take turns on a core, and in two processes 1.6 times as fast (docs/exploring.md).
 *
 * @param core to which the process is bound, or null
 * @throws what `runJob` throws; `WorkerCrashed` if the process ends by itself
 */
export async function runJobInProcess(
  request: JobRequest,
  job: Job,
  core: number | null,
): Promise<Explored | Find> {
  const started = new JobProcess(request, job, core);
  try {
    return await started.ended;
  } finally {
    await started.close();
  }
}

class JobProcess {
  readonly ended: Promise<Explored | Find>;
  private readonly request: JobRequest;
  private readonly job: Job;
  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private readonly abort = (): void => this.send({ type: 'abort' });
  private at = { schedules: 0, workers: 0 };

  constructor(request: JobRequest, job: Job, core: number | null) {
    this.request = request;
    this.job = job;
    const entry = fileURLToPath(new URL('workers/job.js', DIST));
    const child = fork(entry, [], { serialization: 'advanced', ...onCore(core) });
    this.child = child;
    this.exited = new Promise((resolve) => child.on('exit', () => resolve()));
    this.ended = new Promise((resolve, reject) => {
      const crashed = (how: string): void =>
        reject(
          new LabError('WorkerCrashed', `${where(request.url)}: the process of job ${job.number} ${how}`),
        );
      child.on('error', (error) => crashed(`could not be started: ${error.message}`));
      child.on('exit', (code, signal) => crashed(`ended by itself (${signal ?? `exit code ${code}`})`));
      child.on('message', (message: FromJob) => this.hear(message, resolve, reject));
    });
    this.send({ type: 'run', request: requestSent(request), job: job.number });
    job.runsIn({ stopAfter: (schedules) => this.send({ type: 'stopAfter', schedules }) });
    request.signal.addEventListener('abort', this.abort);
    if (request.signal.aborted) this.abort();
  }

  async close(): Promise<void> {
    this.request.signal.removeEventListener('abort', this.abort);
    if (this.child.connected) this.child.disconnect();
    if (this.child.pid === undefined) return;
    const timer = setTimeout(() => this.child.kill('SIGKILL'), END_MS);
    await this.exited;
    clearTimeout(timer);
  }

  private hear(
    message: FromJob,
    resolve: (result: Explored | Find) => void,
    reject: (error: unknown) => void,
  ): void {
    const { request, job } = this;
    switch (message.type) {
      case 'remark':
        request.onRemark?.(message.line);
        return;
      case 'at':
        this.at = message;
        request.onSession?.(job.number, this.at);
        return;
      case 'find':
        this.ask(findRead(message.find)).catch(reject);
        return;
      case 'explored':
        job.explored = exploredRead(message.explored);
        resolve(job.explored);
        return;
      case 'found':
        job.explored = message.explored && exploredRead(message.explored);
        resolve(findRead(message.find));
        return;
      default:
        job.explored = message.explored && exploredRead(message.explored);
        reject(errorRead(message.error, request.url));
    }
  }

  private async ask(find: Find): Promise<void> {
    this.send({ type: 'goOn', past: (await this.request.goesPast?.(find)) === true });
  }

  private send(message: ToJob): void {
    if (this.child.connected) this.child.send(message, () => {});
  }
}
