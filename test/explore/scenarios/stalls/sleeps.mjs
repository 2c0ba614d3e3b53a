// Correct, but thread 1 sleeps in memory.atomic.wait32 of a WebAssembly module with a type of garbage collection, which is not
// rewritten: the explorer does not see it.
import { setFlagsFromString } from 'node:v8';

if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-gc');
const bytes = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 2, 0x5f, 0, 0x60, 0, 0, 2, 0x10, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d,
  0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 1, 3, 2, 1, 1, 7, 8, 1, 4, 0x77, 0x61, 0x69, 0x74, 0, 0, 10, 0x0f, 1,
  0x0d, 0, 0x41, 0, 0x41, 0, 0x42, 0x7f, 0xfe, 0x01, 2, 0, 0x1a, 0x0b,
]);
export const setup = () => ({ memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) });
export const attach = ({ memory }) => {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
};
export function thread({ memory }, index, { wait }) {
  const words = new Int32Array(memory.buffer);
  Atomics.load(words, 1);
  if (index === 1) wait();
}
