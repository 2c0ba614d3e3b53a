// Looks at a word ten times (or `looks`), whatever it holds: a loop that repeats itself and is no spin loop.
const looks = Number(new URL(import.meta.url).searchParams.get('looks') ?? 10);
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }, index) {
  if (index === 0) for (let i = 0; i < looks; i++) Atomics.load(words, 0);
  else Atomics.store(words, 1, 1);
}
