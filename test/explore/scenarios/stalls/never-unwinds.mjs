// Thread 0 throws; thread 1 then catches the end of its schedule, and loops for ever without any operation.
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }, index) {
  if (index === 0) {
    Atomics.wait(words, 0, 0);
    throw new RangeError('what was found');
  }
  try {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    Atomics.wait(words, 1, 0);
  } finally {
    for (;;);
  }
}
