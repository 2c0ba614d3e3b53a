import type { Line } from '../campaign/ledger/lines.ts';
import type { Slice } from '../campaign/plan/plan.ts';
import type { Tally } from '../campaign/tally/tally.ts';
import { formatCount } from '../report/figures/format.ts';
import { timeLeft } from './explore_progress.ts';
import type { Io } from './io.ts';

const EVERY_MS = 1000;
/** If the line cannot be overwritten, a new one is written this often. */
const EVERY_LINE_MS = 30_000;

/** Shows how far a campaign is, and each kind of failure when it is met first. */
export class CampaignProgress {
  private readonly io: Io;
  private readonly slices: readonly Slice[];
  private readonly tally: Tally;
  private readonly startMs = performance.now();
  private readonly known = new Set<string>();
  private readonly doneBefore: number;
  private readonly timer: NodeJS.Timeout;
  private executions = 0;

  constructor(io: Io, slices: readonly Slice[], tally: Tally) {
    this.io = io;
    this.slices = slices;
    this.tally = tally;
    this.doneBefore = this.done;
    this.timer = setInterval(() => this.show(), io.rewrites ? EVERY_MS : EVERY_LINE_MS);
  }

  /** A line was written. */
  see(line: Line): void {
    if (line.t === 'slice') this.executions += line.figures.executions + line.figures.pruned;
    if (line.t !== 'find' || this.known.has(line.key)) return;
    this.known.add(line.key);
    const { verdict, message } = line.finding;
    if (!this.io.quiet) this.io.line(`found in ${line.slice}: ${verdict}: ${message}`);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private get done(): number {
    return this.slices.filter(({ id }) => this.tally.endOf(id) !== undefined).length;
  }

  private show(): void {
    const { done, doneBefore, executions } = this;
    const planned = this.slices.length;
    const elapsedMs = performance.now() - this.startMs;
    const perSecond = Math.round((executions * 1000) / elapsedMs);
    const doneHere = done - doneBefore;
    const parts = [
      `${formatCount(done)} of ${formatCount(planned)} slices`,
      `${formatCount(executions)} schedules (${formatCount(perSecond)}/s)`,
      this.known.size === 0
        ? 'nothing found'
        : `${this.known.size} ${this.known.size === 1 ? 'kind' : 'kinds'} of failure`,
      // The next slices may be of other cells: it is a guess.
      doneHere < 3 ? null : `about ${timeLeft(((planned - done) * elapsedMs) / doneHere)} left`,
    ];
    this.io.live(parts.filter((part) => part !== null).join('  '));
  }
}
