import { createRequire } from 'node:module';
import type { InterceptHost, Interceptor } from '../../control/thread/interceptor.ts';
import { H } from '../../control/words/layout.ts';
import { BroadcastInbox, broadcastClass } from './broadcast.ts';
import { HandedPorts } from './handed.ts';
import { Identity } from './identity.ts';
import { patchPorts } from './patch_ports.ts';
import { Ports } from './ports.ts';
import { workerClass } from './worker.ts';

/** What a thread needs of its messages. */
export interface Messages {
  readonly ports: Ports;
  readonly identity: Identity;
  readonly handed: HandedPorts;
}

const installed = new WeakMap<InterceptHost, Messages>();

/** What was installed for a thread. */
export function messagesOf(host: InterceptHost): Messages {
  return installed.get(host) as Messages;
}

/** Workers, ports and messages: all of `node:worker_threads`. */
export const workers: Interceptor = { name: 'workers', install };

function install(host: InterceptHost): () => void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as Record<string, unknown>;
  const ports = new Ports(host);
  const inbox = new BroadcastInbox(ports);
  const identity = new Identity(threads);
  const handed = new HandedPorts(ports, inbox);
  installed.set(host, { ports, identity, handed });
  patchPorts(ports, threads);
  threads.Worker = inSchedules(host, threads.Worker, workerClass(ports, identity));
  const Broadcast = inSchedules(host, threads.BroadcastChannel, broadcastClass(ports, inbox));
  threads.BroadcastChannel = Broadcast;
  Object.defineProperty(globalThis, 'BroadcastChannel', {
    value: Broadcast,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return () => {
    ports.reset();
    inbox.reset();
    handed.reset();
  };
}

/** A class that is under control in schedules, and the one that it was outside of them and for those who load modules. */
function inSchedules({ engine, outside }: InterceptHost, before: unknown, controlled: object): unknown {
  return new Proxy(controlled, {
    construct(target, args, newTarget) {
      // A scenario's module may be loaded by what has Workers of its own; a program's loader is part of the program.
      const isProgram = engine.words[H.PROGRAM] !== 0;
      if (engine.controlled && (isProgram || !outside.calledByHost()))
        return Reflect.construct(target as never, args, newTarget);
      return Reflect.construct(before as never, args);
    },
  });
}
