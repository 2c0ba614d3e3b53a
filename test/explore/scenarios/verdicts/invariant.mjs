// Two words must never both be set, not even between steps.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  Atomics.store(words, index, 1);
  Atomics.store(words, index, 0);
}
export function invariant({ words }) {
  if (words[0] + words[1] > 1) throw new Error('both are set');
}
