import { inspect } from 'node:util';
import type { MessagePort } from 'node:worker_threads';
import { noteText, preview } from '../../control/thread/preview.ts';
import { FLAG, H } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { portPlace } from '../../control/words/place.ts';
import type { Envelope } from './envelope.ts';
import type { Ports } from './ports.ts';

/** A message to one end of a name. */
interface Addressed {
  readonly to: number;
  readonly envelope: Envelope;
}

/** What came for ends of this thread, until they take it. */
export class BroadcastInbox {
  private readonly ports: Ports;
  private readonly waiting = new Map<number, Envelope[]>();

  constructor(ports: Ports) {
    this.ports = ports;
  }

  reset(): void {
    this.waiting.clear();
  }

  /** Posts to all other ends of the name. */
  post(from: number, value: unknown): void {
    const { host } = this.ports;
    for (const to of host.loop.ports.othersNamed(from)) {
      const envelope = this.ports.envelope(value, []);
      host.carriers.send(host.loop.ports.owner(to), { to, envelope } satisfies Addressed);
      host.loop.ports.arrived(to);
    }
  }

  /** Gives a thread a port of the host's, for an end that it has. */
  hand(thread: number, to: number, port: MessagePort): void {
    const { engine, carriers } = this.ports.host;
    const none = { buffers: [], bufferNumbers: [], ports: [], portNumbers: [] };
    const envelope: Envelope = { kind: 'message', value: port, step: engine.words[H.STEP], ...none };
    carriers.send(thread, { to, envelope } satisfies Addressed, [port]);
  }

  /** The next message for an end. */
  take(id: number, threads: number): Envelope | undefined {
    for (let from = 0; from < threads; from++) {
      for (;;) {
        const came = this.ports.host.carriers.receive<Addressed>(from);
        if (came === undefined) break;
        const list = this.waiting.get(came.to) ?? [];
        list.push(came.envelope);
        this.waiting.set(came.to, list);
      }
    }
    // In the order of their steps, whoever sent them.
    const list = this.waiting.get(id) ?? [];
    list.sort((a, b) => a.step - b.step);
    return list.shift();
  }
}

/** The class `BroadcastChannel` of a thread under control. */
export function broadcastClass(ports: Ports, inbox: BroadcastInbox): object {
  const { engine, loop } = ports.host;

  return class BroadcastChannel extends EventTarget {
    readonly #name: string;
    readonly #end: number;
    #handlers = new Map<string, (event: Event) => void>();

    constructor(...args: unknown[]) {
      if (args.length === 0) throw missing('name');
      super();
      this.#name = `${args[0] as string}`;
      this.#end = loop.ports.openNamed(engine.me, hashOf(this.#name));
      ports.add({
        id: this.#end,
        port: undefined,
        message: ({ value }) => void this.dispatchEvent(new MessageEvent('message', { data: value })),
        unreadable: (error) => void this.dispatchEvent(new MessageEvent('messageerror', { data: error })),
        ended: () => undefined,
        take: () => inbox.take(this.#end, engine.words[H.THREADS]),
      });
      loop.ports.start(this.#end);
      loop.ports.setRef(this.#end, true);
    }

    get name(): string {
      return this.#name;
    }

    postMessage(...args: unknown[]): void {
      if (args.length === 0) {
        throw missing('message');
      }
      if (!loop.ports.isOpen(this.#end)) {
        throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
      }
      engine.arrive(KIND.SEND, portPlace(this.#end), 0, 0, 0, 0, 0);
      noteText(engine, () => preview(args[0]));
      inbox.post(this.#end, args[0]);
      engine.leave(FLAG.CHANGED, 0, 0);
    }

    close(): void {
      if (loop.ports.isOpen(this.#end)) ports.close(this.#end);
    }

    ref(): this {
      loop.ports.setRef(this.#end, true);
      return this;
    }

    unref(): this {
      loop.ports.setRef(this.#end, false);
      return this;
    }

    get onmessage(): unknown {
      return this.#handlers.get('message') ?? null;
    }

    set onmessage(handler: unknown) {
      this.#handle('message', handler);
    }

    get onmessageerror(): unknown {
      return this.#handlers.get('messageerror') ?? null;
    }

    set onmessageerror(handler: unknown) {
      this.#handle('messageerror', handler);
    }

    #handle(type: string, handler: unknown): void {
      const before = this.#handlers.get(type);
      if (before !== undefined) this.removeEventListener(type, before);
      this.#handlers.delete(type);
      if (typeof handler !== 'function') return;
      this.#handlers.set(type, handler as () => void);
      this.addEventListener(type, handler as () => void);
    }

    [inspect.custom](): string {
      return `BroadcastChannel { name: '${this.#name}', active: ${loop.ports.isOpen(this.#end)} }`;
    }
  };
}

function missing(argument: string): TypeError {
  const error = new TypeError(`The "${argument}" argument must be specified`);
  return Object.assign(error, { code: 'ERR_MISSING_ARGS' });
}

/** A number for a name: FNV-1a, never 0. */
function hashOf(name: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  return hash | 1;
}
