import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Real ports between so many threads: by thread, those to all others. */
export function connect(threads: number): (MessagePort | null)[][] {
  const ports: (MessagePort | null)[][] = Array.from({ length: threads }, () => Array(threads).fill(null));
  for (let a = 0; a < threads; a++) {
    for (let b = a + 1; b < threads; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a][b] = port1;
      ports[b][a] = port2;
    }
  }
  return ports;
}
