// The condition is looked at outside the wait: the notify can come before the sleep.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  if (index === 0) {
    if (Atomics.load(words, 0) === 0) Atomics.wait(words, 1, 0);
  } else {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 1);
  }
}
