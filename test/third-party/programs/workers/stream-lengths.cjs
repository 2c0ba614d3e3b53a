const { Writable } = require('node:stream');
const { parentPort } = require('node:worker_threads');

module.exports = () =>
  new Writable({
    decodeStrings: false,
    write(piece, _encoding, done) {
      parentPort.postMessage({ code: 'EVENT', name: 'length', args: piece.length });
      done();
    },
  });
