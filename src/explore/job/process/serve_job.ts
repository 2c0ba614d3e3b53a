import type { Running } from '../job_run.ts';
import { Find, Job } from '../jobs.ts';
import { runJob } from '../run_job.ts';
import {
  errorSent,
  exploredSent,
  type FromJob,
  findSent,
  type SentRequest,
  type ToJob,
} from './job_messages.ts';

/** How often it is told how far the job is. */
const TELL_MS = 200;

/** A process that does one job of a search, which is its parent's. */
export function serveJob(): void {
  // Ctrl-C reaches all processes of a terminal: the parent says what is to be done.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
  const server = new JobServer();
  process.on('message', (message: ToJob) => server.hear(message));
}

class JobServer {
  private readonly stop = new AbortController();
  private job: Job | undefined;
  private session: Running | undefined;
  private answer: ((past: boolean) => void) | undefined;

  hear(message: ToJob): void {
    switch (message.type) {
      case 'run':
        this.job = new Job(message.job);
        void this.run(message.request, this.job);
        return;
      case 'stopAfter':
        this.job?.stopAfter(message.schedules);
        return;
      case 'abort':
        this.stop.abort();
        return;
      default:
        this.answer?.(message.past);
    }
  }

  private async run(sent: SentRequest, job: Job): Promise<void> {
    const request = {
      ...sent,
      signal: this.stop.signal,
      onRemark: (line: string) => tell({ type: 'remark', line }),
      onSession: (_job: number, session: Running) => {
        this.session = session;
      },
      goesPast: (find: Find) => this.ask(find),
    };
    const timer = setInterval(() => this.tellWhere(), TELL_MS);
    const explored = () => job.explored && exploredSent(job.explored);
    try {
      const result = await runJob(request, job);
      if (result instanceof Find) tell({ type: 'found', find: findSent(result), explored: explored() });
      else tell({ type: 'explored', explored: exploredSent(result) });
    } catch (error) {
      tell({ type: 'failed', error: errorSent(error), explored: explored() });
    } finally {
      clearInterval(timer);
    }
  }

  private tellWhere(): void {
    if (this.session === undefined) return;
    const { schedules, workers } = this.session;
    tell({ type: 'at', schedules, workers });
  }

  /** One find at a time: the search waits for the answer. */
  private ask(find: Find): Promise<boolean> {
    return new Promise((resolve) => {
      this.answer = resolve;
      tell({ type: 'find', find: findSent(find) });
    });
  }
}

function tell(message: FromJob): void {
  process.send?.(message);
}
