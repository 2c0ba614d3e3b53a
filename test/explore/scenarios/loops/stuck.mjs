// Waits for a word that nobody writes: for ever, or until a deadline far away, or a count far beyond any probe of it.
const how = new URL(import.meta.url).searchParams.get('how');
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ w }, index) {
  if (index === 1) {
    Atomics.add(w, 1, 1);
    return;
  }
  const end = Date.now() + 3_600_000;
  for (let look = 0; Atomics.load(w, 0) === 0; look++) {
    if (how === 'deadline' && Date.now() > end) return;
    if (how === 'count' && look > 700) return;
  }
}
export function check() {}
