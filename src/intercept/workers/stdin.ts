import { Readable, Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { Envelope } from './envelope.ts';
import type { Ports } from './ports.ts';
import type { Start } from './start.ts';

/** What a Worker's parent writes into, and the end that goes to the Worker. It has a channel of its own. */
export function inputOf(ports: Ports): {
  readonly stream: Writable;
  readonly end: { readonly id: number; readonly port: MessagePort };
} {
  const { ids, ports: channel } = ports.channel();
  const silent = (): void => undefined;
  ports.add({ id: ids[0], port: channel[0], message: silent, unreadable: silent, ended: silent });
  const send = (chunk: unknown): void => {
    if (ports.host.loop.ports.isOpen(ids[0])) ports.send(channel[0], ids[0], chunk, []);
  };
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      send(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      done();
    },
    final(done) {
      send(null);
      done();
    },
  });
  return { stream, end: { id: ids[1], port: channel[1] } };
}

/**
 * A Worker's `process.stdin`: as in Node.js it keeps the thread alive from its first reading to its end. Without a
 * parent that writes, and in a main thread, it ends at once.
 */
export function standardInput(ports: Ports, from: Start['stdin']): Readable {
  const { ports: table } = ports.host.loop;
  const stream = new Readable({
    read() {
      if (from === undefined) this.push(null);
      else if (table.isOpen(from.id)) table.setRef(from.id, true);
    },
  });
  if (from === undefined) return Object.assign(stream, { fd: 0 });
  ports.add({
    id: from.id,
    port: from.port,
    message: ({ value }: Envelope) => {
      if (value === null) table.setRef(from.id, false);
      stream.push(value);
    },
    unreadable: () => undefined,
    ended: () => undefined,
  });
  table.moveTo(from.id, ports.host.engine.me);
  table.start(from.id);
  return stream;
}
