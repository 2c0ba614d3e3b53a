/**
 * Sets of actors: of threads, and of lanes of the nemesis where there are faults.
 *
 * A set takes `SET_WORDS` words, a bit for each actor, over memory that is given (words that all threads share, a node of a path)
 * or of its own. Where all actors of a run have numbers below 32, as nearly always, it is a `NarrowSet`, which looks at the
 * first of these words only and leaves the others at 0; else a `WideSet`. All sets of a run are of one kind.
 *
 * This file is part of the worker's import graph: it must import nothing.
 */

/** 32-bit words of a set. */
export const SET_WORDS = 4;
/** Actors have numbers below this. */
export const ACTORS_MAX = 32 * SET_WORDS;
/** Up to so many, sets may be narrow. */
export const NARROW_MAX = 32;

export interface ActorSet {
  has(actor: number): boolean;
  readonly isEmpty: boolean;
  readonly size: number;
  /** It has one actor and no other. */
  isOnly(actor: number): boolean;
  isSameAs(other: ActorSet): boolean;
  /** Is some actor in both? */
  meets(other: ActorSet): boolean;
  /** The lowest actor; -1 if there is none. */
  first(): number;
  /** The lowest one above another; -1 if there is none. So: `for (let a = set.first(); a >= 0; a = set.after(a))`. */
  after(actor: number): number;
  /** The actor that stands `n`-th in the set, from 0. */
  nth(n: number): number;
  /** All of them, in order. */
  toArray(): number[];

  add(actor: number): void;
  remove(actor: number): void;
  clear(): this;
  /** Has all actors from then on that there can be. */
  fill(): this;
  /** Has the actors from 0 to `actors` - 1. */
  fillTo(actors: number): this;
  only(actor: number): this;
  copy(other: ActorSet): this;
  /** Takes those of one set that are not in another. True if some were left out. */
  copyBut(other: ActorSet, without: ActorSet): boolean;
  unite(other: ActorSet): this;
  intersect(other: ActorSet): this;
  subtract(other: ActorSet): this;
  keepBelow(actor: number): this;
  keepFrom(actor: number): this;
  /** From now on it is the set whose words begin there. */
  moveTo(at: number): this;
}
