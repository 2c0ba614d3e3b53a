// ringbuf.js against its documentation: two producers.
import { RingBuffer } from 'ringbuf.js';
export const setup = () => ({ memory: RingBuffer.getStorageForCapacity(4, Int32Array) });
export function thread({ memory }, index) {
  new RingBuffer(memory, Int32Array).push(Int32Array.of(index + 1));
}
export function check({ memory }) {
  const available = new RingBuffer(memory, Int32Array).availableRead();
  if (available !== 2) throw new Error(`2 elements pushed, ${available} to be read`);
}
