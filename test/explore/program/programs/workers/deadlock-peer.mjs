// Asks the other peer one question when it is told to, and answers the other's.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const { me, name, port, answered } = workerData;

function ask() {
  port.postMessage('question');
  Atomics.wait(answered, me, 0);
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port))
    take(got.message);
}

function take(message) {
  if (message === 'question') {
    port.postMessage(`answer of ${name}`);
    Atomics.store(answered, 1 - me, 1);
    Atomics.notify(answered, 1 - me);
  } else {
    parentPort.postMessage(message);
  }
}

port.on('message', take);
parentPort.on('message', ask);
parentPort.postMessage('ready');
