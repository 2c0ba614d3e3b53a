import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log(message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  const [first, second] = await Promise.all([
    import('./workers/counter.mjs'),
    import('./workers/counter.mjs'),
  ]);
  const other = await import('./workers/counter.mjs?other');
  first.increment();
  parentPort.postMessage(`one instance ${first === second}, with a query another ${other === first}`);
  parentPort.postMessage(`counts ${second.count} ${other.count}`);
  const { sum, default: all } = await import('./workers/sum.cjs');
  parentPort.postMessage(`CommonJS ${sum(1, 2)} ${all.sum === sum}`);
  parentPort.postMessage(await import('./workers/none.mjs').catch((error) => error.code));
}
