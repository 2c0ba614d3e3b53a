/** Where a user's strategy comes from, and what it needs: what a worker is told to make it. Plain data. */
export interface OwnSource {
  /** URL of its module. */
  readonly url: string;
  /** What it is called in messages: as it was given. */
  readonly shown: string;
  /** 32-bit words of its state, and those that it takes of the control memory. */
  readonly stateWords: number;
  readonly controlWords: number;
}
