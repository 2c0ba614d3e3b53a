import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const data = {
    map: new Map([['a', new Set([1, 2])]]),
    date: new Date(0),
    big: 10n,
    text: /x/gi,
    gap: undefined,
  };
  data.self = data;
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  data.date = 'changed after the start';
  worker.on('message', (lines) => {
    for (const line of lines) console.log(line);
  });
} else {
  const { map, date, big, text, self } = workerData;
  parentPort.postMessage([
    `map ${[...map.get('a')]}`,
    `date ${date.getTime()}`,
    `big ${big}`,
    `text ${text}`,
    `gap ${'gap' in workerData}`,
    `self ${self === workerData}`,
  ]);
}
