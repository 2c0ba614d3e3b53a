// A memory that grows: each thread counts in its last word. The query says when: in setup(), in attach(), or by a thread, in
// JavaScript or by memory.grow itself.
const when = new URL(import.meta.url).searchParams.get('when') ?? 'attach';
const PAGE = 65_536;
// (memory (import "env" "memory") 1 4 shared), (func (export "grow") (param i32) (result i32) local.get 0 memory.grow),
// (func (export "add") (param i32) (result i32) local.get 0 i32.const 1 i32.atomic.rmw.add)
const bytes = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 2, 0x10, 1, 3, 0x65, 0x6e, 0x76, 6, 0x6d,
  0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 4, 3, 3, 2, 0, 0, 7, 0x0e, 2, 4, 0x67, 0x72, 0x6f, 0x77, 0, 0, 3,
  0x61, 0x64, 0x64, 0, 1, 10, 0x13, 2, 6, 0, 0x20, 0, 0x40, 0, 0x0b, 0x0a, 0, 0x20, 0, 0x41, 1, 0xfe, 0x1e, 2,
  0, 0x0b,
]);

export function setup() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true });
  // Of the buffer as it is before it grows.
  const words = new Int32Array(memory.buffer);
  if (when === 'setup') memory.grow(1);
  return { memory, words, other: new Int32Array(new SharedArrayBuffer(4)) };
}

export function attach({ memory }, index) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  if (when === 'attach' && index === 0 && exports.grow(1) !== 1) throw new Error('it had no page');
  return exports;
}

export function thread({ memory, words, other }, index, { grow, add }) {
  if (when === 'never' && (grow(0) !== 1 || grow(4) !== -1)) throw new Error('it cannot');
  if (when === 'thread') grow(1);
  if (when === 'javascript') memory.grow(1);
  const last = memory.buffer.byteLength - 4;
  // The same words by every name: of the memory, of its former buffer, from WebAssembly.
  if (index === 0) Atomics.add(new Int32Array(memory.buffer), last / 4, 1);
  else add(last);
  if (index === 0) Atomics.add(words, 0, 1);
  else add(0);
  Atomics.add(other, 0, 1);
}

export function names({ memory }) {
  return { last: [memory, memory.buffer.byteLength - 4] };
}

export function check({ memory, words, other }) {
  const last = new Int32Array(memory.buffer)[memory.buffer.byteLength / 4 - 1];
  const pages = memory.buffer.byteLength / PAGE;
  if (last !== 2 || words[0] !== 2 || other[0] !== 2)
    throw new Error(`${pages} pages: ${[last, words[0], other[0]]}`);
}
