import { WORKER_END } from '../memory/port_names.ts';
import {
  H,
  type Layout,
  P,
  PORT_CLOSED,
  PORT_CLOSED_EVENT,
  PORT_CLOSING,
  PORT_OPEN,
  PORTS_MAX,
  T,
  THREADS_MAX,
} from '../words/layout.ts';
import { KIND } from '../words/operation.ts';
import type { Sets } from '../words/sets.ts';

/** From here on, in place of a name: the end of a thread of a scenario by which it talks to another. Names are odd. */
const HANDED = 4;

/** Nobody has the end: it is under way in a message. */
export const IN_TRANSIT = -1;

/**
 * The ends of channels, as far as decisions need them: who has them, how many messages wait in each. What the messages are
 * is carried by ports of the host. Only the thread that has the turn touches the table.
 */
export class PortTable {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly sets: Sets;

  constructor(words: Int32Array, layout: Layout, sets: Sets) {
    this.words = words;
    this.layout = layout;
    this.sets = sets;
  }

  /** A new end that `owner` has; returns its number. @throws RangeError for more than a schedule may have */
  open(owner: number): number {
    const { words } = this;
    const port = words[H.PORTS];
    if (port === PORTS_MAX) throw new RangeError(`framelab: more than ${PORTS_MAX} ports in a schedule`);
    words[H.PORTS] = port + 1;
    words[H.MESSAGES] = 1;
    // No systematic search runs all of it.
    words[H.OPEN] = 1;
    const at = this.at(port);
    words[at + P.OWNER] = owner;
    words[at + P.PEER] = -1;
    words[at + P.COUNT] = 0;
    words[at + P.FIRST] = 0;
    words[at + P.STARTED] = 0;
    words[at + P.REF] = 0;
    words[at + P.STATE] = PORT_OPEN;
    words[at + P.BY] = -1;
    words[at + P.NAME] = 0;
    words[at + P.BATCH] = 0;
    return port;
  }

  /** An end of all that have this name. */
  openNamed(owner: number, name: number): number {
    const port = this.open(owner);
    this.words[this.at(port) + P.NAME] = name;
    return port;
  }

  /** The end lasts until the Worker has ended, whatever that does to its own. */
  lastsForWorker(port: number): void {
    this.words[this.at(port) + P.NAME] = WORKER_END;
  }

  /** Two ends between threads of a scenario: the first is that of `thread`, the second waits until `other` looks at it. */
  handOut(thread: number, other: number): [number, number] {
    const ends = this.pair(thread);
    this.words[this.at(ends[0]) + P.NAME] = handedName(thread, other);
    this.words[this.at(ends[1]) + P.NAME] = handedName(other, thread);
    this.moveTo(ends[1], IN_TRANSIT);
    return ends;
  }

  /** The end by which a thread of a scenario talks to another; -1 where there is none yet in this schedule. */
  handed(thread: number, other: number): number {
    const { words } = this;
    const name = handedName(thread, other);
    for (let port = 0; port < words[H.PORTS]; port++) if (words[this.at(port) + P.NAME] === name) return port;
    return -1;
  }

  /** The other open ends of that name, the oldest first. */
  othersNamed(port: number): number[] {
    const { words } = this;
    const name = words[this.at(port) + P.NAME];
    const found: number[] = [];
    for (let other = 0; other < words[H.PORTS]; other++) {
      if (other !== port && words[this.at(other) + P.NAME] === name && this.isOpen(other)) found.push(other);
    }
    return found;
  }

  /** Two ends of one channel. */
  pair(owner: number): [number, number] {
    const a = this.open(owner);
    const b = this.open(owner);
    this.words[this.at(a) + P.PEER] = b;
    this.words[this.at(b) + P.PEER] = a;
    return [a, b];
  }

  peer(port: number): number {
    return this.words[this.at(port) + P.PEER];
  }

  owner(port: number): number {
    return this.words[this.at(port) + P.OWNER];
  }

  count(port: number): number {
    return this.words[this.at(port) + P.COUNT];
  }

  /** The step of the last message to it, or of the end of its other end. */
  by(port: number): number {
    return this.words[this.at(port) + P.BY];
  }

  isOver(port: number): boolean {
    return this.words[this.at(port) + P.STATE] === PORT_CLOSED;
  }

  isOpen(port: number): boolean {
    return this.words[this.at(port) + P.STATE] <= PORT_CLOSING;
  }

  /** A message comes to a port. False if it has closed: the message goes nowhere. */
  arrived(port: number): boolean {
    const { words } = this;
    const at = this.at(port);
    if (words[at + P.STATE] === PORT_CLOSED) return false;
    if (words[at + P.COUNT]++ === 0) words[at + P.FIRST] = words[H.ARRIVAL];
    words[H.ARRIVAL]++;
    words[at + P.BY] = words[H.STEP];
    if (words[at + P.STARTED] !== 0) this.wake(words[at + P.OWNER]);
    return true;
  }

  /** A message leaves a port. */
  taken(port: number): void {
    this.words[this.at(port) + P.COUNT]--;
  }

  start(port: number): void {
    this.words[this.at(port) + P.STARTED] = 1;
  }

  stop(port: number): void {
    this.words[this.at(port) + P.STARTED] = 0;
  }

  setRef(port: number, ref: boolean): void {
    this.words[this.at(port) + P.REF] = ref ? 1 : 0;
  }

  hasRef(port: number): boolean {
    return this.words[this.at(port) + P.REF] !== 0 && this.words[this.at(port) + P.STATE] !== PORT_CLOSED;
  }

  /** The end goes to another thread: in a message, or out of one. Where it arrives it is not started. */
  moveTo(port: number, owner: number): void {
    const at = this.at(port);
    this.words[at + P.OWNER] = owner;
    this.words[at + P.STARTED] = 0;
    this.words[at + P.REF] = 0;
  }

  /**
   * Closes an end: its event comes, and what waits in it is delivered before only where `inListener` of its own it was
   * closed. As in Node.js, its other end hears of it when the event has come.
   */
  close(port: number, inListener: boolean): void {
    const { words } = this;
    const at = this.at(port);
    if (words[at + P.STATE] >= PORT_CLOSED_EVENT) return;
    words[at + P.STATE] = PORT_CLOSED_EVENT;
    words[at + P.BATCH] = inListener ? 1 : 0;
    words[at + P.FIRST] = words[H.ARRIVAL]++;
  }

  /** The other end has closed. */
  private closing(port: number): void {
    const { words } = this;
    const at = this.at(port);
    if (words[at + P.STATE] !== PORT_OPEN) return;
    words[at + P.STATE] = PORT_CLOSING;
    words[at + P.BY] = words[H.STEP];
    if (words[at + P.COUNT] === 0) words[at + P.FIRST] = words[H.ARRIVAL]++;
    this.wake(words[at + P.OWNER]);
  }

  /** It is over: the event of its end has come, or nobody is left to hear it. */
  closed(port: number): void {
    const { words } = this;
    const at = this.at(port);
    words[at + P.STATE] = PORT_CLOSED;
    words[at + P.COUNT] = 0;
    words[at + P.REF] = 0;
    const peer = words[at + P.PEER];
    if (peer >= 0 && words[this.at(peer) + P.NAME] !== WORKER_END) this.closing(peer);
  }

  /** An end and its other one never came to be. */
  never(port: number): void {
    const { words } = this;
    for (const end of [port, this.peer(port)]) {
      words[this.at(end) + P.STATE] = PORT_CLOSED;
      words[this.at(end) + P.REF] = 0;
    }
  }

  /** A thread has ended: all that it has closes. */
  closeAllOf(thread: number): void {
    const { words } = this;
    for (let port = 0; port < words[H.PORTS]; port++) {
      const at = this.at(port);
      if (words[at + P.OWNER] === thread && words[at + P.STATE] !== PORT_CLOSED) this.closed(port);
    }
  }

  /** Does the port have an event for its thread: a message, or its end? */
  isReady(port: number): boolean {
    const { words } = this;
    const at = this.at(port);
    const state = words[at + P.STATE];
    if (state === PORT_CLOSED) return false;
    if (state === PORT_CLOSED_EVENT) return true;
    if (words[at + P.COUNT] > 0) return words[at + P.STARTED] !== 0;
    return state === PORT_CLOSING;
  }

  /** The event of a port that is ready is its end, and no message. */
  endIsNext(port: number): boolean {
    const { words } = this;
    const at = this.at(port);
    if (words[at + P.COUNT] === 0) return true;
    return words[at + P.STATE] === PORT_CLOSED_EVENT && words[at + P.BATCH] === 0;
  }

  /** The ports of a thread that have events for it, the one whose first came first before the others. */
  ready(thread: number): number[] {
    const { words } = this;
    const found: number[] = [];
    for (let port = 0; port < words[H.PORTS]; port++) {
      if (words[this.at(port) + P.OWNER] === thread && this.isReady(port)) found.push(port);
    }
    if (found.length > 1) found.sort((a, b) => words[this.at(a) + P.FIRST] - words[this.at(b) + P.FIRST]);
    return found;
  }

  /** A thread has an end that may have events for it. */
  hears(thread: number): boolean {
    const { words } = this;
    for (let port = 0; port < words[H.PORTS]; port++) {
      const at = this.at(port);
      if (words[at + P.OWNER] !== thread || words[at + P.STATE] === PORT_CLOSED) continue;
      if (words[at + P.STARTED] !== 0 || words[at + P.STATE] !== PORT_OPEN) return true;
    }
    return false;
  }

  /** Something that a thread has keeps it alive. */
  keepsAlive(thread: number): boolean {
    const { words } = this;
    for (let port = 0; port < words[H.PORTS]; port++) {
      const at = this.at(port);
      if (words[at + P.OWNER] === thread && this.holds(port)) return true;
    }
    return false;
  }

  /** It is referenced, or its end is under way in this thread. */
  private holds(port: number): boolean {
    const { words } = this;
    const at = this.at(port);
    const state = words[at + P.STATE];
    if (state === PORT_CLOSED) return false;
    if (words[at + P.REF] !== 0 || state === PORT_CLOSED_EVENT) return true;
    // Behind messages that nobody takes its end is never seen.
    if (words[at + P.COUNT] > 0 && words[at + P.STARTED] === 0) return false;
    const peer = words[at + P.PEER];
    return state === PORT_CLOSING && peer >= 0 && words[this.at(peer) + P.OWNER] === words[at + P.OWNER];
  }

  /** A thread that waits for events has one now. */
  wake(thread: number): void {
    if (thread < 0) return;
    const { words } = this;
    const { alive, enabled, timeable } = this.sets;
    const block = this.layout.threads + thread * T.WORDS;
    if (words[block + T.KIND] !== KIND.IDLE || enabled.has(thread) || !alive.has(thread)) return;
    words[block + T.BY] = words[H.STEP];
    enabled.add(thread);
    timeable.remove(thread);
  }

  private at(port: number): number {
    return this.layout.ports + port * P.WORDS;
  }
}

function handedName(thread: number, other: number): number {
  return HANDED + 2 * (thread * THREADS_MAX + other);
}
