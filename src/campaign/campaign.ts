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
  private running = 0;
  private ended!: () => void;
  /** How often a slice was lost. */
  private readonly lost = new Map<string, number>();
  private own: Ledger | undefined;
  private failed: unknown;

  constructor(asked: CampaignRun) {
    this.asked = asked;
    // What could not be done may be done now: its reason may be gone.
    this.queue = asked.slices.filter(({ id }) => asked.tally.endOf(id)?.end !== 'done');
  }

  async run(): Promise<string | undefined> {
    const { engine, signal, rules } = this.asked;
    const onAbort = (): void => {
      engine.stop();
      this.goOn();
    };
    signal.addEventListener('abort', onAbort);
    rules.begin(() => this.goOn());
    try {
      await new Promise<void>((resolve) => {
        this.ended = resolve;
        if (signal.aborted) onAbort();
        else this.goOn();
      });
    } finally {
      rules.end();
      signal.removeEventListener('abort', onAbort);
    }
    if (this.failed !== undefined) throw this.failed;
    return this.asked.slices.every(({ id }) => this.asked.tally.endOf(id) !== undefined)
      ? undefined
      : this.reason;
  }

  /** Why no further slice is handed out. */
  private get reason(): string | undefined {
    if (this.failed !== undefined) return 'it failed';
    return this.asked.signal.aborted ? 'it was interrupted' : this.asked.rules.reason;
  }

  /** Hands out what may be handed out; ends where nothing is under way and nothing will be. */
  private goOn(): void {
    const { width } = this.asked.engine;
    while (this.running < width && this.queue.length > 0 && this.reason === undefined) {
      void this.do(this.queue.shift()!);
    }
    if (this.reason !== undefined) this.asked.engine.withdraw();
    if (this.running === 0) this.ended();
  }

  private async do(slice: Slice): Promise<void> {
    this.running++;
    try {
      this.take(await this.asked.engine.do(slice), slice);
    } catch (error) {
      this.failed ??= error;
    }
    this.running--;
    this.goOn();
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
