import { ActorSet, SET_WORDS } from './actor_set.ts';
import { below, bitsOf, lowestOf, nthOf } from './bits.ts';

/** Sets of all the actors that there can be: four words. */
export class WideSet extends ActorSet {
  /** Where its `i`-th word is. */
  private placeOf(i: number): number {
    return this.at + i * this.stride;
  }

  has(actor: number): boolean {
    return ((this.words[this.placeOf(actor >>> 5)] >>> actor) & 1) !== 0;
  }

  get isEmpty(): boolean {
    return this.words[this.at] === 0 && this.inWordsAfter(0) < 0;
  }

  get size(): number {
    let size = 0;
    for (let i = 0; i < SET_WORDS; i++) size += bitsOf(this.words[this.placeOf(i)]);
    return size;
  }

  isOnly(actor: number): boolean {
    return this.first() === actor && this.after(actor) < 0;
  }

  isSameAs(other: WideSet): boolean {
    for (let i = 0; i < SET_WORDS; i++)
      if (this.words[this.placeOf(i)] !== other.words[other.placeOf(i)]) return false;
    return true;
  }

  meets(other: WideSet): boolean {
    for (let i = 0; i < SET_WORDS; i++)
      if ((this.words[this.placeOf(i)] & other.words[other.placeOf(i)]) !== 0) return true;
    return false;
  }

  first(): number {
    const bits = this.words[this.at];
    return bits !== 0 ? lowestOf(bits) : this.inWordsAfter(0);
  }

  after(actor: number): number {
    const i = actor >>> 5;
    const bits = this.words[this.placeOf(i)] & (-2 << actor);
    return bits !== 0 ? (i << 5) + lowestOf(bits) : this.inWordsAfter(i);
  }

  /** The lowest actor of the words behind the `i`-th; -1 if there is none. */
  private inWordsAfter(i: number): number {
    const { words } = this;
    while (++i < SET_WORDS) {
      const bits = words[this.placeOf(i)];
      if (bits !== 0) return (i << 5) + lowestOf(bits);
    }
    return -1;
  }

  nth(n: number): number {
    const { words, at } = this;
    let i = 0;
    for (
      let size = bitsOf(words[at]);
      n >= size && i < SET_WORDS - 1;
      size = bitsOf(words[this.placeOf(i)])
    ) {
      n -= size;
      i++;
    }
    return (i << 5) + nthOf(words[this.placeOf(i)], n);
  }

  add(actor: number): void {
    this.words[this.placeOf(actor >>> 5)] |= 1 << actor;
  }

  remove(actor: number): void {
    this.words[this.placeOf(actor >>> 5)] &= ~(1 << actor);
  }

  clear(): this {
    return this.put(0);
  }

  fill(): this {
    return this.put(-1);
  }

  fillTo(actors: number): this {
    return this.put(-1).keepBelow(actors);
  }

  /** Not by `Int32Array.prototype.fill`: that is watched where races are looked for. */
  private put(word: number): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] = word;
    return this;
  }

  only(actor: number): this {
    this.clear();
    this.add(actor);
    return this;
  }

  copy(other: WideSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] = other.words[other.placeOf(i)];
    return this;
  }

  copyBut(other: WideSet, without: WideSet): boolean {
    const { words } = this;
    let left = 0;
    for (let i = 0; i < SET_WORDS; i++) {
      const all = other.words[other.placeOf(i)];
      const out = without.words[without.placeOf(i)];
      words[this.placeOf(i)] = all & ~out;
      left |= all & out;
    }
    return left !== 0;
  }

  unite(other: WideSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] |= other.words[other.placeOf(i)];
    return this;
  }

  intersect(other: WideSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] &= other.words[other.placeOf(i)];
    return this;
  }

  subtract(other: WideSet): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] &= ~other.words[other.placeOf(i)];
    return this;
  }

  keepBelow(actor: number): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] &= below(actor - 32 * i);
    return this;
  }

  keepFrom(actor: number): this {
    for (let i = 0; i < SET_WORDS; i++) this.words[this.placeOf(i)] &= ~below(actor - 32 * i);
    return this;
  }
}
