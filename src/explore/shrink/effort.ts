/** What a search for a smaller schedule may spend, and whom it tells how far it is. */
export class Effort {
  /** Is aborted when the time is over, or by the user. */
  readonly signal: AbortSignal;
  private readonly onProgress: ((line: string) => void) | undefined;

  /** @param timeMs time to spend, in milliseconds */
  constructor(timeMs: number, signal: AbortSignal | undefined, onProgress?: (line: string) => void) {
    const time = AbortSignal.timeout(timeMs);
    this.signal = signal === undefined ? time : AbortSignal.any([time, signal]);
    this.onProgress = onProgress;
  }

  get over(): boolean {
    return this.signal.aborted;
  }

  tell(line: string): void {
    this.onProgress?.(line);
  }
}
