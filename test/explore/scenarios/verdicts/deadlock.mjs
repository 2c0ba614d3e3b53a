// Two locks taken in opposite orders: the dining philosophers for two.
import { futex } from '../locks/locks.mjs';
import { words } from './shared.mjs';
export const setup = () => words();
export function thread({ words }, index) {
  futex.acquire(words, index);
  futex.acquire(words, 1 - index);
  futex.release(words, 1 - index);
  futex.release(words, index);
}
