// One thread works for ever, the other waits for a word that is never set.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  if (index === 0) for (;;) Atomics.add(words, 0, 1);
  while (Atomics.load(words, 1) === 0) Atomics.load(words, 0);
}
