import { Worker } from 'node:worker_threads';

new Worker('./workers/for_ever.mjs').on('message', () => console.log('never'));
console.log('leaves at once');
process.exit(1);
