import { type PortFact, readPorts } from '../control/memory/port_names.ts';
import { H, type Layout, T } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { Sets } from '../control/words/sets.ts';
import { list } from './evidence.ts';

/** A thread that was waiting for an event when nobody could run. */
export interface IdleThread {
  readonly thread: number;
  /** The ports that keep it alive. */
  readonly ports: readonly PortFact[];
  /** Something of the host's is open there that may never do anything. */
  readonly hasOutside: boolean;
}

/** The threads that were waiting for an event in their event loops when a schedule was given up. */
export function readIdle(words: Int32Array, layout: Layout): IdleThread[] {
  const ports = readPorts(words, layout);
  const sets = new Sets(words);
  const idle: IdleThread[] = [];
  for (let thread = 0; thread < words[H.THREADS]; thread++) {
    if (words[layout.threads + thread * T.WORDS + T.KIND] !== KIND.IDLE) continue;
    const own = ports.filter((port) => port.owner === thread && port.keepsAlive);
    idle.push({ thread, ports: own, hasOutside: sets.outsidePending.has(thread) });
  }
  return idle;
}

/** What a thread waits for by its ports, as the rest of a sentence about it: one text for each of its kinds. */
export function awaited({ ports, hasOutside }: IdleThread, all: readonly PortFact[]): string[] {
  const texts: string[] = [];
  const of = (kind: PortFact['kind']): PortFact[] => ports.filter((port) => port.kind === kind);
  const workers = of('Worker').map(({ peer }) => all[peer].owner);
  if (workers.length === 1)
    texts.push(`waits for its Worker, thread ${workers[0]}, to say something or to end`);
  else if (workers.length > 1)
    texts.push(`waits for its Workers, threads ${list(workers)}, to say something or to end`);
  for (const { peer } of of('parentPort'))
    texts.push(`waits for a message from its parent, thread ${all[peer].owner}`);
  for (const { port, peer } of of('port'))
    texts.push(`waits for a message on port ${port}, ${otherEnd(all[peer])}`);
  for (const { port } of of('BroadcastChannel'))
    texts.push(`waits for a message on BroadcastChannel ${port}`);
  if (hasOutside) texts.push('has something open that is not under control');
  return texts;
}

function otherEnd(peer: PortFact | undefined): string {
  if (peer === undefined || peer.isClosed) return 'whose other end is closed';
  if (peer.owner < 0)
    return `whose other end (port ${peer.port}) is under way in a message that nobody takes`;
  return `whose other end (port ${peer.port}) thread ${peer.owner} holds`;
}
