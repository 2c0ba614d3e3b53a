import { setTimeout } from 'node:timers/promises';

// Nothing holds the program: it ends within the await.
process.on('exit', () => console.log('exit', process.exitCode));
await setTimeout(1e6, null, { ref: false });
console.log('never');
