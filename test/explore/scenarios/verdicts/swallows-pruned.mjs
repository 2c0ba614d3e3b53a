// Catches everything: where a search abandons a schedule as redundant, the worker has to be replaced.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  for (let i = 0; i < 3; ) {
    try {
      Atomics.add(words, (index + i) % 3, 1);
      Atomics.load(words, i);
      i++;
    } catch {}
  }
}
