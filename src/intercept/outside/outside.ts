import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { reachableBuffers } from '../../control/memory/reach.ts';
import { stackText } from '../../control/notes/site.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import type { Engine } from '../../control/thread/engine.ts';
import type { Interceptor } from '../../control/thread/interceptor.ts';
import type { Outside } from '../../control/thread/outside.ts';
import { ABANDON, H } from '../../control/words/layout.ts';

const builtin = createRequire(import.meta.url);

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Constructor = new (...args: unknown[]) => object;

const MESSAGES = 'the explorer does not control messages';
const MEMORY = 'it was given shared memory and runs beside the schedules';

/**
 * Watches what lets a scenario reach beyond its threads: Workers, processes, messages, the host's input and output, other
 * realms. What acts by itself ends the schedule in which a thread starts it; the rest is noted.
 */
export const outsideWorld: Interceptor = {
  name: 'outside',
  install({ engine, outside, buffers }) {
    patchWorkers(engine, outside);
    patchProcesses(engine, outside);
    patchMessages(engine, outside);
    patchRealms(outside);
    watchHost(outside);
    buffers.onForeign = () => outside.foreignMemory();
    return undefined;
  },
};

/** Lets a thread go no further where it starts something that acts by itself. */
function refuseInSchedule(engine: Engine, outside: Outside, what: string, why: string): void {
  if (!engine.controlled || outside.calledByHost()) return;
  if (engine.words[H.ABANDON] !== ABANDON.NONE) throw ABANDONED;
  outside.ends(what, why);
}

function patchWorkers(engine: Engine, outside: Outside): void {
  const threads = builtin('node:worker_threads') as Record<string, unknown>;
  const RealWorker = threads.Worker as Constructor & { prototype: Record<string, unknown> };
  const what = 'started a Worker';
  threads.Worker = new Proxy(RealWorker, {
    construct(target, args, newTarget) {
      refuseInSchedule(engine, outside, what, 'the explorer does not control it');
      const data = (args[1] as { workerData?: unknown } | undefined)?.workerData;
      const feeds = reachableBuffers(data).buffers.length > 0;
      outside.met({
        what,
        why: feeds ? MEMORY : 'it runs beside the schedules',
        wakes: true,
        feeds,
        direct: true,
      });
      return Reflect.construct(target, args, newTarget);
    },
  });
  const post = RealWorker.prototype.postMessage as Method;
  define(RealWorker.prototype, 'postMessage', function (this: unknown, ...args: unknown[]): unknown {
    const feeds = reachableBuffers(args[0]).buffers.length > 0;
    outside.met({
      what: 'sent a message to a Worker',
      why: feeds ? MEMORY : MESSAGES,
      wakes: true,
      feeds,
      lasting: feeds,
      direct: true,
    });
    return post.apply(this, args);
  });
  const toThread = threads.postMessageToThread as Method | undefined;
  if (toThread !== undefined) {
    threads.postMessageToThread = (...args: unknown[]): unknown => {
      outside.met({ what: 'sent a message to a thread', why: MESSAGES, wakes: true });
      return toThread(...args);
    };
  }
}

function patchProcesses(engine: Engine, outside: Outside): void {
  const processes = builtin('node:child_process') as Record<string, unknown>;
  // Everything asynchronous, cluster.fork() too, comes to this method.
  const { prototype } = processes.ChildProcess as { prototype: Record<string, unknown> };
  const spawn = prototype.spawn as Method;
  define(prototype, 'spawn', function (this: unknown, ...args: unknown[]): unknown {
    const what = 'started a process';
    refuseInSchedule(engine, outside, what, 'the explorer does not control it');
    outside.met({ what, why: 'it runs beside the schedules', wakes: true, direct: true });
    return spawn.apply(this, args);
  });
  for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
    const original = processes[name] as Method;
    processes[name] = (...args: unknown[]): unknown => {
      if (outside.inSchedule)
        outside.met({ what: `ran a process by ${name}()`, why: 'what it did is not put back' });
      return original(...args);
    };
  }
}

function patchMessages(engine: Engine, outside: Outside): void {
  const threads = builtin('node:worker_threads') as Record<string, unknown>;
  const parent = replaceParent(engine, threads);
  const port = MessagePort.prototype as unknown as Record<string, unknown>;
  const post = port.postMessage as Method;
  define(port, 'postMessage', function (this: unknown, ...args: unknown[]): unknown {
    // One that was under control and went to another thread takes nothing any more.
    const isOurs = outside.controls(this as object);
    if (outside.inSchedule && !isOurs && !isOfRealWorker())
      outside.met({ what: 'sent a message to a port', why: MESSAGES, wakes: true });
    return post.apply(this, args);
  });
  watchListeners(port, (target) => {
    // Nobody sends anything to the parent's port; listening there merely keeps the thread alive.
    if (target !== parent && !outside.controls(target as object)) noteListener(outside);
  });
  const receive = threads.receiveMessageOnPort as Method;
  threads.receiveMessageOnPort = (...args: unknown[]): unknown => {
    if (outside.inSchedule)
      outside.met({ what: 'looked for a message on a port', why: MESSAGES, wakes: true, feeds: true });
    return receive(...args);
  };
  patchBroadcast(outside, threads);
  patchLocks(outside);
}

/** Called by what Node.js has of a Worker of its own: of one by which arguments were tried. */
function isOfRealWorker(): boolean {
  return /^\s*at .*\(?node:internal\/worker/.test(stackText().split('\n', 1)[0]);
}

function noteListener(outside: Outside): void {
  if (!outside.inSchedule) return;
  // Ports listen to one another within Node.js.
  outside.met({ what: 'listened for messages', why: MESSAGES, wakes: true, feeds: true, direct: true });
}

/** Calls `listens` with every target of a class that is listened to for messages. */
function watchListeners(prototype: Record<string, unknown>, listens: (target: unknown) => void): void {
  for (const name of ['on', 'addListener', 'once', 'addEventListener']) {
    const original = prototype[name] as Method | undefined;
    if (original === undefined) continue;
    define(prototype, name, function (this: unknown, ...args: unknown[]): unknown {
      if (args[0] === 'message') listens(this);
      return original.apply(this, args);
    });
  }
  const onMessage = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
  if (onMessage?.set === undefined) return;
  Object.defineProperty(prototype, 'onmessage', {
    ...onMessage,
    set(this: unknown, listener: unknown) {
      if (listener !== null && listener !== undefined) listens(this);
      onMessage.set?.call(this, listener);
    },
  });
}

/** The scenario's threads have no parent but the explorer, whose messages are not theirs. */
function replaceParent(engine: Engine, threads: Record<string, unknown>): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.unref();
  threads.parentPort = port1;
  threads.workerData = null;
  // The host's number would differ from session to session.
  threads.threadId = engine.me + 1;
  return port1;
}

function patchBroadcast(outside: Outside, threads: Record<string, unknown>): void {
  const Real = threads.BroadcastChannel as Constructor & { prototype: Record<string, unknown> };
  const proxy = new Proxy(Real, {
    construct(target, args, newTarget) {
      outside.met({ what: 'opened a BroadcastChannel', why: MESSAGES, wakes: true });
      return Reflect.construct(target, args, newTarget);
    },
  });
  threads.BroadcastChannel = proxy;
  define(globalThis, 'BroadcastChannel', proxy);
  watchListeners(Real.prototype, () => noteListener(outside));
  const post = Real.prototype.postMessage as Method;
  define(Real.prototype, 'postMessage', function (this: unknown, ...args: unknown[]): unknown {
    outside.met({ what: 'sent a message to a BroadcastChannel', why: MESSAGES, wakes: true, feeds: true });
    return post.apply(this, args);
  });
}

/** Web Locks, where the host has them: `navigator.locks`. */
function patchLocks(outside: Outside): void {
  const locks = (globalThis as { navigator?: { locks?: { request?: unknown } } }).navigator?.locks;
  if (typeof locks?.request !== 'function') return;
  const original = locks.request as Method;
  define(Object.getPrototypeOf(locks), 'request', function (this: unknown, ...args: unknown[]): unknown {
    outside.met({
      what: 'asked for a lock of navigator.locks',
      why: 'the explorer does not control it',
      wakes: true,
      feeds: true,
    });
    return original.apply(this, args);
  });
}

/** Another realm has an `Atomics` of its own, which is not replaced. */
function patchRealms(outside: Outside): void {
  const vm = builtin('node:vm') as Record<string, unknown> & { Script: { prototype: object } };
  const wrap = (target: Record<string, unknown>, name: string): void => {
    const original = target[name] as Method;
    define(target, name, function (this: unknown, ...args: unknown[]): unknown {
      outside.met({
        what: `made another realm by ${name}()`,
        why: 'its Atomics are not the ones that the explorer replaced',
        wakes: true,
        lasting: true,
        direct: true,
      });
      return original.apply(this, args);
    });
  };
  wrap(vm, 'createContext');
  wrap(vm, 'runInNewContext');
  wrap(vm.Script.prototype as Record<string, unknown>, 'runInNewContext');
}

/** The host's asynchronous work that a thread can begin, by the names of async_hooks. */
const HOST_WORK: readonly (readonly [RegExp, string])[] = [
  [/^(FSREQ|FILEHANDLE|FSEVENT|STATWATCHER|DIRHANDLE)/, 'used the file system asynchronously'],
  [/^(TCP|TLS|UDP|PIPE|HTTP|HTTP2|QUIC)/, 'used a socket'],
  [/^(GETADDRINFO|GETNAMEINFO|QUERY|DNSCHANNEL)/, 'asked for a name (DNS)'],
  [
    /^(RANDOM|PBKDF2|SCRYPT|HKDF|KEY|SIGN|VERIFY|CIPHER|HASH|DERIVE|CHECKPRIME|ARGON)/,
    'used cryptography asynchronously',
  ],
  [/^(ZLIB|BROTLI|ZSTD)/, 'used compression asynchronously'],
  [/^(SIGNALWRAP|TTYWRAP)/, 'listened to signals or a terminal'],
];

/** Sees what a thread begins, wherever it is done: the list of functions that do would never be complete. */
function watchHost(outside: Outside): void {
  const options = {
    trackPromises: false,
    init(_id: number, type: string): void {
      if (type === 'PROMISE' || !outside.inSchedule) return;
      for (const [pattern, what] of HOST_WORK) {
        if (!pattern.test(type)) continue;
        if (ofHost()) return;
        outside.met({ what, why: 'the explorer does not control when it ends', wakes: true });
        return;
      }
    },
  };
  createHook(options).enable();
}

/** Asked for by Node.js itself, to load a module: no function of the user's is on the stack. */
function ofHost(): boolean {
  return stackText()
    .split('\n')
    .every((line) => line.trim() === '' || /\(?node:|<anonymous>/.test(line));
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
}
