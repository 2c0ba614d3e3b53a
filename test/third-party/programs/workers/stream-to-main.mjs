// Where thread-stream's thread writes to: each piece goes back to the main thread as an event 'piece'.

import { Writable } from 'node:stream';
import { parentPort } from 'node:worker_threads';

export default (options) => {
  let pieces = 0;
  return new Writable({
    highWaterMark: options.highWaterMark ?? 16_384,
    decodeStrings: false,
    write(piece, _encoding, done) {
      if (++pieces === options.failAt) return done(new Error(`piece ${pieces} fails`));
      parentPort.postMessage({ code: 'EVENT', name: 'piece', args: [String(piece)] });
      done();
    },
  });
};
