import {
  getEnvironmentData,
  isMainThread,
  parentPort,
  setEnvironmentData,
  Worker,
} from 'node:worker_threads';

// Inherited by the child's child too; what a child sets reaches its own children alone.
const depth = (getEnvironmentData('depth') ?? 0) + 1;
const report = isMainThread ? console.log : (text) => parentPort.postMessage(text);
report(`${depth} ${getEnvironmentData('root')} ${getEnvironmentData('middle')}`);
if (isMainThread) setEnvironmentData('root', 'of main');
if (depth === 2) setEnvironmentData('middle', 'of the child');
setEnvironmentData('depth', depth);
if (depth < 3) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', report);
  worker.on('exit', () => report(`${depth} ${getEnvironmentData('middle')}`));
}
