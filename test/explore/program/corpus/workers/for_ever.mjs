import { parentPort } from 'node:worker_threads';

// Says that it runs, and then waits for messages that never come.
parentPort.on('message', () => {});
parentPort.postMessage('running');
