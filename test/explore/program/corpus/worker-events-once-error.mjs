import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker('throw new RangeError("too far")', { eval: true });
try {
  await once(worker, 'message');
} catch (error) {
  console.log('caught', error.name, error.message);
}
