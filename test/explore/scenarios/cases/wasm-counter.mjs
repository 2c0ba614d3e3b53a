// A counter by i32.atomic.load and i32.atomic.store inside WebAssembly. The lost update must be found; never "complete" without.
const bytes = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 0x10, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d,
  0x6f, 0x72, 0x79, 2, 3, 1, 1, 3, 2, 1, 0, 7, 7, 1, 3, 0x69, 0x6e, 0x63, 0, 0, 10, 0x13, 1, 0x11, 0, 0x41, 0,
  0x41, 0, 0xfe, 0x10, 2, 0, 0x41, 1, 0x6a, 0xfe, 0x17, 2, 0, 0x0b,
]);
export const threads = 2;
export const setup = () => ({ memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) });
export const attach = ({ memory }) => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return { inc: exports.inc };
};
export function thread(_, _index, { inc }) {
  inc();
}
export function check({ memory }) {
  const n = new Int32Array(memory.buffer)[0];
  if (n !== 2) throw new Error(`counted ${n}`);
}
