// Its Worker throws, and nobody listens for 'error'.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  new Worker(new URL(import.meta.url)).on('message', () => {});
} else {
  parentPort.postMessage('about to fail');
  throw new TypeError("the Worker's own");
}
