import type { Engine, Handed } from './engine.ts';
import { Ledger, type LineContent } from './ledger/ledger.ts';
import type { Line } from './ledger/lines.ts';
import type { Plan, Slice } from './plan/plan.ts';
import { refusedSlice, sliceLine } from './slice/slice_end.ts';
import type { StopRules } from './stop_rules.ts';
import type { Tally } from './tally/tally.ts';

/** A slice whose process ended so often is given up: that it ends it is a find of its own. */
const LOST_MAX = 3;

export interface CampaignRun {
  readonly folder: string;
  readonly plan: Plan;
  /** Those to be done: those that have ended are passed over. */
  readonly slices: readonly Slice[];
  /** What was done before; what is done now is added. */
  readonly tally: Tally;
  readonly engine: Engine;
  readonly rules: StopRules;
  /** Ends the slices that are under way. */
  readonly signal: AbortSignal;
  readonly onLine?: (line: Line) => void;
}

/**
 * Does the slices of a campaign that are not done yet.
 *
 * @returns why it ended before all were done; undefined if they were
 * @throws what the engine throws where no slice can be done, after the slices that are under way
 */
export async function runCampaign(run: CampaignRun): Promise<string | undefined> {
  return new Coordinator(run).run();
}

class Coordinator {
  private readonly asked: CampaignRun;
  private readonly queue: Slice[];
  private readonly running = new Set<Promise<void>>();
  /** How often a slice was lost. */
  private readonly lost = new Map<string, number>();
  private own: Ledger | undefined;
  private failed: unknown;

  constructor(asked: CampaignRun) {
    this.asked = asked;
    this.queue = asked.slices.filter(({ id }) => asked.tally.endOf(id) === undefined);
  }

  async run(): Promise<string | undefined> {
    const { engine, signal, rules } = this.asked;
    const onAbort = (): void => engine.stop();
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    rules.begin();
    try {
      while (this.queue.length > 0 && this.reason === undefined) {
        while (this.running.size < engine.width && this.queue.length > 0) this.hand(this.queue.shift()!);
        await this.changed();
      }
      await Promise.all(this.running);
    } finally {
      rules.end();
      signal.removeEventListener('abort', onAbort);
    }
    if (this.failed !== undefined) throw this.failed;
    return this.queue.length === 0 && !this.hasStopped ? undefined : this.reason;
  }

  /** Why no further slice is handed out. */
  private get reason(): string | undefined {
    if (this.failed !== undefined) return 'it failed';
    return this.asked.signal.aborted ? 'it was interrupted' : this.asked.rules.reason;
  }

  /** Slices were under way when it was stopped. */
  private get hasStopped(): boolean {
    return this.asked.slices.some(({ id }) => this.asked.tally.endOf(id) === undefined);
  }

  /** A slice ended, or a rule says that it is enough. */
  private changed(): Promise<unknown> {
    return Promise.race([...this.running, this.asked.rules.met, aborted(this.asked.signal)]);
  }

  private hand(slice: Slice): void {
    const doing = this.do(slice)
      .catch((error: unknown) => {
        this.failed ??= error;
      })
      .finally(() => this.running.delete(doing));
    this.running.add(doing);
  }

  private async do(slice: Slice): Promise<void> {
    this.take(await this.asked.engine.do(slice), slice);
  }

  private take(handed: Handed, slice: Slice): void {
    if (handed.type === 'lines') {
      for (const line of handed.lines) this.note(line);
      return;
    }
    // Losses of an earlier run do not count: then the whole campaign may have been killed.
    const times = (this.lost.get(slice.id) ?? 0) + 1;
    this.lost.set(slice.id, times);
    if (times < LOST_MAX) this.queue.push(slice);
    else
      this.note(this.write(sliceLine(slice.id, refusedSlice(`${LOST_MAX} times ${handed.why}`, 'crashed'))));
  }

  private note(line: Line): void {
    this.asked.tally.add(line);
    if (line.t === 'slice') this.asked.rules.see(line);
    this.asked.onLine?.(line);
  }

  private write(content: LineContent): Line {
    this.own ??= new Ledger(this.asked.folder, this.asked.plan);
    return this.own.add(content);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
