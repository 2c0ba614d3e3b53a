// State kept in the module: every schedule finds another value.
import { words } from './shared.mjs';

let calls = 0;
export const setup = () => words();
export function thread({ words }) {
  Atomics.add(words, 0, calls++);
  Atomics.load(words, 0);
}
