// A program that spins on a word, and looks for a message again and again, until its Worker has done both.
import { isMainThread, MessageChannel, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  new Worker(new URL(import.meta.url), { workerData: { words, port: port2 }, transferList: [port2] });
  while (Atomics.load(words, 0) === 0);
  while (receiveMessageOnPort(port1) === undefined);
} else {
  Atomics.store(workerData.words, 0, 1);
  workerData.port.postMessage(1);
}
