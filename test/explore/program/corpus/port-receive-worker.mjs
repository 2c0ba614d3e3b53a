import { isMainThread, MessageChannel, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';

// A call that waits for the worker's answer, as packages do that make something synchronous.
if (isMainThread) {
  const answers = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { answers, port: port2 },
    transferList: [port2],
  });
  for (const [before, n] of [3, 4, 5].entries()) {
    port1.postMessage(n);
    // A notify of the last answer may come late: only the count says that this one is there.
    while (Atomics.load(answers, 0) === before) Atomics.wait(answers, 0, before);
    console.log(receiveMessageOnPort(port1).message);
  }
  worker.terminate();
} else {
  const { answers, port } = workerData;
  port.on('message', (n) => {
    port.postMessage(n * n);
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  });
}
