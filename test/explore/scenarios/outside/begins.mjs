// Thread 0 begins something that the explorer does not control, named by the query, and then sleeps for ever on what that would
// have stored (`after=wait`), or leaves a lost update for check() to see (`after=count`).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { runInNewContext } from 'node:vm';
import {
  BroadcastChannel,
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';

const query = new URL(import.meta.url).searchParams;
const begins = {
  nothing: () => {},
  worker: () => new Worker('', { eval: true }),
  process: () => spawn(process.execPath, ['-e', '']),
  file: () => readFile(import.meta.filename, () => {}),
  socket: () => connect(1, '127.0.0.1').on('error', () => {}),
  broadcast: () => new BroadcastChannel('a').unref(),
  heard: () => {
    const channel = new BroadcastChannel('a').unref();
    channel.onmessage = () => {};
  },
  port: () => new MessageChannel().port1.postMessage(1),
  parent: () => parentPort.postMessage('done'),
  listener: () => new MessageChannel().port1.on('message', () => {}).unref(),
  receive: () => receiveMessageOnPort(new MessageChannel().port1),
  timer: () => setTimeout(() => {}, 10),
  realm: () => runInNewContext('1'),
  // None of these reaches beyond the thread.
  cleared: () => clearTimeout(setTimeout(() => {}, 10)),
  channel: () => new MessageChannel(),
  clone: () => structuredClone({ a: [1, new Map()] }),
  sync: () => readFileSync(import.meta.filename),
  random: () => randomBytes(4),
  cwd: () => process.cwd(),
};
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ words }, index) {
  if (index === 0) begins[query.get('what')]();
  if (query.get('after') === 'wait') {
    if (index === 0) Atomics.wait(words, 0, 0);
    return;
  }
  // The other one sleeps: a callback of thread 0 might wake it.
  if (query.get('after') === 'other') {
    if (index === 1) Atomics.wait(words, 0, 0);
    return;
  }
  if (query.get('after') === 'add') Atomics.add(words, 1, 1);
  else Atomics.store(words, 1, Atomics.load(words, 1) + 1);
}
export function check({ words }) {
  if (['add', 'count'].includes(query.get('after')) && words[1] !== 2) throw new Error(`counted ${words[1]}`);
}
