import { resetNemesis } from '../nemesis/nemesis.ts';
import { H, type Layout, P, PORT_CLOSED, T, W } from '../words/layout.ts';
import { KIND } from '../words/operation.ts';
import { ownPlace } from '../words/place.ts';
import type { Sets } from '../words/sets.ts';

/** Puts the control words as they are before a schedule: every thread about to start, nobody waiting. */
export function resetSchedule(words: Int32Array, layout: Layout, sets: Sets): void {
  const threads = words[H.THREADS];
  const beginners = words[H.BEGINNERS];
  words[H.STEP] = 0;
  sets.alive.fillTo(beginners);
  sets.enabled.fillTo(beginners);
  sets.held.clear();
  sets.started.clear();
  words[H.ABANDON] = 0;
  words[H.CURRENT] = -1;
  words[H.FORCED] = 0;
  words[H.FORCED_FROM] = 0;
  words[H.PROBE] = 0;
  sets.fruitless.clear();
  sets.timeable.clear();
  sets.timedEarly.clear();
  words[H.NOW_MS] = 0;
  words[H.STUBBORN] = 0;
  words[H.WAS_STUBBORN] = 0;
  words[H.UNCHANGED] = 0;
  sets.outsideWakes.copy(sets.outsideWakesLasting);
  sets.outsideFeeds.copy(sets.outsideFeedsLasting);
  sets.gone.clear();
  sets.outsidePending.clear();
  words[H.WAIT_SEQUENCE] = 0;
  const waiters = words[H.WAITERS];
  for (let i = 0; i < waiters; i++) words[layout.waiters + i * W.WORDS] = 0;
  words[H.WAITERS] = 0;
  words[H.NEXT_THREAD] = beginners;
  words[H.ARRIVAL] = 0;
  if (words[H.FAULTS] !== 0) resetNemesis(words, layout, sets);
  const ports = words[H.PORTS];
  for (let i = 0; i < ports; i++) words[layout.ports + i * P.WORDS + P.STATE] = PORT_CLOSED;
  words[H.PORTS] = 0;
  for (let thread = 0; thread < threads; thread++) {
    const block = layout.threads + thread * T.WORDS;
    words[block + T.KIND] = KIND.START;
    words[block + T.BUFFER] = ownPlace(thread);
    words[block + T.OFFSET] = 0;
    words[block + T.SIZE] = 0;
    words[block + T.A] = 0;
    words[block + T.B] = 0;
    words[block + T.BY] = -1;
    words[block + T.WAITER] = 0;
    words[block + T.TIMERS] = 0;
    words[block + T.SWALLOWED] = 0;
    words[block + T.FORCED] = 0;
    words[block + T.STEPS] = 0;
    words[block + T.DUE_MS] = -1;
    words[block + T.KILL] = 0;
    words[block + T.EVENTS] = 0;
    words[block + T.PARENT] = -1;
  }
}
