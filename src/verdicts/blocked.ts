import type { BlockedThread } from '../control/words/trace.ts';
import type { Cause } from './causes/cause.ts';
import { lostWakeups } from './causes/lost_wakeup.ts';
import { type Evidence, list, nameOf } from './evidence.ts';
import { awaited } from './idle.ts';
import type { Diagnosis } from './verdict.ts';

/** Threads of which the message itself says what they wait for. */
const TOLD_MAX = 4;

/** No thread can run and some sleep, or wait for events: a deadlock, or a wake-up that was lost. */
export function blockedVerdict(evidence: Evidence, cause: Cause | undefined): Diagnosis {
  const { blocked, idle } = evidence;
  // What would have woken them was not lost where the thread that was to do it has died.
  const lost = cause?.name === 'dead owner' ? [] : lostWakeups(evidence);
  const waits = blocked.map((wait) => describeWait(evidence, wait));
  const sleepers = [...new Set(blocked.map((wait) => wait.thread))];
  const thread = sleepers[0] ?? idle[0]?.thread ?? -1;
  const idleLines = idle.flatMap((one) => describeIdle(evidence, one.thread));
  if (lost.length > 0) {
    const details = [...lost.flatMap((one) => one.details), ...waits, ...idleLines];
    const many = sleepers.length > 1;
    const message = `thread${many ? 's' : ''} ${list(sleepers)} sleep${many ? '' : 's'} for ever after a lost wake-up`;
    return { verdict: 'lost-wakeup', message, details, thread };
  }
  if (idleLines.length === 0) {
    const many = sleepers.length > 1;
    const message = `nobody can run: thread${many ? 's' : ''} ${list(sleepers)} wait${many ? '' : 's'} for ever`;
    return { verdict: 'deadlock', message, details: waits, thread };
  }
  const lines = linesByThread(evidence);
  const left = lines.length - TOLD_MAX;
  const told = left > 0 ? [...lines.slice(0, TOLD_MAX), `${left} more`] : lines;
  return {
    verdict: 'deadlock',
    message: `nobody can run: ${told.join('; ')}`,
    details: left > 0 ? lines : [],
    thread,
  };
}

/** A line for each thread that waits, in the order of their numbers. */
function linesByThread(evidence: Evidence): string[] {
  const { blocked, idle } = evidence;
  const sleeping = blocked.filter((wait) => !wait.asynchronous);
  const threads = new Set([...sleeping, ...idle].map(({ thread }) => thread));
  return [...threads]
    .sort((a, b) => a - b)
    .flatMap((thread) => {
      const own = sleeping.filter((wait) => wait.thread === thread);
      return own.length > 0
        ? own.map((wait) => describeWait(evidence, wait))
        : describeIdle(evidence, thread);
    });
}

/** What each thread waits for in its event loop, without its name. */
export function waitingTexts(evidence: Evidence): Map<number, string> {
  const texts = new Map<number, string>();
  for (const { thread } of evidence.idle) {
    for (const line of describeIdle(evidence, thread)) texts.set(thread, line.replace(/^thread \d+ /, ''));
  }
  return texts;
}

/** Who waits for what, in a line. */
export function describeWait(evidence: Evidence, wait: BlockedThread): string {
  const now = evidence.valueAt(wait.buffer, wait.offset);
  const how = wait.asynchronous ? 'awaits' : evidence.isProgram ? 'sleeps in Atomics.wait on' : 'sleeps on';
  const holds = now === undefined ? '' : ` and holds ${now} now`;
  return `thread ${wait.thread} ${how} ${nameOf(evidence, wait)}, which held ${wait.expected} when it went to sleep${holds}`;
}

/** What a thread waits for in its event loop, in a line; none where it has no port that keeps it alive. */
function describeIdle(evidence: Evidence, thread: number): string[] {
  const one = evidence.idle.find((idle) => idle.thread === thread);
  if (one === undefined) return [];
  const waits = evidence.blocked
    .filter((wait) => wait.asynchronous && wait.thread === thread)
    .map((wait) => `awaits Atomics.waitAsync on ${nameOf(evidence, wait)}, which held ${wait.expected}`);
  const texts = awaited(one, evidence.ports);
  if (texts.length === 0) return [];
  return [`thread ${thread} ${list([...texts, ...waits])}`];
}
