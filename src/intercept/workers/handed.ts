import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { H } from '../../control/words/layout.ts';
import type { BroadcastInbox } from './broadcast.ts';
import type { Ports } from './ports.ts';

const RealChannel = MessageChannel;

/**
 * The ports by which the threads of a scenario talk to one another: one channel between each two of them, new in every
 * schedule, which closes when one of the two ends. It is made when the first of the two asks for it: what nobody asks for
 * costs nothing.
 */
export class HandedPorts {
  private readonly ports: Ports;
  private readonly inbox: BroadcastInbox;
  /** Of this schedule, by the other thread. */
  private readonly taken = new Map<number, MessagePort>();

  constructor(ports: Ports, inbox: BroadcastInbox) {
    this.ports = ports;
    this.inbox = inbox;
  }

  reset(): void {
    this.taken.clear();
  }

  /** By thread, the port to it; undefined for this one. Each is there only while a schedule runs. */
  all(): readonly (MessagePort | undefined)[] {
    const { words, me } = this.ports.host.engine;
    const all: (MessagePort | undefined)[] = Array(words[H.BEGINNERS]).fill(undefined);
    for (const other of all.keys()) {
      if (other !== me) Object.defineProperty(all, other, { enumerable: true, get: () => this.to(other) });
    }
    return all;
  }

  /** The thread ends: what was handed to it is taken, so that it closes with all else that the thread has. */
  takeAll(): void {
    const { engine, loop } = this.ports.host;
    for (let other = 0; other < engine.words[H.BEGINNERS]; other++) {
      if (loop.ports.handed(engine.me, other) >= 0) this.to(other);
    }
  }

  private to(other: number): MessagePort {
    const { engine, loop } = this.ports.host;
    if (!engine.controlled)
      throw new Error('ports are handed out in thread(): there are none outside of schedules');
    const before = this.taken.get(other);
    if (before !== undefined) return before;
    const end = loop.ports.handed(engine.me, other);
    const port = end >= 0 ? this.take(end) : this.make(other);
    this.taken.set(other, port);
    return port;
  }

  /** The other thread has made it. */
  private take(end: number): MessagePort {
    const { words } = this.ports.host.engine;
    return this.ports.adopt(this.inbox.take(end, words[H.THREADS])?.value as MessagePort, end);
  }

  private make(other: number): MessagePort {
    const { engine, loop } = this.ports.host;
    const [mine, its] = loop.ports.handOut(engine.me, other);
    const { port1, port2 } = new RealChannel();
    this.inbox.hand(other, its, port2);
    const port = this.ports.adopt(port1, mine);
    // As if it had been there, and closed with its thread.
    if (!engine.sets.alive.has(other)) loop.ports.closed(its);
    return port;
  }
}
