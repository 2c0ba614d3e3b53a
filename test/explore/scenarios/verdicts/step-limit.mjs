// Both count for ever.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }) {
  for (;;) Atomics.add(words, 0, 1);
}
