// The workers that import it first, known by a file that they make, loop where later ones go on.
import { existsSync, writeFileSync } from 'node:fs';

const flag = new URL(import.meta.url).searchParams.get('flag');
let slow = false;
export const setup = () => {
  slow = !existsSync(flag);
  writeFileSync(flag, '');
  return { words: new Int32Array(new SharedArrayBuffer(8)) };
};
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  while (slow);
}
