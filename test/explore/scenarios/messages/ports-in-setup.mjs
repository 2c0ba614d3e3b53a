import { MessageChannel } from 'node:worker_threads';

export const setup = () => {
  const { port1, port2 } = new MessageChannel();
  return { ports: [port1, port2] };
};
export function thread() {}
