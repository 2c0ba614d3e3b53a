import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const { url, filename, dirname } = import.meta;
const facts = [
  url.startsWith('file:///') && url.endsWith('/modules-meta.mjs'),
  new URL(url).pathname === filename,
  filename === `${dirname}/modules-meta.mjs`,
  import.meta.resolve('./workers/a.mjs') === new URL('./workers/a.mjs', url).href,
  import.meta.resolve('node:fs'),
  Object.isExtensible(import.meta),
].join(' ');
if (isMainThread) {
  console.log('main', facts);
  new Worker(new URL(url)).on('message', (message) => console.log('worker', message));
} else parentPort.postMessage(facts);
