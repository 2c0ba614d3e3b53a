import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  if (Atomics.add(words, 0, 1) === 1 && index === 0) new SharedArrayBuffer(64);
}
