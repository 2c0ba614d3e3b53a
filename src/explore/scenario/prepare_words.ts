import type { RunRequest } from '../../control/session/run.ts';
import { FORCED_RUN } from '../../control/thread/decision.ts';
import { FAULT_NAMES, type Faults, N } from '../../control/words/fault.ts';
import { EVENTS_MAX, FAIL, H, type Layout, TIMEOUT_NAMES } from '../../control/words/layout.ts';
import { Sets } from '../../control/words/sets.ts';
import { highOf } from '../../control/words/word_random.ts';
import type { SessionOptions } from './session_options.ts';

/** Words that every run begins with at 0. */
const WORDS_OF_A_RUN = [
  H.EXECUTIONS,
  H.PRUNED,
  H.SCHEDULE,
  H.UNCLOSED,
  H.STEPS_MAX,
  H.BOUNDED_LOOPS,
  H.HELD_BACK,
  H.STEPS_SUM,
  H.STEPS_SUM_HIGH,
  H.SWITCHES,
  H.SWITCHES_HIGH,
  H.TRUNCATED,
  H.SPACE_DONE,
  H.STOP_REQUEST,
  H.GAVE_UP,
  H.SAVED,
  H.PROBES,
  H.MORE_STEPS,
  H.MESSAGES,
] as const;

/** Where all threads are held, each is to have so many turns, as far as a schedule has room for them. */
const TURNS_LEAST = 4;

/** A run that is about to begin. */
interface Beginning {
  readonly request: RunRequest;
  /** It is the run of before that goes on. */
  readonly goOn: boolean;
  /** Those that start by themselves, and those that stand ready for Workers. */
  readonly threads: number;
  readonly workers: number;
  /** There may be more of these than are needed. */
  readonly guessed: boolean;
  /** How many may wait awake for their turn. */
  readonly spinners: number;
  readonly hasInvariant: boolean;
  readonly faults: Faults;
  /** Threads to which they may happen; undefined for all. */
  readonly victims: readonly number[] | undefined;
  /** How often a thread that waits may be overtaken; undefined where that is not looked at. */
  readonly bypass: number | undefined;
}

/** A quarter of a schedule at most; where there are many threads half of it, so that each has some turns. */
function forcedLimit(threads: number, stepLimit: number): number {
  const turns = Math.min(TURNS_LEAST * FORCED_RUN * threads, stepLimit >> 1);
  return Math.max(Math.min(1000 * threads, stepLimit >> 2), turns);
}

/** Writes what a run is told into the control words. */
export function prepareWords(
  words: Int32Array,
  layout: Layout,
  options: SessionOptions,
  { request, goOn, threads, workers, guessed, spinners, hasInvariant, faults, victims, bypass }: Beginning,
): void {
  const all = threads + workers;
  const isProgram = options.program !== undefined;
  if (request.fresh !== false && !goOn) words.fill(0, layout.strategy, layout.trace);
  words[H.THREADS] = all;
  words[H.BEGINNERS] = threads;
  words[H.GUESSED] = guessed ? 1 : 0;
  words[H.PROGRAM] = isProgram ? 1 : 0;
  words[H.RENEW] = (isProgram || workers > 0) && options.reuse !== true ? 1 : 0;
  words[H.RUN]++;
  words[H.STEP_LIMIT] = options.stepLimit;
  words[H.SPIN_LIMIT] = options.spinLimit;
  words[H.FORCED_LIMIT] = forcedLimit(all, options.stepLimit);
  const { seed = options.seed } = request;
  words[H.SEED] = seed;
  words[H.SEED_HIGH] = highOf(seed);
  words[H.JOB] = options.job ?? 0;
  words[H.WRITES_DEPEND] = hasInvariant ? 1 : 0;
  const asked = FAULT_NAMES.map((name) => faults[name] ?? 0);
  words.set(asked, layout.faults + N.ASKED);
  words[layout.faults + N.BYPASS] = bypass === undefined ? 0 : bypass + 1;
  const sets = new Sets(words);
  sets.forget(goOn);
  if (victims === undefined) sets.victims.fill();
  else for (const thread of victims) sets.victims.add(thread);
  if (!goOn) words[layout.faults + N.HAPPENED] = 0;
  words[H.FAULTS] = asked.some((most) => most > 0) ? 1 : 0;
  words[H.RACES] = options.races === true ? 1 : 0;
  words[H.TIMEOUTS_ASKED] = TIMEOUT_NAMES.indexOf(request.timeouts ?? 'any');
  words[H.EXECUTIONS_LIMIT] = Math.min(request.schedules, 0x7fff_ffff);
  words[H.EXPECT_FAIL] = request.expected ?? FAIL.NONE;
  words[H.SPINNERS_MAX] = spinners;
  if (!goOn) for (const word of WORDS_OF_A_RUN) words[word] = 0;
  const events = request.events ?? options.events;
  words[H.EVENT_GUIDE] = events === undefined ? -1 : Math.min(EVENTS_MAX, Math.floor(events.length / 3));
  words.set((events ?? []).slice(0, 3 * EVENTS_MAX), layout.events);
  const guide = request.guide ?? [];
  words[H.GUIDE_LENGTH] = Math.min(guide.length, options.stepLimit);
  words.set(guide.slice(0, options.stepLimit), layout.guide);
}
