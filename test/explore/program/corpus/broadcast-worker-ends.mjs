import { BroadcastChannel, isMainThread, Worker } from 'node:worker_threads';

// A worker's last word arrives though it has ended; its open channel does not hold it at process.exit.
if (isMainThread) {
  const channel = new BroadcastChannel('last');
  new Worker(new URL(import.meta.url));
  channel.onmessage = ({ data }) => {
    console.log('heard', data);
    channel.close();
  };
} else {
  new BroadcastChannel('last').postMessage('last word');
  process.exit(0);
}
