import type { LocalFailure } from '../../control/notes/local_failure.ts';
import { joinNotes, type NotedLines } from '../../control/notes/notes.ts';
import type { OutsideUse } from '../../control/notes/outside_use.ts';
import type { RunOutcome } from '../../control/session/run.ts';
import type { RunEnd } from '../../control/session/run_watch.ts';
import { FAIL, H } from '../../control/words/layout.ts';
import { Sets } from '../../control/words/sets.ts';
import { outsideLines } from '../../verdicts/outside.ts';
import { Sources } from '../../verdicts/source.ts';
import type { ToldBefore } from './told_before.ts';

/** Why a run ended, by `STOP`. */
const REASONS = [
  'requested',
  'limit',
  'exhausted',
  'failed',
  'requested',
  'requested',
  'requested',
  'requested',
  'requested',
] as const;

/**
 * What the threads' reports and the control words say of a run that ended. @param exit of a worker that ended
 */
export function outcomeOf(
  words: Int32Array,
  end: RunEnd,
  outside: readonly OutsideUse[],
  exit: LocalFailure | undefined,
  before: ToldBefore,
): RunOutcome {
  const { replies, trouble, failure } = end;
  const sites = new Map(replies.flatMap((reply) => [...(reply?.sites ?? [])]));
  const texts = new Map(replies.flatMap((reply) => [...(reply?.texts ?? [])]));
  const failed = words[H.FAIL] !== FAIL.NONE;
  const unclear = trouble === 'hung' || trouble === 'died';
  return {
    reason: failed ? 'failed' : unclear ? (trouble as 'hung' | 'died') : REASONS[words[H.STOP_REASON]],
    failure: words[H.FAIL],
    failureThread: failed ? words[H.FAIL_THREAD] : end.thread,
    failureStep: failed ? words[H.FAIL_STEP] : words[H.STEP],
    local: failure ?? replies.find((reply) => reply?.failure !== undefined)?.failure ?? exit,
    stall: end.stall,
    ended: new Sets(words).alive.isEmpty,
    sites,
    texts,
    noted: withOutside(joinNotes([before.noted, ...replies.map((reply) => reply?.noted)]), outside),
    observed: joinReports(replies, before),
    outside,
    executions: words[H.EXECUTIONS],
    pruned: words[H.PRUNED],
    // One that hung or lost a worker was never closed.
    schedule: words[H.SCHEDULE] + (words[H.UNCLOSED] === 0 ? 0 : 1),
  };
}

/** What each thread's observers reported, by their names. */
function joinReports(
  replies: RunEnd['replies'],
  before: ToldBefore,
): ReadonlyMap<string, readonly unknown[]> {
  const reports = new Map<string, unknown[]>();
  for (const [name, report] of replies.flatMap((reply) => reply?.observed ?? [])) {
    if (!reports.has(name)) reports.set(name, [...before.reportsOf(name)]);
    if (report !== undefined) reports.get(name)?.push(report);
  }
  return reports;
}

/** What was met outside the explorer's control was not watched, either. */
function withOutside(noted: NotedLines, outside: readonly OutsideUse[]): NotedLines {
  const sources = new Sources();
  return {
    ...noted,
    unwatched: [...new Set([...noted.unwatched, ...outsideLines(outside, sources, false)])],
    remarks: [...new Set([...noted.remarks, ...outsideLines(outside, sources, true)])],
  };
}
