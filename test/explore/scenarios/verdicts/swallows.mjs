// Catches everything, so that an abandoned schedule goes on: its worker has to be replaced.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  Atomics.store(words, index, 1);
  for (;;) {
    try {
      Atomics.wait(words, index, 1);
      return;
    } catch {}
  }
}
