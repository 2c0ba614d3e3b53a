/**
 * Faults as steps of one more thread, the nemesis. What it may do next is a set of lanes, one for each thing that it can do to
 * each thread: a lane is chosen, dependent and recorded as a thread is, by a number behind those of threads. So strategies,
 * replay and shrink need to know little of faults.
 *
 * This file is part of the worker's import graph: it must import nothing but the layout and sets.
 */
import type { ActorSet } from './actor_set.ts';
import { H, type Layout } from './layout.ts';

/** What the nemesis can do to a thread. */
export const FAULT = {
  /** The thread does nothing more: it has died. */
  KILL: 0,
  /** The thread is stopped for ever: the others must finish without it. */
  STOP: 1,
  /** A wait of the thread ends although nobody notified it. */
  SPURIOUS_WAKE: 2,
  /** What the thread asks for by `mayFail` is refused. */
  NO_MEMORY: 3,
} as const;
export const FAULTS = Object.keys(FAULT).length;

/** By number: what it is called in options, in files and on the command line. */
export const FAULT_NAMES = ['kill', 'stop', 'spuriousWake', 'noMemory'] as const;
export type FaultName = (typeof FAULT_NAMES)[number];

/** Most faults of each kind in a schedule; absent: none. */
export type Faults = { readonly [Name in FaultName]?: number };
/** More than these are not allowed. */
export const FAULTS_MAX = 16;

/** Words of the nemesis in the control memory, from `layout.faults` on. */
export const N = {
  /** Of each kind: most in a schedule, and what is left of it in this one. */
  ASKED: 0,
  LEFT: FAULTS,
  /** No fault: how often a thread that waits may be overtaken, plus 1; 0 where that is not looked at. See `observe/bypass.ts`. */
  BYPASS: 2 * FAULTS,
  /** The kinds that happened in some schedule of the run, as a bit mask. */
  HAPPENED: 1 + 2 * FAULTS,
  /** When they are due in this schedule, where that is drawn: see `FaultMoments`. */
  MOMENTS: 16,
  WORDS: 16 + FAULTS * FAULTS_MAX,
} as const;

/** Where there are faults, actors below this are threads, and the others lanes. */
export const LANES_FROM = 16;

/** Is it a lane of the nemesis, and no thread? Of two actors together, by `|`: is either? */
export function isLane(words: Int32Array, actor: number): boolean {
  return actor >= LANES_FROM && words[H.FAULTS] !== 0;
}

/** Leaves the threads in a set. */
export function keepThreads(words: Int32Array, actors: ActorSet): ActorSet {
  return words[H.FAULTS] === 0 ? actors : actors.keepBelow(LANES_FROM);
}

/** Leaves the lanes in a set. */
export function keepLanes(words: Int32Array, actors: ActorSet): ActorSet {
  return words[H.FAULTS] === 0 ? actors.clear() : actors.keepFrom(LANES_FROM);
}

/** Actors have numbers below this. */
export function actorsOf(words: Int32Array, layout: Layout): number {
  if (words[H.FAULTS] === 0) return words[H.THREADS];
  const families = familiesOf((fault) => words[layout.faults + N.ASKED + fault] !== 0);
  return Math.max(words[H.THREADS], LANES_FROM + families * words[H.BEGINNERS]);
}

/**
 * Kinds that never are possible at the same time of the same thread share their lanes: one sleeps, or asks for something.
 * By kind: which family it belongs to.
 */
const FAMILY: readonly number[] = [0, 1, 2, 2];
const FAMILIES = 3;

/** The families of lanes that these faults need. */
export function familiesOf(asked: (fault: number) => boolean): number {
  const families = new Set(FAMILY.filter((_, fault) => asked(fault)));
  return families.size;
}

/** The lane of a kind of fault at a thread. */
export function laneOf(words: Int32Array, layout: Layout, fault: number, thread: number): number {
  let before = 0;
  for (let family = 0; family < FAMILY[fault]; family++) if (isAsked(words, layout, family)) before++;
  return LANES_FROM + before * words[H.BEGINNERS] + thread;
}

/** The thread that a lane acts on. */
export function targetOf(words: Int32Array, lane: number): number {
  return (lane - LANES_FROM) % words[H.BEGINNERS];
}

/** The family of a lane. */
export function familyOf(words: Int32Array, layout: Layout, lane: number): number {
  let index = Math.floor((lane - LANES_FROM) / words[H.BEGINNERS]);
  for (let family = 0; family < FAMILIES; family++) {
    if (isAsked(words, layout, family) && index-- === 0) return family;
  }
  return FAMILIES;
}

function isAsked(words: Int32Array, layout: Layout, family: number): boolean {
  for (let fault = 0; fault < FAULTS; fault++) {
    if (FAMILY[fault] === family && words[layout.faults + N.ASKED + fault] !== 0) return true;
  }
  return false;
}

/** A fault as the result of its step: what, to whom, and the kind of what that thread was about to do. */
export function packFault(fault: number, target: number, pending: number): number {
  return fault | (target << 4) | (pending << 8);
}

export function unpackFault(result: number): {
  readonly fault: number;
  readonly target: number;
  readonly pending: number;
} {
  return { fault: result & 0xf, target: (result >>> 4) & 0xf, pending: result >>> 8 };
}
