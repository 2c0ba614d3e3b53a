import { median } from './statistics.ts';

/** For the exit code, a target counts as missed from this share beyond it on. */
export const TARGET_TOLERANCE = 0.15;

/** One target of a figure, and what was found. */
export interface Criterion {
  /** The part of the suite that the figure belongs to. */
  readonly section: string;
  /** What is judged, as in `raw-mix`. */
  readonly subject: string;
  /** In words, as in `at most 1.9 units`. */
  readonly asked: string;
  /** The median of the runs, in words. */
  readonly found: string;
  readonly verdict: 'met' | 'missed' | 'cannot tell';
  /** How far the median is beyond the limit, as a share of it; below 0 if within. Null if nothing was measured. */
  readonly missedBy: number | null;
  /** Missed by more than the tolerance. */
  readonly fails: boolean;
  /** Why the verdict is *cannot tell*; null otherwise. */
  readonly reason: string | null;
}

export interface Question {
  readonly section: string;
  readonly subject: string;
  /** Of each run. */
  readonly values: readonly number[];
  readonly atMost?: number;
  readonly atLeast?: number;
  /** How a value is shown, with its unit. */
  format(value: number): string;
  /** The tolerance, as a share of the limit; `TARGET_TOLERANCE` by default. */
  readonly tolerance?: number;
  /** A doubt about the measurement; null if none. */
  readonly doubt: string | null;
  /**
   * True for a time: a disturbance only adds to it, so a limit that is met on a busy machine is met. False for a ratio,
   * since the disturbance may be in either figure.
   */
  readonly isTime: boolean;
}

/**
 * Judges the median of the runs.
 *
 * *Cannot tell* if there is a doubt that counts, and if the best run meets what the median misses by more than the
 * tolerance: runs that differ so much did not have the same conditions.
 */
export function judge(question: Question): Criterion {
  const { values, format, isTime, doubt } = question;
  const limit = question.atMost ?? question.atLeast ?? Number.NaN;
  const isMost = question.atMost !== undefined;
  const beyond = (value: number) => (isMost ? value / limit - 1 : 1 - value / limit);
  const known = {
    section: question.section,
    subject: question.subject,
    asked: `${isMost ? 'at most' : 'at least'} ${format(limit)}`,
  };
  const cannotTell = (found: string, missedBy: number | null, reason: string): Criterion => ({
    ...known,
    found,
    verdict: 'cannot tell',
    missedBy,
    fails: false,
    reason,
  });
  if (values.length === 0) return cannotTell('-', null, doubt ?? 'nothing was measured');
  const missedBy = beyond(median(values));
  const found = format(median(values));
  const met = missedBy <= 0;
  if (doubt !== null && !(isTime && met)) return cannotTell(found, missedBy, doubt);
  const fails = missedBy > (question.tolerance ?? TARGET_TOLERANCE);
  const best = isMost ? Math.min(...values) : Math.max(...values);
  if (fails && beyond(best) <= 0) {
    return cannotTell(
      found,
      missedBy,
      `the runs are too far apart: ${format(Math.min(...values))} to ${format(Math.max(...values))}`,
    );
  }
  return { ...known, found, verdict: met ? 'met' : 'missed', missedBy, fails, reason: null };
}
