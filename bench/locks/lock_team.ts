import { LINE_WORDS } from '../../src/platform/struct.ts';
import type { LockStatisticsHandle } from '../../src/sync/decorators/lock_statistics.ts';

/** One member of a team: its members all take the same lock, with the same level of statistics. */
export interface TeamJob {
  /** The words of `TEAM`. */
  readonly control: SharedArrayBuffer;
  readonly kind: string;
  readonly statistics: LockStatisticsHandle;
  readonly members: number;
  readonly member: number;
  /** Steps of private computation within the lock, and as many without. */
  readonly work: number;
}

/** What a team and its conductor tell each other, each on a line of its own. */
export const TEAM = {
  /** The number of the slice to run: counts up; -1 ends the team. */
  slice: 0,
  /** Members that have begun a slice, over all slices. */
  begun: LINE_WORDS,
  /** The last slice that is over. */
  over: 2 * LINE_WORDS,
  /** Members that have ended a slice, over all slices. */
  ended: 3 * LINE_WORDS,
  /** What the lock guards: one for each acquisition. */
  guarded: 4 * LINE_WORDS,
  /** By member, a line each: acquisitions in the last slice. */
  done: 5 * LINE_WORDS,
  /** The lock, to the end of the memory. */
  lock: 16 * LINE_WORDS,
} as const;

/** Whole pages of its own: other data on its line would slow the lock down. */
export const TEAM_BYTES = 16_384;
