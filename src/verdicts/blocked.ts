import type { BlockedThread } from '../control/words/trace.ts';
import { lostWakeups } from './causes/lost_wakeup.ts';
import { type Evidence, list, nameOf } from './evidence.ts';
import type { Diagnosis } from './verdict.ts';

/** No thread can run and some sleep: a deadlock, or a wake-up that was lost. */
export function blockedVerdict(evidence: Evidence): Diagnosis {
  const { blocked } = evidence;
  const lost = lostWakeups(evidence);
  const waits = blocked.map((wait) => describeWait(evidence, wait));
  const names = list([...new Set(blocked.map((wait) => wait.thread))]);
  const many = new Set(blocked.map((wait) => wait.thread)).size > 1;
  const thread = blocked[0]?.thread ?? -1;
  if (lost.length > 0) {
    const details = [...lost.flatMap((one) => one.details), ...waits];
    const message = `thread${many ? 's' : ''} ${names} sleep${many ? '' : 's'} for ever after a lost wake-up`;
    return { verdict: 'lost-wakeup', message, details, thread };
  }
  const message = `nobody can run: thread${many ? 's' : ''} ${names} wait${many ? '' : 's'} for ever`;
  return { verdict: 'deadlock', message, details: waits, thread };
}

/** Who waits for what, in a line. */
export function describeWait(evidence: Evidence, wait: BlockedThread): string {
  const now = evidence.valueAt(wait.buffer, wait.offset);
  const how = wait.asynchronous ? 'awaits' : 'sleeps on';
  return `thread ${wait.thread} ${how} ${nameOf(evidence, wait)}, which held ${wait.expected} when it went to sleep and holds ${now} now`;
}
