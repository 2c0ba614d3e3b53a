import { FAIL } from '../../control/words/layout.ts';
import { type Evidence, list, nameOf } from '../evidence.ts';
import { spinning } from '../repetition.ts';
import type { Cause } from './cause.ts';

/** A thread that sleeps in `Atomics.wait`, or spins, while what it set up itself cannot run for that reason. */
export function blockedEventLoop(evidence: Evidence): Cause | undefined {
  const { history, blocked, outcome, steps, at } = evidence;
  const sleepers = blocked.filter((wait) => !wait.asynchronous);
  const spinners = outcome.failure === FAIL.LIVELOCK ? [...spinning(steps).keys()] : [];
  for (const thread of new Set([...sleepers.map((wait) => wait.thread), ...spinners])) {
    const ready = history.waits.filter(
      (wait) => wait.asynchronous && wait.thread === thread && wait.notify >= 0 && wait.returned < 0,
    );
    const timers = evidence.timers(thread);
    if (ready.length === 0 && timers === 0) continue;
    const sleep = sleepers.find((wait) => wait.thread === thread);
    const does =
      sleep === undefined
        ? 'spins'
        : `sleeps in Atomics.wait on ${nameOf(evidence, sleep)} since step ${sleep.step}${at(sleep.step)}`;
    const waiting = ready.map(
      (wait) => `its waitAsync of step ${wait.step} (notified at step ${wait.notify})`,
    );
    if (timers > 0) waiting.push(timers === 1 ? 'a timer of its own' : `${timers} timers of its own`);
    const many = waiting.length > 1 || timers > 1;
    return {
      name: 'blocked event loop',
      sentence: `thread ${thread} ${does} and so blocks its own event loop, in which ${list(waiting)} wait${many ? '' : 's'} to run`,
      steps: [
        ...ready.flatMap((wait) => [wait.step, wait.notify]),
        ...(sleep === undefined ? [] : [sleep.step]),
      ].sort((x, y) => x - y),
      threads: [thread],
      places: sleep === undefined ? [] : [nameOf(evidence, sleep)],
    };
  }
  return undefined;
}
