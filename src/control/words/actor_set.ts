/**
 * Sets of actors: of threads, and of lanes of the nemesis where there are faults.
 *
 * This file is part of the worker's import graph: it must import nothing.
 */

/** 32-bit words of a set, a bit for each actor. */
export const SET_WORDS = 4;
/** Actors have numbers below this. */
export const ACTORS_MAX = 32 * SET_WORDS;

/** A set of actors over words that are given, those that all threads share or a node of a path, or over words of its own. */
export class ActorSet {
  private readonly words: Int32Array;
  private at: number;

  /** @param at where its `SET_WORDS` words begin */
  constructor(words: Int32Array = new Int32Array(SET_WORDS), at = 0) {
    this.words = words;
    this.at = at;
  }

  /** From now on it is the set whose words begin there. */
  moveTo(at: number): this {
    this.at = at;
    return this;
  }

  // --- looking ----------------------------------------------------------------------------------------

  has(actor: number): boolean {
    return ((this.words[this.at + (actor >>> 5)] >>> actor) & 1) !== 0;
  }

  get isEmpty(): boolean {
    for (let i = 0; i < SET_WORDS; i++) if (this.words[this.at + i] !== 0) return false;
    return true;
  }

  /** It has one actor and no other. */
  isOnly(actor: number): boolean {
    return this.first() === actor && this.after(actor) < 0;
  }

  isSameAs(other: ActorSet): boolean {
    for (let i = 0; i < SET_WORDS; i++)
      if (this.words[this.at + i] !== other.words[other.at + i]) return false;
    return true;
  }

  /** Is some actor in both? */
  meets(other: ActorSet): boolean {
    for (let i = 0; i < SET_WORDS; i++)
      if ((this.words[this.at + i] & other.words[other.at + i]) !== 0) return true;
    return false;
  }

  /** Is some actor in this one and not in the other? */
  goesBeyond(other: ActorSet): boolean {
    for (let i = 0; i < SET_WORDS; i++)
      if ((this.words[this.at + i] & ~other.words[other.at + i]) !== 0) return true;
    return false;
  }

  get size(): number {
    let size = 0;
    for (let i = 0; i < SET_WORDS; i++) size += bitsOf(this.words[this.at + i]);
    return size;
  }

  /** The lowest actor; -1 if there is none. */
  first(): number {
    return this.from(0);
  }

  /** The lowest one above another; -1 if there is none. So: `for (let a = set.first(); a >= 0; a = set.after(a))`. */
  after(actor: number): number {
    return this.from(actor + 1);
  }

  private from(actor: number): number {
    const { words, at } = this;
    let i = actor >>> 5;
    if (i >= SET_WORDS) return -1;
    let bits = words[at + i] & (-1 << (actor & 31));
    while (bits === 0) {
      if (++i === SET_WORDS) return -1;
      bits = words[at + i];
    }
    return (i << 5) + 31 - Math.clz32(bits & -bits);
  }

  /** The actor that stands `n`-th in the set, from 0. */
  nth(n: number): number {
    const { words, at } = this;
    let i = 0;
    for (let size = bitsOf(words[at]); n >= size; size = bitsOf(words[at + i])) {
      n -= size;
      i++;
    }
    let bits = words[at + i];
    for (; n > 0; n--) bits &= bits - 1;
    return (i << 5) + 31 - Math.clz32(bits & -bits);
  }

  /** All of them, in order. */
  toArray(): number[] {
    const all: number[] = [];
    for (let actor = this.first(); actor >= 0; actor = this.after(actor)) all.push(actor);
    return all;
  }

  // --- changing ---------------------------------------------------------------------------------------

  add(actor: number): void {
    this.words[this.at + (actor >>> 5)] |= 1 << actor;
  }

  remove(actor: number): void {
    this.words[this.at + (actor >>> 5)] &= ~(1 << actor);
  }

  clear(): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] = 0;
    return this;
  }

  /** All that there can be. */
  fill(): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] = -1;
    return this;
  }

  /** The actors from 0 to `actors` - 1. */
  fillTo(actors: number): this {
    return this.fill().keepBelow(actors);
  }

  copy(other: ActorSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] = other.words[other.at + i];
    return this;
  }

  only(actor: number): this {
    this.clear();
    this.add(actor);
    return this;
  }

  unite(other: ActorSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] |= other.words[other.at + i];
    return this;
  }

  intersect(other: ActorSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] &= other.words[other.at + i];
    return this;
  }

  subtract(other: ActorSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] &= ~other.words[other.at + i];
    return this;
  }

  keepBelow(actor: number): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] &= below(actor - 32 * i);
    return this;
  }

  keepFrom(actor: number): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.at + i] &= ~below(actor - 32 * i);
    return this;
  }
}

/** The lowest `n` bits of a word. */
function below(n: number): number {
  return n >= 32 ? -1 : n <= 0 ? 0 : (1 << n) - 1;
}

function bitsOf(word: number): number {
  word -= (word >>> 1) & 0x5555_5555;
  word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
