// ringbuf.js as documented: one producer, one consumer. What comes out is what went in, in order.
import { RingBuffer } from 'ringbuf.js';
export const setup = () => ({
  memory: RingBuffer.getStorageForCapacity(2, Int32Array),
  out: new Int32Array(new SharedArrayBuffer(16)),
});
export function thread({ memory, out }, index) {
  const ring = new RingBuffer(memory, Int32Array);
  const one = new Int32Array(1);
  for (let i = 0; i < 3; i++) {
    if (index === 0) {
      one[0] = i + 1;
      while (ring.push(one) === 0);
    } else {
      while (ring.pop(one) === 0);
      out[i] = one[0];
    }
  }
}
export function check({ out }) {
  if (out.slice(0, 3).join() !== '1,2,3') throw new Error(`out came ${out.slice(0, 3).join()}`);
}
