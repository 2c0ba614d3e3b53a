import { ActorSet } from './actor_set.ts';
import { below, bitsOf, lowestOf, nthOf } from './bits.ts';

/** Sets of actors with numbers below 32: one word. All is as short as can be, for every step asks several of them. */
export class NarrowSet extends ActorSet {
  has(actor: number): boolean {
    return ((this.words[this.at] >>> actor) & 1) !== 0;
  }

  get isEmpty(): boolean {
    return this.words[this.at] === 0;
  }

  get size(): number {
    return bitsOf(this.words[this.at]);
  }

  isOnly(actor: number): boolean {
    return this.words[this.at] === 1 << actor;
  }

  isSameAs(other: NarrowSet): boolean {
    return this.words[this.at] === other.words[other.at];
  }

  meets(other: NarrowSet): boolean {
    return (this.words[this.at] & other.words[other.at]) !== 0;
  }

  first(): number {
    return lowestOf(this.words[this.at]);
  }

  after(actor: number): number {
    return lowestOf(this.words[this.at] & (-2 << actor));
  }

  nth(n: number): number {
    return nthOf(this.words[this.at], n);
  }

  add(actor: number): void {
    this.words[this.at] |= 1 << actor;
  }

  remove(actor: number): void {
    this.words[this.at] &= ~(1 << actor);
  }

  clear(): this {
    this.words[this.at] = 0;
    return this;
  }

  fill(): this {
    this.words[this.at] = -1;
    return this;
  }

  fillTo(actors: number): this {
    this.words[this.at] = below(actors);
    return this;
  }

  only(actor: number): this {
    this.words[this.at] = 1 << actor;
    return this;
  }

  copy(other: NarrowSet): this {
    this.words[this.at] = other.words[other.at];
    return this;
  }

  copyBut(other: NarrowSet, without: NarrowSet): boolean {
    const all = other.words[other.at];
    const out = without.words[without.at];
    this.words[this.at] = all & ~out;
    return (all & out) !== 0;
  }

  unite(other: NarrowSet): this {
    this.words[this.at] |= other.words[other.at];
    return this;
  }

  intersect(other: NarrowSet): this {
    this.words[this.at] &= other.words[other.at];
    return this;
  }

  subtract(other: NarrowSet): this {
    this.words[this.at] &= ~other.words[other.at];
    return this;
  }

  keepBelow(actor: number): this {
    this.words[this.at] &= below(actor);
    return this;
  }

  keepFrom(actor: number): this {
    this.words[this.at] &= ~below(actor);
    return this;
  }
}
