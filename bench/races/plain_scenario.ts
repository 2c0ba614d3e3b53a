/** A scenario whose threads do one kind of access many times, each on memory of its own: `?kernel=NAME`. */
import { ACCESSES, KERNELS } from './kernels.ts';

const kernel = KERNELS[new URL(import.meta.url).searchParams.get('kernel') as keyof typeof KERNELS];

export const threads = 2;
export const setup = (): { words: Int32Array } => ({
  words: new Int32Array(new SharedArrayBuffer(4 + 2 * ACCESSES * 8 + 4)),
});
export function thread({ words }: { words: Int32Array }, index: number): void {
  Atomics.add(words, 0, 1);
  kernel(words.buffer as unknown as SharedArrayBuffer, 8 + index * ACCESSES * 8);
  Atomics.add(words, 0, 1);
}
