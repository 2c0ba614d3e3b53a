// A workload that is sound in every thread but the main one, where it does as its address names.
import { isMainThread } from 'node:worker_threads';

const HOW = new URL(import.meta.url).search.slice(1);

if (isMainThread && HOW === 'exit') process.exit(0);
if (isMainThread && HOW === 'never') await new Promise(() => {});
if (isMainThread && HOW === 'timer') {
  setTimeout(() => {
    throw new Error('on the main thread');
  });
}

export { workload } from './counts_nothing.mjs';
