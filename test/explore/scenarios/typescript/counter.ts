// TypeScript that this test suite's own loader strips: annotations only, and an import of a sibling by its .js name.
import { words } from './words.js';

interface Shared {
  readonly words: Int32Array;
}
export function setup(): Shared {
  return { words: words(4) };
}
export function thread({ words }: Shared): void {
  const seen: number = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
}
export function check({ words }: Shared): void {
  if (words[0] !== 2) throw new Error(`counted ${words[0]} of 2`);
}
