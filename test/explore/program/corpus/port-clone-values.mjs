import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

class Point {
  x = 1;
  get length() {
    return 5;
  }
}
const { port1, port2 } = new MessageChannel();
const shared = { n: 1 };
const error = Object.assign(new RangeError('far'), { extra: 1 });
const sparse = new Array(2).fill(1, 1);
port1.postMessage([new Point(), -0, NaN, sparse, shared, shared, error, Buffer.from('ab'), Object('s')]);
shared.n = 2;
const [point, zero, nan, holes, first, second, failure, bytes, boxed] = receiveMessageOnPort(port2).message;
console.log('class', point instanceof Point, Object.keys(point).join());
console.log('numbers', Object.is(zero, -0), nan, 0 in holes, holes.length);
console.log('identity', first === second, first.n);
console.log('error', failure instanceof RangeError, failure.message, failure.extra);
console.log('Buffer', Buffer.isBuffer(bytes), bytes instanceof Uint8Array, bytes.length);
console.log('boxed', typeof boxed, boxed instanceof String);
