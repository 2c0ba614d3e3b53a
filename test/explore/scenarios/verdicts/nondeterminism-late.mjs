// State kept in the module that matters only after many schedules.
import { words } from './shared.mjs';

let calls = 0;
export const setup = () => words();
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  if (++calls > 50) throw new Error('called often');
}
