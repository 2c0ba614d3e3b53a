import { H, type Layout, P, PORT_CLOSED } from '../words/layout.ts';

/** In `P.NAME`, in place of the name of a BroadcastChannel: the end by which a parent hears its Worker. */
export const WORKER_END = 2;

/** One end of a channel, as it was when a schedule ended. */
export interface PortFact {
  readonly port: number;
  /** The thread that has it, or had it last; -1 while it is under way in a message. */
  readonly owner: number;
  /** The other end; -1 where there is none, or more than one. */
  readonly peer: number;
  /** Messages that wait in it. */
  readonly count: number;
  readonly started: boolean;
  readonly keepsAlive: boolean;
  readonly isClosed: boolean;
  readonly kind: 'port' | 'Worker' | 'parentPort' | 'BroadcastChannel';
}

/** The ends of channels that a schedule made, by number. */
export function readPorts(words: Int32Array, { ports }: Pick<Layout, 'ports'>): PortFact[] {
  const at = (port: number): number => ports + port * P.WORDS;
  return Array.from({ length: words[H.PORTS] }, (_, port): PortFact => {
    const base = at(port);
    const peer = words[base + P.PEER];
    const name = words[base + P.NAME];
    const isClosed = words[base + P.STATE] === PORT_CLOSED;
    return {
      port,
      owner: words[base + P.OWNER],
      peer,
      count: words[base + P.COUNT],
      started: words[base + P.STARTED] !== 0,
      keepsAlive: words[base + P.REF] !== 0 && !isClosed,
      isClosed,
      kind: kindOf(name, peer < 0 ? 0 : words[at(peer) + P.NAME]),
    };
  });
}

function kindOf(name: number, nameOfPeer: number): PortFact['kind'] {
  if (name === WORKER_END) return 'Worker';
  if (nameOfPeer === WORKER_END) return 'parentPort';
  return name === 0 ? 'port' : 'BroadcastChannel';
}

/** An end by what it is: `thread 1's parentPort`, `the Worker that is thread 1`, `port 3 of thread 0`. */
export function portName(ports: readonly PortFact[], port: number): string {
  const fact = ports[port];
  switch (fact?.kind) {
    case 'Worker':
      return `the Worker that is thread ${ports[fact.peer].owner}`;
    case 'parentPort':
      return `thread ${fact.owner}'s parentPort`;
    case 'BroadcastChannel':
      return `BroadcastChannel ${port}${holder(fact)}`;
    default:
      return `port ${port}${holder(fact)}`;
  }
}

/** Who hears what is posted to an end: `thread 1`, `port 3 of thread 0`. */
export function targetName(ports: readonly PortFact[], port: number): string {
  const fact = ports[port];
  if (fact?.kind === 'Worker' || fact?.kind === 'parentPort') return `thread ${fact.owner}`;
  // A message to a BroadcastChannel is recorded with the end that it was posted by.
  return fact?.kind === 'BroadcastChannel' ? `all others of BroadcastChannel ${port}` : portName(ports, port);
}

function holder(fact: PortFact | undefined): string {
  if (fact === undefined) return '';
  return fact.owner < 0 ? ' (under way)' : ` of thread ${fact.owner}`;
}
