import { FAIL } from '../../control/words/layout.ts';
import { type Evidence, list, nameOf } from '../evidence.ts';
import type { Message } from '../messages.ts';
import { spinning } from '../repetition.ts';
import type { Cause } from './cause.ts';

/** Of what waits in an event loop, so many are named. */
const NAMED_MAX = 2;

/** A thread that does not come back to its event loop, and what waits there. */
interface Blocked {
  readonly thread: number;
  readonly sentence: string;
  readonly steps: readonly number[];
  readonly places: readonly string[];
}

/** Threads that sleep in `Atomics.wait`, or spin, while what they set up or were sent cannot run for that reason. */
export function blockedEventLoop(evidence: Evidence): Cause | undefined {
  const { blocked, outcome, steps } = evidence;
  const sleepers = blocked.filter((wait) => !wait.asynchronous).map((wait) => wait.thread);
  const spinners = outcome.failure === FAIL.LIVELOCK ? [...spinning(steps).keys()] : [];
  const found = [...new Set([...sleepers, ...spinners])].flatMap(
    (thread) => blockedThread(evidence, thread) ?? [],
  );
  if (found.length === 0) return undefined;
  // Where messages take part, each of them may be what another one sleeps for.
  const told = evidence.isProgram ? found : found.slice(0, 1);
  return {
    name: 'blocked event loop',
    sentence: told.map(({ sentence }) => sentence).join('; '),
    steps: [...new Set(told.flatMap(({ steps }) => steps))].sort((x, y) => x - y),
    threads: told.map(({ thread }) => thread),
    places: [...new Set(told.flatMap(({ places }) => places))],
  };
}

function blockedThread(evidence: Evidence, thread: number): Blocked | undefined {
  const { history, blocked, at } = evidence;
  const ready = history.waits.filter(
    (wait) => wait.asynchronous && wait.thread === thread && wait.notify >= 0 && wait.returned < 0,
  );
  const timers = evidence.timers(thread);
  const messages = queuedFor(evidence, thread);
  if (ready.length === 0 && timers === 0 && messages.length === 0) return undefined;
  const sleep = blocked.find((wait) => !wait.asynchronous && wait.thread === thread);
  const does =
    sleep === undefined
      ? 'spins'
      : `sleeps in Atomics.wait on ${nameOf(evidence, sleep)} since step ${sleep.step}${at(sleep.step)}`;
  const waiting = ready.map((wait) => `its waitAsync of step ${wait.step} (notified at step ${wait.notify})`);
  if (timers > 0) waiting.push(timers === 1 ? 'a timer of its own' : `${timers} timers of its own`);
  waiting.push(...messages.slice(0, NAMED_MAX).map((message) => messageText(evidence, message)));
  const left = messages.length - NAMED_MAX;
  if (left > 0) waiting.push(left === 1 ? 'another message' : `${left} more messages`);
  const many = waiting.length > 1 || timers > 1;
  return {
    thread,
    sentence: `thread ${thread} ${does} and so blocks its own event loop, in which ${list(waiting)} wait${many ? '' : 's'} to run`,
    steps: [
      ...ready.flatMap((wait) => [wait.step, wait.notify]),
      ...messages.slice(0, NAMED_MAX).map(({ sent }) => sent),
      ...(sleep === undefined ? [] : [sleep.step]),
    ],
    places: sleep === undefined ? [] : [nameOf(evidence, sleep)],
  };
}

/** Messages that would be delivered to listeners of the thread if it came back to its event loop. */
function queuedFor({ ports, messages }: Evidence, thread: number): Message[] {
  return ports
    .filter(({ owner, started, isClosed, count }) => owner === thread && started && !isClosed && count > 0)
    .flatMap(({ port }) => messages.waitingIn(port))
    .sort((a, b) => a.sent - b.sent);
}

function messageText({ steps, messages, at }: Evidence, { sent }: Message): string {
  const { text } = messages.about(sent);
  const what = text === undefined ? 'the message' : `the message ${text}`;
  return `${what} that thread ${steps[sent].thread} sent at step ${sent}${at(sent)}`;
}
