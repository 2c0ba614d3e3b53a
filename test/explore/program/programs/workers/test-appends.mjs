import { parentPort, workerData } from 'node:worker_threads';

const { log, value } = workerData;
const LENGTH = log.length - 1;
const place = Atomics.add(log, LENGTH, 1);
Atomics.store(log, place, value);
parentPort.postMessage(place);
