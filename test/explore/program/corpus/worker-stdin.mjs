import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { stdin: true });
  worker.on('message', (message) => console.log('worker read', message));
  worker.on('exit', (code) => console.log('exit', code));
  worker.stdin.write('first ');
  worker.stdin.end('second');
} else {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  parentPort.postMessage(text);
}
