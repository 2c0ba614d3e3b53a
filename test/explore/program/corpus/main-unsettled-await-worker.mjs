import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

// The worker ends without the message that main awaits.
const worker = new Worker('', { eval: true });
worker.on('exit', (code) => console.log('worker exits', code));
await once(worker, 'message');
console.log('never');
