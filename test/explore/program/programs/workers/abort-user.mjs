// The user, who comes late and presses "cancel": two threads that start and end take longer than two answers.

import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';

for (let i = 0; i < 2; i++) await once(new Worker('', { eval: true }), 'exit');
parentPort.postMessage('cancel');
