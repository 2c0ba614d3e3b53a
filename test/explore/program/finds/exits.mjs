// A Worker exits with code 2, and the main thread with code 3 for that reason.
import { isMainThread, Worker } from 'node:worker_threads';

if (isMainThread) {
  new Worker(new URL(import.meta.url)).on('exit', (code) => {
    if (code !== 0) process.exit(3);
  });
} else {
  process.exit(2);
}
