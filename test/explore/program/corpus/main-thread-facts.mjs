import { isMainThread, parentPort, resourceLimits, threadId, workerData } from 'node:worker_threads';

console.log('isMainThread', isMainThread);
console.log('parentPort', parentPort);
console.log('threadId', threadId);
console.log('workerData', workerData);
console.log('resourceLimits', Object.keys(resourceLimits).length);
console.log('argv', process.argv.length, process.argv[1].split('/').at(-1));
console.log('exitCode', process.exitCode);
