/**
 * The explorer's control memory: one SharedArrayBuffer of 32-bit words that the scenario's threads share
 * beside (never inside) the memory under test. The running thread decides who runs next, so everything that a
 * decision needs is here: pending operations, the enabled and held sets, random state, the decisions made.
 *
 * Only the thread that has the turn touches these words, with plain accesses: taking and giving the turn
 * (`GO`, an atomic word of each thread) orders them.
 *
 * This file is part of the worker's import graph: it must import nothing but what a set of threads is.
 */
import { ACTORS_MAX } from './actor_set.ts';

export const THREADS_MAX = ACTORS_MAX;

/**
 * Words of the header. What steps write comes first, together with the first words of the sets: one pair of cache lines goes with
 * the turn. What all threads count by atomics, whoever has the turn, has lines of its own.
 */
export const H = {
  /** Steps executed in this schedule; also the index of the next trace record. */
  STEP: 0,
  /** Who executed the last step, -1 before the first. */
  CURRENT: 1,
  /** 1 if the next step preempts: the thread before could have gone on. */
  PREEMPTS: 2,
  /** Context switches: the lower word of their sum, see `STEPS_SUM`. */
  SWITCHES: 3,
  /** Not 0 while a schedule is unwound: one of `ABANDON`. */
  ABANDON: 4,
  /** A thread (plus 1) that runs alone to see whether its loop ends by itself: see `loops/probe.ts`. */
  PROBE: 5,
  /** Steps taken since every enabled thread was held. */
  FORCED: 6,
  /** Step at which all that could run were held and the first was made to go on. */
  FORCED_FROM: 7,
  /** Steps at which some enabled thread was held back. */
  HELD_BACK: 8,
  /** A thread (plus 1) that is let spin on to the end of its bounded loop; the steps left to it are `STUBBORN_LEFT`. */
  STUBBORN: 9,
  /** The sets of threads: see `sets.ts`. The first words of all of them end where the pair of lines does. */
  SETS: 10,
  /** How many workers are spinning for their turn, and how many may. */
  SPINNERS: 128,
  SPINNERS_MAX: 129,
  /** 0 while schedules run, 1 when every worker is to leave its loop. */
  STATUS: 160,
  /** Why the run stopped: one of `STOP`. */
  STOP_REASON: 161,
  /** Set by the main thread: stop once so many schedules have been closed, 1 for "after this one"; 0 for no request. */
  STOP_REQUEST: 162,
  /** Number of threads. */
  THREADS: 163,
  STEP_LIMIT: 164,
  /** Executions completed, and abandoned as redundant, in this run. */
  EXECUTIONS: 165,
  PRUNED: 166,
  /** Stop when EXECUTIONS reaches this. */
  EXECUTIONS_LIMIT: 167,
  /** Schedules begun; with STEP and BEAT this is the heartbeat that the watchdog reads. */
  SCHEDULE: 168,
  BEAT: 169,
  /** The failure found: one of `FAIL`, its thread, its step. */
  FAIL: 170,
  FAIL_THREAD: 171,
  FAIL_STEP: 172,
  FORCED_LIMIT: 173,
  /** Iterations that a spin loop may repeat without progress before it is held back. */
  SPIN_LIMIT: 174,
  /** Held loops that ended by themselves: bounded loops, whose other ends were not explored. */
  BOUNDED_LOOPS: 175,
  STUBBORN_LEFT: 176,
  /** What the strategies' random stream of a schedule is made of, beside the schedule's number. */
  SEED: 177,
  SEED_HIGH: 178,
  JOB: 179,
  /** Next number in the queue of waiters, and entries of the waiter table ever used in this schedule. */
  WAIT_SEQUENCE: 180,
  WAITERS: 181,
  /** Set when the scenario has an invariant: then all writes count as dependent. */
  WRITES_DEPEND: 182,
  /** Guided replay: decisions given, and which failure to expect when they end. */
  GUIDE_LENGTH: 183,
  EXPECT_FAIL: 184,
  /** Set while a schedule was begun and not closed (its worker had to be replaced). */
  UNCLOSED: 185,
  /** Longest schedule seen. */
  STEPS_MAX: 186,
  /** Sum of steps executed, as two words: low, high (of 2^30); and the high one of switches. */
  STEPS_SUM: 187,
  STEPS_SUM_HIGH: 188,
  SWITCHES_HIGH: 189,
  /** Set when a thread was let spin on in this schedule: its length says nothing about the others. */
  WAS_STUBBORN: 190,
  /** Schedules that were cut by the step limit or by a caught abandonment. */
  TRUNCATED: 191,
  /** 1 when a systematic search has nothing left. */
  SPACE_DONE: 192,
  /** Steps at the beginning of this schedule that are known to be those of the schedule before. */
  UNCHANGED: 193,
  /** The random state of the strategies, four words (xoshiro128**): see `word_random.ts`. */
  RANDOM: 194,
  /** When timed waits time out: one of `TIMEOUTS`; what was asked for, and what this schedule does. */
  TIMEOUTS_ASKED: 198,
  TIMEOUTS: 199,
  /** Schedules that ended in an error of a thread whose wait timed out, which was let pass. */
  GAVE_UP: 200,
  /** The latest schedule in which nothing but a timeout could go on, plus 1. */
  SAVED: 201,
  /** Not 0 once something was noticed that is not watched, or not run in all ways: see `Notes`. */
  OPEN: 202,
  /** Loops that were run alone. */
  PROBES: 203,
  /** The time, in ms, as timeouts pass it that fire because nothing else can run. */
  NOW_MS: 204,
  /** 1 while the explorer itself is at work between two schedules: no code under test runs, and none hangs. */
  OWN_WORK: 205,
  /** What of a user's strategy runs just now: one of `STRATEGY_CALL`; and how many threads are making their object of it. */
  STRATEGY_CALL: 206,
  STRATEGY_CREATES: 207,
  /** 1 where data races are looked for: every atomic write counts, one that leaves its word as it was, too. */
  RACES: 208,
  /** Set in a schedule that found more places whose plain accesses are to be steps: the run begins again. */
  MORE_STEPS: 209,
  /** Threads that start by themselves; those behind them are started by others, as Workers. */
  BEGINNERS: 210,
  /** The next thread that a Worker gets. More of them than there are is how many must be there. */
  NEXT_THREAD: 211,
  /** 1 where whole programs run: threads end as in Node.js, and one clock is everybody's. */
  PROGRAM: 212,
  /** 1 where every schedule has new workers. */
  RENEW: 213,
  /** Ends of channels that were made in this schedule, and the sequence in which messages come to them. */
  PORTS: 214,
  ARRIVAL: 215,
  /** Set once a schedule started a Worker, or made a channel: what else is to be said of such scenarios turns on it. */
  MESSAGES: 216,
  /** Choices among the events of threads that this run is to make, -1 where it makes its own: see `EVENTS_MAX`. */
  EVENT_GUIDE: 217,
  /** The number of the run: what a schedule of another run left in a channel is not this one's. */
  RUN: 218,
  /** 1 where there are faults: see `fault.ts`. */
  FAULTS: 219,
  /** 1 where there may be more threads than any schedule needs: the first that ends tells. See `ReadyThreads`. */
  GUESSED: 220,
  WORDS: 256,
} as const;

/** Words of each thread's block. GO has a 128-byte line to itself: it is spun on. */
export const T = {
  GO: 0,
  /** The pending operation. */
  KIND: 32,
  BUFFER: 33,
  OFFSET: 34,
  SIZE: 35,
  A: 36,
  B: 37,
  /** Step that enabled the pending operation (a notify, a write to what it spins on), or -1. */
  BY: 38,
  /** Waiter table entry plus 1 while asleep in Atomics.wait. */
  WAITER: 39,
  /** Virtual timers pending in an asynchronous thread. */
  TIMERS: 40,
  /** Times that the thread caught an abandonment and went on. */
  SWALLOWED: 41,
  /** 1 after a step that it took although held. */
  FORCED: 42,
  /** Steps taken in this schedule. */
  STEPS: 43,
  /** What a held thread spins on: a count, then pairs of buffer and offset. A count of -1 means anything. */
  WINDOW: 44,
  WINDOW_LIST: 45,
  /** Upper halves of the operands, where they have 64 bits. */
  A_HIGH: 93,
  B_HIGH: 94,
  /** When the first of its timers is due, in ms of `NOW_MS`, where one clock is everybody's; -1 for none. */
  DUE_MS: 95,
  /** Not 0 once the thread is to end at its next step: it was terminated, or it exits. */
  KILL: 96,
  /** The thread that started it. */
  PARENT: 97,
  /** Events that it has come to in this schedule. */
  EVENTS: 98,
  WORDS: 128,
} as const;
export const WINDOW_MAX = 24;

/** Waiter table entries: threads asleep in Atomics.wait, and pending Atomics.waitAsync. */
export const W = {
  /** 0 free, 1 waiting, 2 notified. */
  STATE: 0,
  THREAD: 1,
  BUFFER: 2,
  OFFSET: 3,
  SEQUENCE: 4,
  /** 1 if the wait has a timeout. */
  TIMED: 5,
  EXPECTED: 6,
  /** Value of the word when a deadlock was found. */
  NOW: 7,
  /** Step of the wait, and of the notify that ended it. */
  STEP: 8,
  BY: 9,
  ASYNC: 10,
  /** When it times out, in ms of `NOW_MS`. */
  DUE_MS: 11,
  WORDS: 12,
} as const;
export const WAITERS_MAX = 2 * THREADS_MAX;
/** State of a waitAsync whose thread has ended; the entry is used no more in its schedule, so that a verdict can name it. */
export const WAITER_GONE = 3;

/** Ends of channels: ports, the two ends between a Worker and its parent, those of a BroadcastChannel. */
export const P = {
  /** The thread that has it; -1 while it is under way in a message. */
  OWNER: 0,
  /** The other end; -1 where there is none, or more than one. */
  PEER: 1,
  /** Messages that wait in it, and when the first of them came: `ARRIVAL`. */
  COUNT: 2,
  FIRST: 3,
  /** It was started: messages are delivered as events. */
  STARTED: 4,
  /** It keeps its thread alive. */
  REF: 5,
  /** One of `PORT_OPEN`, ... */
  STATE: 6,
  /** The step of the last message to it. */
  BY: 7,
  /** What the name of a BroadcastChannel is told by; 0 for other ports. */
  NAME: 8,
  /** It was closed by a listener of its own: what waits in it is delivered before its end. */
  BATCH: 9,
  WORDS: 10,
} as const;
export const PORTS_MAX = 1024;
/** Choices that a run can be given, each three words: a thread, the number of its event from 0, which of those that could come. */
export const EVENTS_MAX = 4096;
/** Words of the nemesis: see `fault.ts`. */
const FAULT_WORDS = 80;
/** States of a port: open; its other end has closed, and it will once it is empty; closed, and its event is to come; over. */
export const PORT_OPEN = 0;
export const PORT_CLOSING = 1;
export const PORT_CLOSED_EVENT = 2;
export const PORT_CLOSED = 3;

/** Words of one trace record: one for each step. */
export const R = {
  /** thread | kind << 8 | size << 16 | flags << 24 */
  HEAD: 0,
  BUFFER: 1,
  OFFSET: 2,
  A: 3,
  B: 4,
  RESULT: 5,
  /** Hash of the upper halves of 64-bit values, 0 for others. */
  HIGH: 6,
  /** Step that enabled this one, or -1. */
  BY: 7,
  WORDS: 8,
} as const;

/** Flags of a trace record. */
export const FLAG = {
  /** Memory holds another value than before. */
  CHANGED: 1,
  /** A notify that woke a thread, a wait that was woken. */
  WOKE: 2,
  /** A wait that ended by its timeout. */
  TIMED_OUT: 4,
  /** A wait that went to sleep. */
  SLEPT: 8,
  /** The thread was held: no progress was expected of it. */
  HELD: 16,
  /** The thread was switched to while the one before could have gone on. */
  PREEMPTS: 32,
  /** An atomic write, whatever it left in memory: all but loads and compare-exchanges that failed. */
  WROTE: 64,
} as const;

export const STOP = {
  NONE: 0,
  LIMIT: 1,
  EXHAUSTED: 2,
  FAILED: 3,
  REQUESTED: 4,
  REPLACE: 5,
  MORE_STEPS: 6,
  /** The next schedule is to be run by new workers. */
  RENEW: 7,
  /** So many threads are not enough, or were guessed and are too many. */
  OTHER_THREADS: 8,
} as const;

/**
 * `PROBED`: the schedule only served to run a loop alone, and is begun again. `ENDED`: the program's main thread has ended,
 * and with it all others. `STRANDED`: all is over but for the workers of threads that the nemesis took.
 */
export const ABANDON = { NONE: 0, FAILED: 1, PRUNED: 2, PROBED: 3, ENDED: 4, STRANDED: 5 } as const;

/** When waits with a timeout time out. `LAST`: where nothing else can run. `MIXED`: so, and in one random schedule of 8 at any moment. */
export const TIMEOUTS = { ANY: 0, LAST: 1, NEVER: 2, MIXED: 3 } as const;
export const TIMEOUT_NAMES = ['any', 'last', 'never', 'mixed'] as const;
export type TimeoutName = (typeof TIMEOUT_NAMES)[number];

/** The parts of a user's strategy that are called while schedules run. */
export const STRATEGY_CALL = { NONE: 0, BEGIN: 1, PICK: 2, END: 3 } as const;

/** What a worker can find; the main thread tells some of them further apart from the trace. */
export const FAIL = {
  NONE: 0,
  EXCEPTION: 1,
  CHECK: 2,
  INVARIANT: 3,
  BLOCKED: 4,
  LIVELOCK: 5,
  STEP_LIMIT: 6,
  NONDETERMINISM: 7,
  EXIT: 8,
  ALLOCATION: 9,
  UNCONTROLLED: 10,
  UNHANDLED: 11,
  /** The strategy answered what it must not. */
  STRATEGY: 12,
  /** Two accesses that nothing orders, one of them a plain one. */
  RACE: 13,
  /** A program ended with another exit code than the one that is right. */
  EXIT_CODE: 14,
  /** A thread that waited was overtaken too often. */
  BYPASS: 15,
  /** All threads have ended, one of them before its promise settled. */
  GONE: 20,
} as const;

/** What the size of the control memory turns on. */
export interface LayoutSizes {
  readonly stepLimit: number;
  /** Words that strategies and observers keep. */
  readonly strategyWords: number;
  readonly observerWords: number;
}

/** Word offsets of every part. */
export interface Layout {
  readonly threads: number;
  readonly waiters: number;
  readonly ports: number;
  readonly events: number;
  readonly faults: number;
  readonly guide: number;
  readonly strategy: number;
  readonly observers: number;
  readonly trace: number;
  readonly words: number;
}

export function layoutFor({ stepLimit, strategyWords, observerWords }: LayoutSizes): Layout {
  const threads = H.WORDS;
  const waiters = threads + THREADS_MAX * T.WORDS;
  const ports = waiters + WAITERS_MAX * W.WORDS;
  const events = ports + PORTS_MAX * P.WORDS;
  const faults = events + EVENTS_MAX * 3;
  const guide = faults + FAULT_WORDS;
  const strategy = guide + stepLimit + 1;
  const observers = strategy + strategyWords;
  const trace = observers + observerWords;
  return {
    threads,
    waiters,
    ports,
    events,
    faults,
    guide,
    strategy,
    observers,
    trace,
    words: trace + (stepLimit + 2) * R.WORDS,
  };
}
