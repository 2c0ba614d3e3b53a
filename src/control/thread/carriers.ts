import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { H } from '../words/layout.ts';
import { realPostMessage } from './originals.ts';

/** What goes from thread to thread; only those of this schedule count, and of it since it last began again. */
interface Sealed {
  readonly run: number;
  readonly schedule: number;
  readonly probes: number;
  readonly content: unknown;
}

const realReceive = receiveMessageOnPort;
const RealChannel = MessageChannel;

/**
 * Real ports between all threads, which nobody listens to: what was posted before the turn was handed over is there for the
 * thread that gets it. They carry what Workers are started with, and what goes to many.
 */
export class Carriers {
  private readonly words: Int32Array;
  private readonly out: readonly (MessagePort | null)[];
  private readonly in: readonly (MessagePort | null)[];

  /** @param ports by the number of the thread at the other end; `me` has none to itself */
  constructor(words: Int32Array, ports: readonly (MessagePort | null)[], me: number) {
    this.words = words;
    const own = new RealChannel();
    this.out = ports.map((port, thread) => (thread === me ? own.port1 : port));
    this.in = ports.map((port, thread) => (thread === me ? own.port2 : port));
    own.port1.unref();
    own.port2.unref();
  }

  /** Posts to a thread. @throws what the host throws, where something cannot be cloned */
  send(thread: number, content: unknown, transfer: readonly unknown[] = []): void {
    post(this.words, this.out[thread] as MessagePort, content, transfer);
  }

  /** The next from a thread, undefined where there is none. */
  receive<Content>(thread: number): Content | undefined {
    return receive<Content>(this.words, this.in[thread] as MessagePort);
  }
}

/** Posts what belongs to this schedule. */
export function post(
  words: Int32Array,
  port: MessagePort,
  content: unknown,
  transfer: readonly unknown[],
): void {
  const sealed: Sealed = { run: words[H.RUN], schedule: words[H.SCHEDULE], probes: words[H.PROBES], content };
  realPostMessage.call(port, sealed, transfer as never);
}

/** Takes what belongs to this schedule: what others left behind is thrown away. */
export function receive<Content>(words: Int32Array, port: MessagePort): Content | undefined {
  for (;;) {
    const taken = realReceive(port) as { message: Sealed } | undefined;
    if (taken === undefined) return undefined;
    const { run, schedule, probes, content } = taken.message;
    const isNow = run === words[H.RUN] && schedule === words[H.SCHEDULE] && probes === words[H.PROBES];
    if (isNow) return content as Content;
  }
}
