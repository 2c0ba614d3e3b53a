// The user, who comes late and presses "cancel": a thread takes longer to start than an answer to come.

import { parentPort, Worker } from 'node:worker_threads';

new Worker('', { eval: true }).on('exit', () => parentPort.postMessage('cancel'));
