// The test compiles it with a source map, as a user would compile a scenario.
interface Shared {
  readonly words: Int32Array;
  readonly threads: number;
}
export function setup({ threads }: { threads: number }): Shared {
  return { words: new Int32Array(new SharedArrayBuffer(4)), threads };
}
type Nothing = undefined;
export function thread({ words }: Shared): Nothing {
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
  return undefined;
}
export function check({ words, threads }: Shared): void {
  if (words[0] !== threads) throw new Error(`counted ${words[0]} of ${threads}`);
}
