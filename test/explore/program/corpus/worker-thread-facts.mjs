import * as threads from 'node:worker_threads';

if (threads.isMainThread) {
  const worker = new threads.Worker(new URL(import.meta.url));
  worker.on('message', (lines) => console.log(lines.join('\n')));
} else {
  const { isMainThread, parentPort, threadId, MessagePort } = threads;
  const lines = [
    `isMainThread ${isMainThread}`,
    `parentPort is a MessagePort ${parentPort instanceof MessagePort}`,
    `threadId ${threadId}`,
    `listeners ${parentPort.listenerCount('message')}`,
    `process.chdir ${describe(() => process.chdir('.'))}`,
    `process.abort ${describe(() => process.abort())}`,
    `process.title ${typeof process.title}`,
    `exitCode ${process.exitCode}`,
  ];
  parentPort.postMessage(lines);
}

function describe(action) {
  try {
    return action();
  } catch (error) {
    return error.code;
  }
}
