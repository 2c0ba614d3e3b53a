import { BroadcastChannel, isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const channel = new BroadcastChannel('news');
  channel.onmessage = () => console.log('never: its own message');
  const heard = [];
  const workers = ['a', 'b'].map((name) => new Worker(new URL(import.meta.url), { workerData: name }));
  let ready = 0;
  for (const worker of workers)
    worker.on('message', (message) => {
      if (message === 'ready' && ++ready === workers.length) channel.postMessage({ text: 'hello' });
      if (message !== 'ready') heard.push(message);
      if (heard.length < workers.length) return;
      console.log(heard.sort().join(', '));
      channel.close();
    });
} else {
  const channel = new BroadcastChannel('news');
  channel.onmessage = ({ data }) => {
    parentPort.postMessage(`${workerData} heard ${data.text}`);
    channel.close();
  };
  parentPort.postMessage('ready');
}
