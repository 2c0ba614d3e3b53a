// Awaits the file system, which the explorer does not control, and for ever.
import { words } from './shared.mjs';
export const setup = () => words();
export async function thread({ words }) {
  Atomics.add(words, 0, 1);
  await new Promise(() => {});
}
