import { createRequire } from 'node:module';
import { WatchedEnvironment } from './realm/watched_environment.ts';
import { WatchedObject } from './realm/watched_object.ts';
import { WatchedProcess } from './realm/watched_process.ts';

const realRequire = createRequire(import.meta.url);

/** Builtin modules whose exports programs replace. */
const MODULES = [
  'assert',
  'async_hooks',
  'buffer',
  'child_process',
  'events',
  'fs',
  'fs/promises',
  'module',
  'os',
  'path',
  'perf_hooks',
  'stream',
  'timers',
  'timers/promises',
  'url',
  'util',
  'worker_threads',
];

interface Watched {
  /** @returns true if something had been changed */
  putBack(): boolean;
}

/** Those that programs change most. */
const USUAL = ['events', 'timers', 'worker_threads'];

/** All of it costs as much as a short program: it is looked at before that many runs, and then one part of TURNS in turn. */
const ALL_ROUNDS = 4;
const TURNS = 16;

/** Of event emitters, what WatchedProcess puts back; of `process`, what the loader sets and clears. */
const OWN_WAYS = new Set<PropertyKey>(['_events', '_eventsCount', '_maxListeners', 'mainModule']);

/**
 * What a program changes of its realm, put back before it is run again: properties of `globalThis`, its prototype, those of the
 * builtins that it names (constructors, prototypes, namespaces) and of the usual builtin modules, with their prototypes;
 * listeners of `process`, its environment, arguments, exit code and title; `Error.stackTraceLimit`,
 * `Error.prepareStackTrace`, the default of max listeners.
 *
 * Looking at all of it costs some 0.2 ms. So all is looked at before the first four further runs; then `globalThis`, `process`, some
 * modules and what has ever been found changed, and of the rest one part in sixteen, in turn.
 *
 * What is not put back: state inside of builtins (`http.globalAgent`, an AsyncLocalStorage, channels of diagnostics_channel,
 * pools, listeners of anything but `process`, module hooks), builtins that were frozen or given properties that cannot be
 * configured, builtin modules that are not named above, globals declared by `let`, `const` or `class` in a script,
 * listeners and state of the standard streams, the symbol registry, `RegExp.$1`, the attributes of a property whose value has
 * stayed, handles and timers that are still open.
 */
export class RealmState {
  private process: WatchedProcess | undefined;
  /** Looked at before every run. */
  private always: Watched[] = [];
  /** Looked at in turn. */
  private others: Watched[] = [];
  private round = 0;

  /** Takes all as it is now for what is to be put back. Before a program's first run. */
  remember(): void {
    this.process = new WatchedProcess();
    this.always = [];
    this.others = [new WatchedEnvironment(process.env)];
    this.round = 0;
    const usual = new Set<unknown>([globalThis, process, Error, ...USUAL.map((name) => realRequire(name))]);
    for (const object of watched()) {
      (usual.has(object) ? this.always : this.others).push(new WatchedObject(object, OWN_WAYS));
    }
  }

  /** Before each further run. */
  putBack(): void {
    for (const object of this.always) object.putBack();
    const { others, round } = this;
    const turns = round < ALL_ROUNDS ? 1 : TURNS;
    let found: Set<Watched> | undefined;
    for (let i = round % turns; i < others.length; i += turns) {
      if (!others[i].putBack()) continue;
      found ??= new Set();
      found.add(others[i]);
    }
    this.round++;
    this.process?.putBack();
    if (found === undefined) return;
    this.always.push(...found);
    this.others = others.filter((object) => !found.has(object));
  }
}

function watched(): Set<object> {
  const found = new Set<object>([globalThis]);
  // `globalThis.process` is an accessor.
  add(found, process);
  addValues(found, globalThis);
  for (const name of MODULES) {
    const module = realRequire(name) as object;
    add(found, module);
    addValues(found, module);
  }
  add(found, (realRequire('module') as { _extensions: object })._extensions);
  for (const iterable of [[], '', new Map(), new Set(), /x/g[Symbol.matchAll]('')]) {
    add(found, Reflect.getPrototypeOf(iterable[Symbol.iterator]())!);
  }
  for (const of of [function* () {}, async () => {}, async function* () {}])
    add(found, Reflect.getPrototypeOf(of)!);
  return found;
}

/** What properties with a name that begins as a class's, or as a namespace's, hold. */
function addValues(found: Set<object>, holder: object): void {
  for (const key of Reflect.ownKeys(holder)) {
    // A getter may load something.
    const value: unknown = Reflect.getOwnPropertyDescriptor(holder, key)?.value;
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (typeof key !== 'string' || !isObject || value === process.env) continue;
    if (holder === globalThis || (/^[A-Z]/.test(key) && typeof value === 'function'))
      add(found, value as object);
  }
}

/** An object, its prototypes, and those of its instances. */
function add(found: Set<object>, object: object): void {
  for (let at: object | null = object; at !== null && !found.has(at); at = Reflect.getPrototypeOf(at)) {
    found.add(at);
    const prototype: unknown = Reflect.getOwnPropertyDescriptor(at, 'prototype')?.value;
    if (typeof prototype === 'object' && prototype !== null) add(found, prototype);
  }
}
