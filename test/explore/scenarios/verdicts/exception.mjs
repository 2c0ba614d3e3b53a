// A thread throws when it sees the other's write.
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  if (index === 0) Atomics.store(words, 0, 1);
  else if (Atomics.load(words, 0) === 1) throw new TypeError('saw the write');
}
