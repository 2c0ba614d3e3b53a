import { isMainThread, parentPort, resourceLimits, Worker } from 'node:worker_threads';

if (isMainThread) {
  console.log('main', JSON.stringify(resourceLimits));
  const worker = new Worker(new URL(import.meta.url), {
    name: 'some name',
    trackUnmanagedFds: false,
    noSuchOption: 1,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  });
  console.log('outside', worker.resourceLimits.maxOldGenerationSizeMb, worker.resourceLimits.stackSizeMb);
  worker.on('message', (message) => console.log('inside', message));
  worker.on('exit', () => console.log('after its end', JSON.stringify(worker.resourceLimits)));
} else
  parentPort.postMessage(
    [Object.keys(resourceLimits).sort(), resourceLimits.maxYoungGenerationSizeMb].join(),
  );
