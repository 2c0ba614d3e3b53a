import { BroadcastChannel } from 'node:worker_threads';

// Two objects of one name in one thread hear each other, and not themselves; another name hears nothing.
const [first, second, other] = ['name', 'name', 'other'].map((name) => new BroadcastChannel(name));
first.onmessage = ({ data }) => {
  console.log('first heard', data);
  for (const channel of [first, second, other]) channel.close();
};
other.onmessage = () => console.log('never');
second.onmessage = ({ data }) => {
  console.log('second heard', data);
  second.postMessage('answer');
};
first.postMessage('question');
