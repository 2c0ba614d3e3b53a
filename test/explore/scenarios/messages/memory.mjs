// Memory that a thread makes while it runs and posts: both sides wait and notify on the same words.
export const threads = 2;
export const setup = () => ({});
export async function thread(_shared, index, _attached, { ports }) {
  const other = ports[1 - index];
  if (index === 0) {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    other.postMessage(flag);
    while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0);
    return;
  }
  const flag = await new Promise((resolve) => other.once('message', resolve));
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
}
