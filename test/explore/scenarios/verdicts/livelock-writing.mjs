// Each takes its own flag, sees the other's, gives up its own and tries again, for ever if they stay in step.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  for (;;) {
    Atomics.store(words, index, 1);
    if (index === 1 || Atomics.load(words, 1) === 0) Atomics.store(words, index, 0);
    if (Atomics.load(words, 7) === 1) return;
  }
}
