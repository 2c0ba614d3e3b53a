import { availableParallelism, loadavg } from 'node:os';
import type { Running } from '../job/job_run.ts';
import type { SearchProgress } from '../options/explore_options.ts';

const LOOK_MS = 200;
/** Rates are taken over so many looks. */
const LOOKS = 25;
/** A load of so many times the cores is worth saying. */
const BUSY = 1.5;

/** What bounds a search. */
export interface ProgressAsked {
  readonly schedules: number;
  readonly schedulesWithWorkers: number;
  readonly timeMs?: number;
}

/** Tells how far a search is, a few times a second, by looking at the words of its sessions. */
export class ProgressWatch {
  private readonly tell: (progress: SearchProgress) => void;
  private readonly asked: ProgressAsked;
  private readonly sessions = new Map<number, Running>();
  private readonly looks: { readonly atMs: number; readonly schedules: number }[] = [];
  private readonly startMs = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(tell: (progress: SearchProgress) => void, asked: ProgressAsked) {
    this.tell = tell;
    this.asked = asked;
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** The job's schedules are run by this session from now on. */
  runsIn(job: number, session: Running): void {
    this.sessions.set(job, session);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const atMs = performance.now();
    let schedules = 0;
    for (const session of this.sessions.values()) schedules += session.schedules;
    const first = this.looks[0];
    this.looks.push({ atMs, schedules });
    if (this.looks.length > LOOKS) this.looks.shift();
    const perSecond =
      first === undefined || schedules < first.schedules
        ? null
        : ((schedules - first.schedules) / (atMs - first.atMs)) * 1000;
    const elapsedMs = atMs - this.startMs;
    const { schedulesMax } = this;
    const leftMs = this.left(schedulesMax - schedules, perSecond, elapsedMs);
    this.tell({ schedules, schedulesMax, perSecond, elapsedMs, leftMs, busy: busyMachine() });
  }

  private get schedulesMax(): number {
    const { schedules, schedulesWithWorkers } = this.asked;
    const hasWorkers = [...this.sessions.values()].some((session) => session.workers > 0);
    return hasWorkers ? schedulesWithWorkers : schedules;
  }

  private left(schedules: number, perSecond: number | null, elapsedMs: number): number | null {
    const { timeMs } = this.asked;
    const byTime = timeMs === undefined ? null : Math.max(0, timeMs - elapsedMs);
    if (perSecond === null || perSecond === 0) return byTime;
    const byRate = (Math.max(0, schedules) / perSecond) * 1000;
    return byTime === null ? byRate : Math.min(byTime, byRate);
  }
}

/** More work than cores, by the load of the last minute. Windows has no load: there it is never known. */
function busyMachine(): SearchProgress['busy'] {
  const cores = availableParallelism();
  const [load] = loadavg();
  return load > BUSY * cores ? { load, cores } : null;
}
