// Both spin for a flag that the other would set after its own spinning, if both see 0 first.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  Atomics.store(words, index, 1);
  while (Atomics.load(words, 1 - index) === 1);
  Atomics.store(words, index, 0);
}
