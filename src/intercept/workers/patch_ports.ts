import { MessageChannel, MessagePort } from 'node:worker_threads';
import { type Envelope, transferOf } from './envelope.ts';
import { isPostable, type Ports } from './ports.ts';

const RealChannel = MessageChannel;

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Replaces `MessageChannel`, the methods of ports, `receiveMessageOnPort` and `structuredClone`. */
export function patchPorts(ports: Ports, threads: Record<string, unknown>): void {
  const { host } = ports;
  const { engine, loop } = host;
  const define = (target: object, name: string, value: unknown): void => {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  };

  const Channel = new Proxy(RealChannel, {
    construct(target, args, newTarget) {
      const channel = Reflect.construct(target, args, newTarget) as MessageChannel;
      if (!engine.controlled) return channel;
      const ids = loop.ports.pair(engine.me);
      ports.adopt(channel.port1, ids[0]);
      ports.adopt(channel.port2, ids[1]);
      return channel;
    },
  });
  threads.MessageChannel = Channel;
  define(globalThis, 'MessageChannel', Channel);

  const prototype = MessagePort.prototype as unknown as Record<string, Method>;
  const wrap = (
    name: string,
    controlled: (id: number, port: MessagePort, args: unknown[]) => unknown,
  ): void => {
    const original = prototype[name];
    define(prototype, name, function (this: MessagePort, ...args: unknown[]): unknown {
      const id = engine.controlled ? ports.idOf(this) : undefined;
      return id === undefined ? original.apply(this, args) : controlled(id, this, args);
    });
  };
  wrap('postMessage', (id, port, args) => {
    if (!isPostable(args)) return ports.refuse(port, args);
    ports.send(port, id, args[0], transferOf(args[1]));
  });
  wrap('start', (id) => loop.ports.start(id));
  wrap('ref', (id) => loop.ports.setRef(id, true));
  wrap('unref', (id) => loop.ports.setRef(id, false));
  wrap('hasRef', (id) => loop.ports.hasRef(id));
  wrap('close', (id, port, [callback]) => {
    if (typeof callback === 'function') port.once('close', callback as () => void);
    if (loop.ports.isOpen(id)) ports.close(id);
  });

  const receiveBefore = threads.receiveMessageOnPort as Method;
  threads.receiveMessageOnPort = (port: unknown): unknown => {
    const id = engine.controlled ? ports.idOf(port) : undefined;
    return id === undefined ? receiveBefore(port) : ports.take(port as MessagePort, id);
  };
  const move = threads.moveMessagePortToContext as Method;
  threads.moveMessagePortToContext = (...args: unknown[]): unknown => {
    if (engine.controlled && ports.idOf(args[0]) !== undefined) {
      host.outside.ends(
        'moved a port to another context',
        'the explorer does not control what is sent to it there',
      );
    }
    return move(...args);
  };
  const clone = globalThis.structuredClone as Method;
  define(globalThis, 'structuredClone', (...args: unknown[]): unknown => {
    const [value, options] = args;
    if (!engine.controlled || typeof value !== 'object' || value === null) return clone(...args);
    const transfer = transferOf(options);
    const envelope = ports.envelope(value, transfer);
    const cloned = clone(envelope, { transfer }) as Envelope;
    ports.sent(envelope);
    ports.open(cloned);
    return cloned.value;
  });
}
