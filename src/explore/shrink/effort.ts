/** What a search for a smaller schedule may spend, and whom it tells how far it is. To be ended. */
export class Effort {
  private readonly stop = new AbortController();
  private readonly abort = (): void => this.stop.abort();
  // A timer and a listener of our own: what `AbortSignal.timeout` gives is collected as garbage where only `AbortSignal.any`
  // knows it (Node.js 20), and the time is never over.
  private readonly timer: NodeJS.Timeout;
  private readonly timeMs: number;
  private readonly asked: AbortSignal | undefined;
  private readonly onProgress: ((line: string) => void) | undefined;

  /** @param timeMs time to spend, in milliseconds; @param asked is aborted where it is told to stop earlier */
  constructor(timeMs: number, asked: AbortSignal | undefined, onProgress?: (line: string) => void) {
    this.timer = setTimeout(this.abort, timeMs);
    this.timeMs = timeMs;
    this.asked = asked;
    asked?.addEventListener('abort', this.abort);
    if (asked?.aborted === true) this.abort();
    this.onProgress = onProgress;
  }

  /** Is aborted when the time is over, or by the user. */
  get signal(): AbortSignal {
    return this.stop.signal;
  }

  get over(): boolean {
    return this.signal.aborted;
  }

  tell(line: string): void {
    this.onProgress?.(line);
  }

  /** Runs a part of the search that may take a share of the time at most, so that something is left for the others. */
  async share<Result>(of: number, part: (effort: Effort) => Promise<Result>): Promise<Result> {
    const effort = new Effort(this.timeMs / of, this.signal, this.onProgress);
    try {
      return await part(effort);
    } finally {
      effort.end();
    }
  }

  end(): void {
    clearTimeout(this.timer);
    this.asked?.removeEventListener('abort', this.abort);
  }
}
