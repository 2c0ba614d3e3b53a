// Ends the process that it is explored in, as the kernel does where memory is short.
export const setup = () => new Int32Array(new SharedArrayBuffer(4));
export function thread(words) {
  Atomics.add(words, 0, 1);
  process.kill(process.pid, 'SIGKILL');
}
