import { types } from 'node:util';
import { BroadcastChannel, MessagePort, Worker } from 'node:worker_threads';
import { isWasmMemory } from '../../control/memory/reach.ts';
import { describeError } from '../../control/notes/local_failure.ts';

/** Why a value cannot be given to the threads. Its name is `Uncontrolled` where Workers could share such a thing, else `BadScenario`. */
class Unshareable extends Error {
  constructor(uncontrolled: boolean, message: string) {
    super(message);
    this.name = uncontrolled ? 'Uncontrolled' : 'BadScenario';
  }
}

/** The host's own, as they are outside of schedules: taken before they are replaced. */
const MADE_IN_THREADS = [BroadcastChannel, Worker] as const;
const TRANSFERABLE = new Set(['ReadableStream', 'WritableStream', 'TransformStream', 'FileHandle']);
const NEVER = new Set([
  'WeakMap',
  'WeakSet',
  'WeakRef',
  'FinalizationRegistry',
  'Generator',
  'AsyncGenerator',
]);
const WASM_NEVER = new Set([
  'WebAssembly.Instance',
  'WebAssembly.Table',
  'WebAssembly.Global',
  'WebAssembly.Tag',
]);

/**
 * Refuses a value of `setup()` that would not reach the threads as it is, with the path of the part that does not: what
 * structured cloning refuses, and what it changes without a word (the methods of a class's instance).
 *
 * @throws Unshareable
 */
export function requireShareable(value: unknown): void {
  const visited = new Set<object>();

  function visit(at: unknown, path: string): void {
    if (typeof at === 'function') {
      refuse(
        path,
        'a function',
        'threads share memory, not code: define it in the module, or make it in attach()',
      );
    }
    if (typeof at === 'symbol') refuse(path, 'a symbol', 'use a text');
    if (typeof at !== 'object' || at === null || visited.has(at)) return;
    visited.add(at);
    if (types.isProxy(at)) refuse(path, 'a Proxy', 'return what it stands for');
    if (isPlainData(at)) return;
    if (types.isMap(at)) {
      for (const [key, entry] of at) {
        visit(key, `${path}.key`);
        visit(entry, `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`);
      }
      return;
    }
    if (types.isSet(at)) {
      let i = 0;
      for (const entry of at) visit(entry, `${path}.value(${i++})`);
      return;
    }
    const name = className(at);
    refuseByName(at, name, path);
    for (const key of Object.keys(at)) {
      const step = Array.isArray(at)
        ? `[${key}]`
        : /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
          ? `.${key}`
          : `[${JSON.stringify(key)}]`;
      visit((at as Record<string, unknown>)[key], path + step);
    }
    if (!Array.isArray(at)) requireSameClass(at, name, path);
  }

  visit(value, 'setup()');
}

/** What structured cloning gives back as it was, with nothing inside to look at. */
function isPlainData(at: object): boolean {
  return (
    types.isAnyArrayBuffer(at) ||
    ArrayBuffer.isView(at) ||
    types.isDate(at) ||
    types.isRegExp(at) ||
    types.isNativeError(at) ||
    (types.isBoxedPrimitive(at) && !types.isSymbolObject(at))
  );
}

function refuseByName(at: object, name: string, path: string): void {
  if (at instanceof MessagePort) {
    refuse(
      path,
      'a MessagePort',
      'each thread is given ports to the others instead: thread(shared, index, attached, { ports }), where ports[1] talks to thread 1',
    );
  }
  const made = MADE_IN_THREADS.find((type) => at instanceof type);
  if (made !== undefined) refuse(path, `a ${made.name}`, 'make it in thread(), where it is under control');
  if (TRANSFERABLE.has(name)) {
    refuse(
      path,
      `a ${name}`,
      'what can only be transferred is not under control yet: open it in attach()',
      true,
    );
  }
  if (types.isPromise(at)) refuse(path, 'a Promise', 'await it in setup()');
  if (NEVER.has(name)) refuse(path, `a ${name}`, 'make it in attach()');
  if (WASM_NEVER.has(name))
    refuse(path, `a ${name}`, 'return the WebAssembly.Module, and make the instance in attach()');
  if (isWasmMemory(at) && !types.isSharedArrayBuffer(at.buffer)) {
    refuse(path, 'a WebAssembly.Memory that is not shared', 'make it with shared: true and a maximum');
  }
}

/** Refuses an instance of a class that would come out as an object without its methods. */
function requireSameClass(at: object, name: string, path: string): void {
  const method = methodOf(at);
  if (method === undefined) return;
  let copy: object;
  try {
    copy = structuredClone(at);
  } catch (error) {
    const { message } = describeError(error);
    refuse(path, `an instance of ${name}`, `${message.replace(/\.$/, '')}; make it in attach()`);
  }
  if (methodOf(copy) === undefined) {
    refuse(
      path,
      `an instance of ${name}`,
      `the threads would get its fields without its methods (${method}): return the memory that it is made of, and make it in attach()`,
    );
  }
}

/** A method or accessor that an object has of its class. */
function methodOf(at: object): string | undefined {
  for (
    let proto: object | null = Object.getPrototypeOf(at);
    proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    // The root of any realm.
    if (Object.getPrototypeOf(proto) === null && Object.hasOwn(proto, 'isPrototypeOf')) return undefined;
    for (const key of Reflect.ownKeys(proto)) {
      if (key === 'constructor') continue;
      const { value, get } = Object.getOwnPropertyDescriptor(proto, key) as PropertyDescriptor;
      if (typeof value === 'function' || get !== undefined) return String(key);
    }
  }
  return undefined;
}

/** What an object calls itself, else the name of its class. */
function className(at: object): string {
  const tag = Object.prototype.toString.call(at).slice(8, -1);
  if (tag !== 'Object' && tag !== 'Array') return tag;
  const made = (at as { constructor?: { name?: unknown } }).constructor;
  return typeof made === 'function' && typeof made.name === 'string' && made.name !== ''
    ? made.name
    : 'a class';
}

function refuse(path: string, what: string, advice: string, uncontrolled = false): never {
  throw new Unshareable(
    uncontrolled,
    `${path === 'setup()' ? 'setup() returned' : `setup() returned, as ${path.slice('setup()'.length).replace(/^\./, '')},`} ${what}, which cannot be shared with the threads; ${advice}`,
  );
}
