import { FAIL } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { type Evidence, nameOf } from '../evidence.ts';
import { overlap, type Place, valueAfter } from '../history.ts';
import { spinning } from '../repetition.ts';
import type { Cause } from './cause.ts';

/** A lock that a thread has: the step at which it took it. */
interface Held {
  readonly place: Place;
  readonly thread: number;
  readonly step: number;
}

/**
 * Threads that each have a lock and wait for the next one's. A lock is told by how it was taken: a compare-exchange or an
 * exchange that turned 0 into something, with nobody having set it back to 0 since; and by what was done to it since: a word that is
 * counted up and down, or that threads change which do not wait for it, is a counter or a state, and has no one holder.
 */
export function lockOrder(evidence: Evidence): Cause | undefined {
  const waits = waitingFor(evidence);
  for (const first of waits.keys()) {
    const chain: Held[] = [];
    let thread = first;
    for (;;) {
      const place = waits.get(thread);
      const held = place === undefined ? undefined : holderOf(evidence, place);
      if (held === undefined || chain.some((one) => one.thread === held.thread)) break;
      chain.push(held);
      thread = held.thread;
      if (thread !== first) continue;
      const isLock =
        chain.length > 1
          ? chain.every((one) => isWaitedFor(evidence, waits, one))
          : isTakenAgain(evidence, held);
      if (isLock) return tell(evidence, chain);
      break;
    }
  }
  return undefined;
}

/** What each thread sleeps on, or spins on if that is one place. */
export function waitingFor(evidence: Evidence): Map<number, Place> {
  const waits = new Map<number, Place>();
  for (const wait of evidence.blocked) if (!wait.asynchronous) waits.set(wait.thread, { ...wait, size: 4 });
  if (evidence.outcome.failure !== FAIL.LIVELOCK) return waits;
  for (const [thread, cycle] of spinning(evidence.steps)) {
    const places = cycle.steps.filter((step) => step.kind !== KIND.PAUSE);
    if (
      places.length > 0 &&
      places.every((step) => step.offset === places[0].offset && step.buffer === places[0].buffer)
    )
      waits.set(thread, places[0]);
  }
  return waits;
}

/** Who has the lock at a place; undefined if it is free, or not known for a lock. */
export function holderOf({ history, steps }: Evidence, place: Place): Held | undefined {
  const changes = history.changes(place, -1);
  const taken = changes.findLast((i) => steps[i].result === 0 || valueAfter(steps[i]) === 0);
  if (taken === undefined || steps[taken].result !== 0 || !overlap(steps[taken], place)) return undefined;
  const { kind, thread } = steps[taken];
  if (!exchanges(kind) || changes.some((i) => i > taken && !exchanges(steps[i].kind))) return undefined;
  return { place, thread, step: taken };
}

function exchanges(kind: number): boolean {
  return kind === KIND.COMPARE_EXCHANGE || kind === KIND.EXCHANGE;
}

/** Since it was taken only those changed it that wait for it, as who marks a lock as contended does. */
function isWaitedFor({ history, steps }: Evidence, waits: ReadonlyMap<number, Place>, held: Held): boolean {
  return history.changes(held.place, held.step).every((i) => {
    const { thread } = steps[i];
    const place = waits.get(thread);
    return thread === held.thread || (place !== undefined && overlap(steps[i], place));
  });
}

/**
 * A thread that has a lock tries to take it once more: it exchanges its word again, or comes back to it from other places. A state on
 * which its thread sleeps at once is none, nor is one that another thread changed before that, or tried to.
 */
function isTakenAgain({ steps }: Evidence, { place, thread, step }: Held): boolean {
  let wasElsewhere = false;
  for (const later of steps.slice(step + 1)) {
    const isHere = overlap(later, place);
    const takes = exchanges(later.kind);
    if (later.thread !== thread) {
      if (isHere && takes) return false;
    } else if (isHere && takes) return true;
    else if (!isHere && later.kind !== KIND.PAUSE) wasElsewhere = true;
  }
  return wasElsewhere;
}

/** `found[i]` is the lock that the holder of the one before (of the last, for the first) waits for. */
function tell(evidence: Evidence, found: readonly Held[]): Cause {
  const first = found.reduce((least, held, i) => (held.step < found[least].step ? i : least), 0);
  const chain = [...found.slice(first), ...found.slice(0, first)];
  const { at } = evidence;
  const name = (held: Held): string => nameOf(evidence, held.place);
  const steps = chain.map((held) => held.step).sort((x, y) => x - y);
  const threads = chain.map((held) => held.thread).sort((x, y) => x - y);
  const places = chain.map(name);
  if (chain.length === 1) {
    const [held] = chain;
    return {
      name: 'self-deadlock',
      sentence: `thread ${held.thread} waits for ${name(held)}, which it took itself at step ${held.step}${at(held.step)}`,
      steps,
      threads,
      places,
    };
  }
  const parts = chain.map((held, i) => {
    const wanted = chain[(i + 1) % chain.length];
    return `thread ${held.thread} took ${name(held)} at step ${held.step}${at(held.step)} and waits for ${name(wanted)}`;
  });
  return { name: 'lock order', sentence: parts.join('; '), steps, threads, places };
}
