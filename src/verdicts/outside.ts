/**
 * What becomes of a verdict where something outside the explorer's control took part: a verdict that may be wrong because of
 * it is not given. See control/thread/outside.ts for what is met and how it is kept.
 */

import type { Labels } from '../control/memory/labels.ts';
import type { OutsideUse, Phase } from '../control/notes/outside_use.ts';
import type { RunOutcome } from '../control/session/run.ts';
import type { ActorSet } from '../control/words/actor_set.ts';
import { FAIL, H } from '../control/words/layout.ts';
import { Sets } from '../control/words/sets.ts';
import type { BlockedThread } from '../control/words/trace.ts';
import { blameOf } from './blame.ts';
import { list } from './evidence.ts';
import type { Sources } from './source.ts';
import type { Diagnosis, Verdict } from './verdict.ts';

interface Evidence {
  readonly outcome: RunOutcome;
  readonly words: Int32Array;
  readonly gone: readonly BlockedThread[];
  readonly labels: Labels;
}

const NOTHING_SAID = 'nothing is said about the code under test';

/** What was seen to happen: something outside can have caused it only by what the threads saw, not by a wake-up to come. */
const SEEN: ReadonlySet<Verdict> = new Set(['exception', 'check', 'invariant', 'exit', 'crash']);

/** The verdict, or `uncontrolled` in its place; and which thread ended early. */
export function qualify(seen: Diagnosis, evidence: Evidence): Diagnosis {
  const told = withGone(seen, evidence);
  // It says already that the code under test is not to blame, or is true whatever else acts.
  if (blameOf(told.verdict) !== 'code') return told;
  const { words, outcome } = evidence;
  const sets = new Sets(words);
  const threads = sets.own().copy(sets.outsideFeeds);
  if (!SEEN.has(told.verdict)) threads.unite(wakers(words, sets, told, outcome));
  if (threads.isEmpty) return told;
  const uses = outcome.outside.filter((use) => threads.has(use.thread) && (use.wakes || use.feeds));
  const inside =
    told.verdict === 'hang' ? uses.find((use) => use.wasm && use.thread === told.thread) : undefined;
  if (inside !== undefined) {
    return {
      verdict: 'uncontrolled',
      message:
        `thread ${told.thread} ran on without any Atomics operation: it may sleep or loop inside WebAssembly that uses ` +
        `shared memory, which the explorer does not see; ${NOTHING_SAID}`,
      details: places(uses),
      thread: told.thread,
    };
  }
  const what = uses[0] === undefined ? 'something outside took part' : describe(uses[0]);
  // What a hang was taken for is what cannot be told.
  const beside =
    told.verdict === 'hang'
      ? [`seen: thread ${told.thread} ran on without any Atomics operation`]
      : [`seen: ${told.message}`, ...told.details];
  return {
    verdict: 'uncontrolled',
    message: `${what}; ${NOTHING_SAID}`,
    details: [...places(uses), ...beside],
    thread: told.thread,
  };
}

/**
 * The threads that something outside may still wake. A thread of a program keeps its turn until the work that it asked of
 * the host is done, so that only what is still open there can act: a socket, a server.
 */
function wakers(
  words: Int32Array,
  sets: Sets,
  { verdict, thread }: Diagnosis,
  { outside }: RunOutcome,
): ActorSet {
  if (words[H.PROGRAM] === 0) return sets.outsideWakes;
  const mayBeInside = verdict === 'hang' && outside.some((use) => use.wasm && use.thread === thread);
  const threads = sets.own().copy(sets.outsidePending);
  if (mayBeInside) threads.add(thread);
  return threads;
}

/** What was met, as lines for a result: what was not watched, or what is only worth a remark (`plain`). */
export function outsideLines(uses: readonly OutsideUse[], sources: Sources, plain: boolean): string[] {
  const alike = new Map<string, OutsideUse[]>();
  for (const use of uses) {
    if (use.plain !== plain) continue;
    const place = sources.frames(use.stack)[0];
    const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
    const said = `${use.what}: ${use.why}${where}`;
    alike.set(said, [...(alike.get(said) ?? []), use]);
  }
  return [...alike].map(([said, met]) => `${whoMet(met)} ${said}`);
}

const PHASES: Record<Exclude<Phase, 'thread'>, string> = {
  load: 'the scenario, while it was loaded,',
  setup: 'setup()',
  attach: 'attach()',
  end: 'the scenario, between schedules,',
};

/** Who did the same thing at the same place: `threads 0 and 1 and setup()`. */
function whoMet(uses: readonly OutsideUse[]): string {
  const threads = [...new Set(uses.filter((use) => use.phase === 'thread').map((use) => use.thread))].sort(
    (a, b) => a - b,
  );
  const phases = new Set(uses.flatMap(({ phase }) => (phase === 'thread' ? [] : [PHASES[phase]])));
  const who = [...phases];
  if (threads.length > 0) who.unshift(`thread${threads.length > 1 ? 's' : ''} ${list(threads)}`);
  return list(who);
}

function describe(use: OutsideUse): string {
  return `${whoMet([use])} ${use.what}: ${use.why}`;
}

/** The innermost frame of each use, as a line of a stack: what shows the result maps it to the source. */
function places(uses: readonly OutsideUse[]): string[] {
  const lines: string[] = [];
  for (const use of uses.slice(0, 4)) {
    const frame = use.stack.split('\n').find((line) => /\bat\b/.test(line) && !line.includes('node:'));
    lines.push(frame === undefined ? describe(use) : `${use.what} ${frame.trim()}`);
  }
  return [...new Set(lines)];
}

/** Says which thread Node.js would have ended, and what follows from that. */
function withGone(seen: Diagnosis, evidence: Evidence): Diagnosis {
  const { words, gone, labels, outcome } = evidence;
  const threads = new Sets(words).gone.toArray();
  if (threads.length === 0) return seen;
  const ended: string[] = [];
  for (const thread of threads) {
    const waits = gone.filter((wait) => wait.thread === thread);
    const awaited = [...new Set(waits.map((wait) => labels.place(wait.buffer, wait.offset)))];
    const what =
      awaited.length > 0
        ? `it awaited Atomics.waitAsync on ${awaited.join(' and ')}`
        : 'nothing but timers after unref() was pending';
    ended.push(`thread ${thread} ended while ${what} (Node.js ends a thread that has nothing else to do)`);
  }
  const advice =
    'where a thread stands for a Worker that something keeps alive (a message listener), export listens = true';
  if (outcome.failure === FAIL.GONE) {
    return { ...seen, message: ended.join('; '), details: [...seen.details, advice], thread: threads[0] };
  }
  if (outcome.failure === FAIL.BLOCKED || outcome.failure === FAIL.LIVELOCK) {
    return { ...seen, message: `${ended.join('; ')}; ${seen.message}`, details: [...seen.details, advice] };
  }
  return { ...seen, details: [...seen.details, ...ended, advice] };
}
