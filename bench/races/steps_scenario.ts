/** Two threads that do nothing but atomic operations, which do not race: what remains of `--races` is its clocks. */
export const threads = 2;
export const setup = (): { words: Int32Array } => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ words }: { words: Int32Array }, index: number): void {
  for (let i = 0; i < 5; i++) Atomics.add(words, index, Atomics.load(words, 2));
  Atomics.add(words, 2, 1);
}
