import type { EventEmitter } from 'node:events';
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { post, receive } from '../../control/thread/carriers.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { realPostMessage } from '../../control/thread/originals.ts';
import { IN_TRANSIT } from '../../control/thread/port_table.ts';
import { noteText, preview } from '../../control/thread/preview.ts';
import { FLAG, H, T } from '../../control/words/layout.ts';
import { EVENT, KIND } from '../../control/words/operation.ts';
import { portPlace } from '../../control/words/place.ts';
import { adoptBuffers, buffersIn, type Envelope, isStream, type MessageKind } from './envelope.ts';

/** The names by which Node.js itself hands a message to the listeners of a port (lib/internal/per_context/messageport.js). */
const DISPATCH = Symbol.for('nodejs.internal.kHybridDispatch');
const CURRENT_PORTS = Symbol.for('nodejs.internal.kCurrentlyReceivingPorts');

/** The name by which the host tells a port that it has closed. */
const ON_CLOSE = Object.getOwnPropertySymbols(MessagePort.prototype).find(
  ({ description }) => description === 'handle_onclose',
);

const RealChannel = MessageChannel;
const { close: realClose, postMessage: prototypePost } = MessagePort.prototype;

/** An end of a channel that this thread has. */
export interface LocalEnd {
  readonly id: number;
  /** The host's own, which carries the messages. */
  readonly port: MessagePort | undefined;
  /** Hears a message, or one that could not be read. */
  message(envelope: Envelope): void;
  unreadable(error: unknown): void;
  /** Hears that the channel has ended. */
  ended(): void;
  /** Takes the next message, where no port of its own carries it. */
  take?(): Envelope | undefined;
}

/**
 * The ports of a thread. Each is one of the host's, so that cloning, transfer and errors are the host's own; but it is never
 * started, so that the host delivers nothing: messages are taken out of it when the explorer says so, and handed to the
 * listeners as Node.js does it.
 */
export class Ports {
  readonly host: InterceptHost;
  private readonly locals = new Map<number, LocalEnd>();
  private readonly numbers = new WeakMap<object, number>();
  private made: MessagePort[] = [];

  constructor(host: InterceptHost) {
    this.host = host;
    host.loop.deliversBy((port) => this.deliver(port));
  }

  private get table() {
    return this.host.loop.ports;
  }

  /** A schedule begins: what the one before left is closed. */
  reset(): void {
    this.locals.clear();
    if (this.made.length === 0) return;
    for (const port of this.made) realClose.call(port);
    this.made = [];
  }

  /** The number of a port of this schedule; undefined for any other. */
  idOf(port: unknown): number | undefined {
    const id = typeof port === 'object' && port !== null ? this.numbers.get(port) : undefined;
    return id !== undefined && this.locals.get(id)?.port === port ? id : undefined;
  }

  /** Two new ends, which both belong to this thread. */
  channel(): {
    readonly ids: readonly [number, number];
    readonly ports: readonly [MessagePort, MessagePort];
  } {
    const ids = this.table.pair(this.host.engine.me);
    const { port1, port2 } = new RealChannel();
    return { ids, ports: [port1, port2] };
  }

  /** Registers an end that this thread has from now on. */
  add(end: LocalEnd): void {
    this.locals.set(end.id, end);
    if (end.port !== undefined) {
      this.numbers.set(end.port, end.id);
      this.host.outside.takesControl(end.port);
      this.made.push(end.port);
    }
  }

  /** A port of the program's from now on. */
  adopt(port: MessagePort, id: number): MessagePort {
    this.table.moveTo(id, this.host.engine.me);
    closesSilently(port);
    listensBy(port, {
      first: () => {
        this.table.setRef(id, true);
        this.table.start(id);
      },
      none: () => {
        this.table.setRef(id, false);
        this.table.stop(id);
      },
    });
    const handler = port as unknown as Record<symbol, unknown> & MessagePort;
    const dispatch = handler[DISPATCH] as (value: unknown, type: string, event: undefined) => void;
    this.add({
      id,
      port,
      message: (envelope) => {
        handler[CURRENT_PORTS] = this.open(envelope);
        dispatch.call(port, envelope.value, 'message', undefined);
      },
      unreadable: (error) => dispatch.call(port, error, 'messageerror', undefined),
      ended: () => port.dispatchEvent(new Event('close')),
    });
    return port;
  }

  /** What was posted has come: its shared memory and its ports have their numbers here, too. */
  open(envelope: Envelope): MessagePort[] {
    adoptBuffers(this.host.buffers, envelope);
    return envelope.ports.map((port, i) => this.adopt(port, envelope.portNumbers[i]));
  }

  /** A value as it goes on its way, and the ports that go with it. */
  envelope(value: unknown, transfer: readonly unknown[], kind: MessageKind = 'message'): Envelope {
    const { engine, buffers, outside } = this.host;
    if (transfer.some(isStream))
      outside.ends('moved a stream', 'its chunks go through ports that the explorer does not control');
    const shared = buffersIn(value, transfer);
    const ports = transfer.filter((each) => this.idOf(each) !== undefined) as MessagePort[];
    for (const port of ports) {
      if (this.table.isOpen(this.idOf(port) as number)) continue;
      throw new DOMException('MessagePort in transfer list is already detached', 'DataCloneError');
    }
    return {
      kind,
      value,
      // A Worker says that it is there as part of its start, which is recorded already.
      step: engine.words[H.STEP] - (kind === 'online' ? 1 : 0),
      buffers: shared,
      bufferNumbers: shared.map((buffer) => buffers.sent(buffer)),
      ports,
      portNumbers: ports.map((port) => this.idOf(port) as number),
    };
  }

  /** Posted: its ports are nobody's until it arrives. */
  sent({ portNumbers }: Envelope): void {
    for (const id of portNumbers) {
      this.leave(this.locals.get(id)?.port);
      this.locals.delete(id);
      this.table.moveTo(id, IN_TRANSIT);
    }
  }

  /** The object of a port that is sent hears 'close', as an event of its own: after all that its thread does now. */
  private leave(port: MessagePort | undefined): void {
    if (port === undefined || (port as unknown as EventEmitter).listenerCount('close') === 0) return;
    this.host.loop.addTimer(0, () => port.dispatchEvent(new Event('close')), true, true);
  }

  /** A step: posts a value by an end that this thread has. */
  send(
    port: MessagePort,
    id: number,
    value: unknown,
    transfer: readonly unknown[],
    kind?: MessageKind,
  ): void {
    const { engine } = this.host;
    const peer = this.table.peer(id);
    engine.arrive(KIND.SEND, portPlace(peer), 0, 0, 0, 0, 0);
    noteText(engine, () => (kind === undefined ? '' : `${kind}: `) + preview(value));
    let sent = false;
    try {
      this.postNow(port, id, this.envelope(value, transfer, kind), transfer);
      sent = true;
    } finally {
      engine.leave(sent ? FLAG.CHANGED : 0, this.table.count(peer), 0);
    }
  }

  /** The same as part of another step. */
  postNow(port: MessagePort, id: number, envelope: Envelope, transfer: readonly unknown[] = []): void {
    const { words } = this.host.engine;
    // Out of an end that has closed goes nothing but what a Worker's parent is told by itself.
    const goes = this.table.isOpen(id) || envelope.kind !== 'message';
    if (goes) post(words, port, envelope, transfer);
    else cloneToNobody(envelope, transfer);
    this.sent(envelope);
    if (goes && this.table.arrived(this.table.peer(id))) return;
    for (const lost of envelope.portNumbers) this.table.closed(lost);
  }

  /** What the host says of arguments that it does not take. */
  refuse(port: MessagePort, args: readonly unknown[]): void {
    prototypePost.apply(port, args as never);
  }

  /** A step: takes the next message out of a port, as an event would; undefined where there is none. */
  take(port: MessagePort, id: number): { readonly message: unknown } | undefined {
    const { engine } = this.host;
    if (this.table.isOver(id)) {
      throw new Error(
        "framelab: receiveMessageOnPort() on a port after its 'close' event; Node.js 20 crashes here",
      );
    }
    const waiting = this.table.count(id);
    engine.arrive(KIND.RECEIVE, portPlace(id), 0, 0, waiting, 0, waiting);
    if (this.table.count(id) === 0) {
      engine.leave(0, 0, 0);
      return undefined;
    }
    this.table.taken(id);
    const envelope = receive<Envelope>(engine.words, port);
    this.comesFrom(envelope);
    engine.leave(FLAG.CHANGED, 1, 0);
    if (envelope === undefined) return undefined;
    this.open(envelope);
    return { message: envelope.value };
  }

  /** A step: closes an end. */
  close(id: number): void {
    const { engine } = this.host;
    engine.arrive(KIND.CLOSE, portPlace(id), 0, 0, 0, 0, 0);
    this.table.close(id, this.host.loop.delivering === id);
    engine.leave(FLAG.CHANGED, 0, 0);
  }

  /** The event of an end that is ready, as the step that this thread is at; returns what to call. */
  private deliver(id: number): () => void {
    const { engine } = this.host;
    const { words, block } = engine;
    const end = this.locals.get(id);
    words[block + T.KIND] = KIND.DELIVER;
    words[block + T.BUFFER] = portPlace(id);
    if (this.table.endIsNext(id)) {
      words[block + T.BY] = this.table.by(id);
      this.discard(id, end);
      engine.leave(FLAG.CHANGED, EVENT.CLOSE, 0);
      return () => end?.ended();
    }
    this.table.taken(id);
    try {
      const envelope =
        end?.take === undefined ? receive<Envelope>(words, end?.port as MessagePort) : end.take();
      if (envelope !== undefined) adoptBuffers(this.host.buffers, envelope);
      this.comesFrom(envelope);
      engine.leave(FLAG.CHANGED, eventOf(envelope), 0);
      return () => envelope !== undefined && end?.message(envelope);
    } catch (error) {
      engine.leave(FLAG.CHANGED, EVENT.MESSAGE, 0);
      return () => end?.unreadable(error);
    }
  }

  /** An end is over. Ports that wait in it in messages are nobody's, and over, too. */
  private discard(id: number, end: LocalEnd | undefined): void {
    const { words } = this.host.engine;
    for (let left = this.table.count(id); left > 0 && end?.port !== undefined; left--) {
      const envelope = receive<Envelope>(words, end.port);
      for (const port of envelope?.portNumbers ?? []) this.table.closed(port);
    }
    this.table.closed(id);
  }

  /** The thread has ended: so have all ends that it has. */
  discardAll(): void {
    for (const [id, end] of this.locals) if (!this.table.isOver(id)) this.discard(id, end);
    this.table.closeAllOf(this.host.engine.me);
  }

  private comesFrom(envelope: Envelope | undefined): void {
    const { words, block } = this.host.engine;
    words[block + T.BY] = envelope?.step ?? -1;
  }
}

/** The host would say that a port has closed whenever it comes to it: in a schedule after that of the port. */
function closesSilently(port: MessagePort): void {
  if (ON_CLOSE !== undefined) Object.defineProperty(port, ON_CLOSE, { value: () => undefined });
}

/** Whether a message could be posted with these arguments at all. */
export function isPostable(args: readonly unknown[]): boolean {
  return args.length > 0 && (args[1] === undefined || typeof args[1] === 'object');
}

/** What is posted by an end that has closed is cloned and moved all the same, and lost. @throws what cannot be cloned */
function cloneToNobody(value: unknown, transfer: readonly unknown[]): void {
  const { port1, port2 } = new RealChannel();
  try {
    realPostMessage.call(port1, value, transfer as never);
  } finally {
    realClose.call(port1);
    realClose.call(port2);
  }
}

function eventOf(envelope: Envelope | undefined): number {
  switch (envelope?.kind) {
    case 'exit':
      return EVENT.EXIT;
    case 'error':
      return EVENT.ERROR;
    case 'online':
      return EVENT.ONLINE;
    default:
      return EVENT.MESSAGE;
  }
}

/**
 * Node.js starts a port, and keeps its thread alive by it, when it gets its first listener. It does so by methods that every
 * port has of its own, under names that are no one else's; here they tell the explorer instead.
 */
function listensBy(port: MessagePort, { first, none }: { first: () => void; none: () => void }): void {
  const target = port as unknown as Record<symbol, unknown>;
  for (const name of Object.getOwnPropertySymbols(port)) {
    if (name.description === 'kNewListener') {
      target[name] = (size: number, type: string) => {
        if (type === 'message' && size === 1) first();
      };
    } else if (name.description === 'kRemoveListener') {
      target[name] = (size: number, type: string) => {
        if (type === 'message' && size === 0) none();
      };
    }
  }
}
