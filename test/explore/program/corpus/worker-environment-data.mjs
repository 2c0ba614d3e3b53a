import {
  getEnvironmentData,
  isMainThread,
  parentPort,
  setEnvironmentData,
  Worker,
} from 'node:worker_threads';

if (isMainThread) {
  const list = [1];
  const key = { an: 'object' };
  setEnvironmentData('list', list);
  setEnvironmentData('gone', 1);
  setEnvironmentData('gone', undefined);
  setEnvironmentData(key, 'by object');
  console.log('same object here', getEnvironmentData('list') === list, getEnvironmentData(key));
  const worker = new Worker(new URL(import.meta.url));
  list.push(2);
  setEnvironmentData('late', 1);
  worker.on('message', (message) => console.log(message));
  worker.on('exit', () =>
    console.log('main', getEnvironmentData('worker'), getEnvironmentData('list').length),
  );
} else {
  const list = getEnvironmentData('list');
  parentPort.postMessage(`${list} ${getEnvironmentData('gone')} ${getEnvironmentData('late')}`);
  list.push(3);
  setEnvironmentData('worker', 1);
}
