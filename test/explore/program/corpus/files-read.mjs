import { readFile } from 'node:fs';
import { readFile as read } from 'node:fs/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// Files are read while a worker sends; only when all is there it is printed.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const heard = [];
  worker.on('message', (message) => heard.push(message));
  const exit = new Promise((resolve) => worker.on('exit', resolve));
  const file = new URL('./workers/numbers.json', import.meta.url);
  const text = await read(file, 'utf8');
  const again = await new Promise((resolve) => readFile(file, (_, bytes) => resolve(bytes.toString())));
  console.log('exit', await exit, heard.join(' '));
  console.log(JSON.parse(text).one, text === again);
} else for (let n = 0; n < 10; n++) parentPort.postMessage(n);
