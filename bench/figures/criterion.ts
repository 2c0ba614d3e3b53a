import { median } from './statistics.ts';

/** A target is missed, as far as the exit code goes, from this part beyond it on. */
export const TARGET_TOLERANCE = 0.15;

/** One thing that is asked of a figure, and what was found. */
export interface Criterion {
  /** The part of the suite whose figure it is. */
  readonly section: string;
  /** What is judged, as in `raw-mix`. */
  readonly subject: string;
  /** In words, as in `at most 1.9 units`. */
  readonly asked: string;
  /** The median of the runs, in words. */
  readonly found: string;
  readonly verdict: 'met' | 'missed' | 'cannot tell';
  /** By what part of the limit the median is beyond it; below 0 within it. Null where nothing was measured. */
  readonly missedBy: number | null;
  /** Missed by more than is let pass. */
  readonly fails: boolean;
  /** Why nobody can tell; null where one can. */
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
  /** What of the limit is let pass; `TARGET_TOLERANCE` unless told. */
  readonly tolerance?: number;
  /** What speaks against the measurement; null where nothing does. */
  readonly doubt: string | null;
  /**
   * True of a time: what disturbs only adds to it, so that a limit it meets on a busy machine it meets. False of
   * one figure over another, where the disturbance may be in either.
   */
  readonly isTime: boolean;
}

/**
 * Judges the median of the runs.
 *
 * Nobody can tell where there is a doubt that counts, and where the best run meets what the median misses by more
 * than is let pass: runs that are so far apart were not of one machine.
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
