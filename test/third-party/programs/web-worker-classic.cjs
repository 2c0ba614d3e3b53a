// web-worker from CommonJS with a classic worker that loads a second script by importScripts().
// Right: two answers in order, then the end by terminate().

const assert = require('node:assert/strict');
const { pathToFileURL } = require('node:url');
const Worker = require('web-worker');

async function main() {
  const worker = new Worker(pathToFileURL(require.resolve('./workers/web-worker-classic.js')));
  const next = () => new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  worker.postMessage(3);
  assert.equal(await next(), 9);
  worker.postMessage(4);
  assert.equal(await next(), 16);
  worker.terminate();
  console.log('web-worker: 9 16');
}

main();
