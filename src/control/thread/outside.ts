import type { MessagePort } from 'node:worker_threads';
import type { OutsideUse, Phase } from '../notes/outside_use.ts';
import { stackText } from '../notes/site.ts';
import { ABANDON, FAIL, H } from '../words/layout.ts';
import { SET, wordOf } from '../words/sets.ts';
import type { Engine } from './engine.ts';
import { atomicOr, realPostMessage } from './originals.ts';

export interface Met {
  readonly what: string;
  readonly why: string;
  readonly wakes?: boolean;
  readonly feeds?: boolean;
  readonly wasm?: boolean;
  readonly plain?: boolean;
  /** It was met in a function that the scenario calls by itself: where Node.js or a loader calls it, it does not count. */
  readonly direct?: boolean;
  /** It stays for all schedules to come, although it was met in one of them. */
  readonly lasting?: boolean;
}

/** What turns sources into code while they are loaded has Workers and processes of its own, which do nothing else. */
const TRANSFORMERS = /[\\/]node_modules[\\/](tsx|esbuild|@swc|ts-node|sucrase|jiti)[\\/]/;

/** Work that the host was asked for, which will end; other things are merely open, and nobody may ever write to them. */
export const HOST_WORK = /Req|Job/;

/** The host's resources that a scenario can leave open before its schedules begin. */
const LASTING_RESOURCES = /^(TCP|UDP|Pipe|Stat|FSEvent|HTTP|Timeout)/;

/**
 * Keeps what a worker meets that is not under control. A verdict that can be wrong because of it is not given (see
 * verdicts/outside.ts): which ones those are is kept in control words, for each schedule; what it was is told to the main
 * thread at once, by a port of its own, for a worker that blocks for ever can tell nothing later.
 */
export class Outside {
  private readonly engine: Engine;
  private readonly port: MessagePort;
  private readonly told = new Set<string>();
  private explorers = new Map<string, number>();
  private leftOpen = new Map<string, number>();
  private compiling = 0;
  private readonly controlled = new WeakSet<object>();
  phase: Phase = 'load';

  constructor(engine: Engine, port: MessagePort) {
    this.engine = engine;
    this.port = port;
  }

  /** A port is one of those whose messages are under control. */
  takesControl(port: object): void {
    this.controlled.add(port);
  }

  controls(port: object): boolean {
    return this.controlled.has(port);
  }

  /** True while the code under test runs as a thread of a schedule that is not being unwound. */
  get inSchedule(): boolean {
    return this.engine.controlled && this.engine.words[H.ABANDON] === ABANDON.NONE;
  }

  /** Notes what was met. Its stack is taken once for each `what` and phase. */
  met(met: Met): void {
    const { engine } = this;
    const { words } = engine;
    if (met.direct === true && this.calledByHost()) return;
    const lasting = met.lasting === true || !engine.controlled;
    if (met.wakes === true) {
      addTo(words, SET.OUTSIDE_WAKES, engine.me);
      if (lasting) addTo(words, SET.OUTSIDE_WAKES_LASTING, engine.me);
    }
    if (met.feeds === true) {
      addTo(words, SET.OUTSIDE_FEEDS, engine.me);
      if (lasting) addTo(words, SET.OUTSIDE_FEEDS_LASTING, engine.me);
    }
    this.tell(met, engine.controlled ? 'thread' : this.phase);
  }

  /** Called by Node.js itself, for its own ends, or by a loader. */
  calledByHost(): boolean {
    const stack = stackText();
    // Its public modules may stand between: vm.runInNewContext() calls the script's own.
    const caller = stack.split('\n').find((line) => !/\(?node:(?!internal\/)/.test(line));
    return TRANSFORMERS.test(stack) || (caller !== undefined && /\(?node:internal\//.test(caller));
  }

  /** A thread works on shared memory that is no part of the value of `setup`, and that it did not make. */
  foreignMemory(): void {
    this.met({
      what: 'worked on shared memory that setup() did not return',
      why: 'it is neither watched nor put back between schedules',
      wakes: true,
      feeds: true,
      lasting: true,
    });
  }

  /** A thread returned no promise, and would go on in a callback. */
  leftBehind(): void {
    // What an abandoned schedule leaves is no work.
    if (!this.inSchedule) return;
    this.met({
      what: 'returned with Atomics.waitAsync pending',
      why: 'what follows from it is not run: let thread() return a promise that settles after it',
      wakes: true,
      feeds: true,
    });
  }

  /** Something that acts by itself was started by a thread: nothing true can be said of this schedule any more. */
  ends(what: string, why: string): never {
    const engine: Engine = this.engine;
    this.met({ what, why, wakes: true, feeds: true });
    return engine.abort(FAIL.UNCONTROLLED, {
      name: 'Uncontrolled',
      message: `${what}: ${why}`,
      stack: stackText(),
    });
  }

  private tell(met: Met, phase: Phase): void {
    const key = `${phase} ${met.what} ${met.wakes === true} ${met.feeds === true}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const use: OutsideUse = {
      thread: this.engine.me,
      phase,
      what: met.what,
      why: met.why,
      stack: stackText(),
      wakes: met.wakes === true,
      feeds: met.feeds === true,
      wasm: met.wasm === true,
      plain: met.plain === true,
    };
    realPostMessage.call(this.port, use);
  }

  /** Remembers what keeps the worker's event loop alive before the scenario is loaded: that is the explorer's own. */
  remember(): void {
    this.explorers = lastingResources();
  }

  /** What keeps the worker's event loop alive beside the explorer, by the host's names for it: `FSReqCallback`. */
  active(): string[] {
    const found = beyond(this.explorers);
    if (this.compiling > 0) found.push('WebAssemblyRequest');
    return found;
  }

  /** Compiling has no name in the host's list. */
  async whileCompiling<Result>(work: Promise<Result>): Promise<Result> {
    this.compiling++;
    try {
      return await work;
    } finally {
      this.compiling--;
    }
  }

  /** Notes what the scenario left open before its first schedule. */
  noteLeftOpen(): void {
    this.leftOpen = lastingResources();
    for (const name of this.active()) {
      if (!LASTING_RESOURCES.test(name)) continue;
      this.met({
        what: `left something open that acts by itself (${name})`,
        why: 'what it does is no part of any schedule',
        wakes: true,
      });
    }
  }

  /** A thread has ended: where what it asked of the host is still to come, its work is not done. */
  threadEnded(): void {
    const { words, sets, me } = this.engine;
    if (!sets.outsideWakes.has(me)) return;
    // A port that is merely open is no work.
    if (beyond(this.leftOpen).some((name) => name !== 'MessagePort')) addTo(words, SET.OUTSIDE_FEEDS, me);
  }
}

/** Workers load at the same time, hence the atomic operation. */
function addTo(words: Int32Array, set: number, thread: number): void {
  atomicOr(words, wordOf(set, thread), 1 << thread);
}

/** The names of the resources of which there are more than at another time. */
function beyond(before: ReadonlyMap<string, number>): string[] {
  const found: string[] = [];
  for (const [name, count] of countResources()) {
    if (name !== 'Immediate' && count > (before.get(name) ?? 0)) found.push(name);
  }
  return found;
}

/** Those that do not end by themselves: a request that is just ending would hide the next of its kind. */
function lastingResources(): Map<string, number> {
  return new Map([...countResources()].filter(([name]) => !HOST_WORK.test(name)));
}

function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
