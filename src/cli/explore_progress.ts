import type { SearchProgress } from '../explore/options/explore_options.ts';
import { formatCount } from '../report/figures/format.ts';
import type { Io } from './io.ts';

/** If the line cannot be overwritten, a new one is written at first, and then this often. */
const FIRST_MS = 5000;
const EVERY_MS = 10_000;

/** Shows the progress of a search. */
export class ExploreProgress {
  private readonly io: Pick<Io, 'live' | 'rewrites'>;
  private nextMs = FIRST_MS;

  constructor(io: Pick<Io, 'live' | 'rewrites'>) {
    this.io = io;
  }

  show(progress: SearchProgress): void {
    if (!this.io.rewrites) {
      if (progress.elapsedMs < this.nextMs) return;
      this.nextMs = progress.elapsedMs + EVERY_MS;
    }
    this.io.live(progressLine(progress));
  }
}

/** `4,120 of 10,000 schedules  1,240/s  5 s left  (busy machine: load 9.1 on 2 cores)` */
function progressLine(progress: SearchProgress): string {
  const { schedules, schedulesMax, perSecond, leftMs, busy } = progress;
  const rate =
    perSecond === null ? null : perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
  return [
    `${formatCount(schedules)} of ${formatCount(schedulesMax)} schedules`,
    rate === null ? null : `${rate}/s`,
    leftMs === null ? null : `${timeLeft(leftMs)} left`,
    busy === null ? null : `(busy machine: load ${busy.load.toFixed(1)} on ${busy.cores} cores)`,
  ]
    .filter((part) => part !== null)
    .join('  ');
}

/** `12 s`, `3 min`, `2 h`: rounded up. */
export function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
