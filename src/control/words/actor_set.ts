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

export abstract class ActorSet {
  protected readonly words: Int32Array;
  protected at: number;
  /** From one of its words to the next. */
  protected readonly stride: number;

  /** @param at where its words begin */
  constructor(words: Int32Array = new Int32Array(SET_WORDS), at = 0, stride = 1) {
    this.words = words;
    this.at = at;
    this.stride = stride;
  }

  /** From now on it is the set whose words begin there. */
  moveTo(at: number): this {
    this.at = at;
    return this;
  }

  /** All of them, in order. */
  toArray(): number[] {
    const all: number[] = [];
    for (let actor = this.first(); actor >= 0; actor = this.after(actor)) all.push(actor);
    return all;
  }

  abstract has(actor: number): boolean;
  abstract get isEmpty(): boolean;
  abstract get size(): number;
  /** It has one actor and no other. */
  abstract isOnly(actor: number): boolean;
  abstract isSameAs(other: ActorSet): boolean;
  /** Is some actor in both? */
  abstract meets(other: ActorSet): boolean;
  /** The lowest actor; -1 if there is none. */
  abstract first(): number;
  /** The lowest one above another; -1 if there is none. So: `for (let a = set.first(); a >= 0; a = set.after(a))`. */
  abstract after(actor: number): number;
  /** The actor that stands `n`-th in the set, from 0. */
  abstract nth(n: number): number;

  abstract add(actor: number): void;
  abstract remove(actor: number): void;
  abstract clear(): this;
  /** Has all actors from then on that there can be. */
  abstract fill(): this;
  /** Has the actors from 0 to `actors` - 1. */
  abstract fillTo(actors: number): this;
  abstract only(actor: number): this;
  abstract copy(other: ActorSet): this;
  /** Takes those of one set that are not in another. True if some were left out. */
  abstract copyBut(other: ActorSet, without: ActorSet): boolean;
  abstract unite(other: ActorSet): this;
  abstract intersect(other: ActorSet): this;
  abstract subtract(other: ActorSet): this;
  abstract keepBelow(actor: number): this;
  abstract keepFrom(actor: number): this;
}
