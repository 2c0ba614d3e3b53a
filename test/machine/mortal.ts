import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CALL } from '#src/intercept/plain/rewrite/names.js';
import { instrument } from '#src/intercept/plain/rewrite/rewrite.js';

// A thread that dies can be stopped before any store that it makes into shared memory, plain or atomic. This module
// makes each of these moments a place where a test can let a CPU die: it loads a copy of the kernel in which the explorer's
// own rewriter has put a call before each plain store, and replaces the methods of `Atomics` and of typed arrays.

const ROOT = join(import.meta.dirname, '../..');
const KERNEL = ['platform', 'sync', 'mm', 'allocators', 'machine'];

class Death extends Error {}

/** Stores of the CPU that acts now; -1 while nobody acts. */
let stores = -1;
let last = Number.POSITIVE_INFINITY;

/** Before each store: throws where the thread is to die, and ever after, so that no clean-up reaches memory either. */
function store(): void {
  if (stores >= 0 && stores++ >= last) throw new Death();
}

function isShared(object: unknown): boolean {
  return ArrayBuffer.isView(object) && object.buffer instanceof SharedArrayBuffer;
}

/** What instrumented code calls: see `rewrite/names.ts`. Only stores matter here. */
const RUNTIME: Record<string, (...args: never[]) => unknown> = {
  [CALL.READ]: (_object: object, key: unknown) => key,
  [CALL.WRITE]: (object: object, _key: unknown, _site: number, value: unknown) => {
    if (isShared(object)) store();
    return value;
  },
  [CALL.SHARED]: (object: object) => isShared(object),
  [CALL.UPDATE]: (object: number[], key: number, _site: number, step: number, before: boolean) => {
    const old = object[key];
    store();
    object[key] = old + step;
    return before ? old : old + step;
  },
  [CALL.BOTH]: (object: object, key: unknown) => {
    if (isShared(object)) store();
    return key;
  },
  [CALL.CONSTRUCTED]: (argument: unknown) => argument,
  [CALL.SUPER]: (argument: unknown) => argument,
  [CALL.RECEIVER]: (receiver: unknown) => receiver,
  [CALL.RESULT]: (value: unknown) => value,
  [CALL.LIST]: (list: unknown) => list,
  [CALL.SPREAD]: (value: unknown) => value,
  [CALL.DERIVED]: () => undefined,
  [CALL.PATTERN]: (value: unknown) => value,
  [CALL.KEYS]: () => Symbol('not asked'),
  [CALL.KEY]: (_site: number, key: unknown) => key,
  [CALL.KEPT]: () => undefined,
};

/** Loads the kernel, so that its threads can die: what `#src/index.js` exports of it, by module. */
export async function loadMortalKernel(): Promise<MortalKernel> {
  Object.assign(globalThis, RUNTIME);
  mkdirSync(join(ROOT, '.framelab'), { recursive: true });
  // In a folder `dist`, as vitest leaves modules there as they are.
  const copy = join(mkdtempSync(join(ROOT, '.framelab/mortal-')), 'dist');
  for (const folder of KERNEL) {
    const from = join(ROOT, 'dist/src', folder);
    for (const entry of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.js')) continue;
      const source = readFileSync(join(from, entry), 'utf8');
      const to = join(copy, folder, entry);
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(
        to,
        (instrument(source, 'module', to, 0)?.code ?? source).replace(/^\/\/# source.*$/m, ''),
      );
    }
  }
  const load = (file: string) => import(pathToFileURL(join(copy, file)).href);
  const modules = await Promise.all(
    ['machine/machine.js', 'mm/layout.js', 'mm/frame/frame_alloc_options.js', 'mm/frame/frame.js'].map(load),
  );
  rmSync(dirname(copy), { recursive: true });
  return Object.assign({}, ...modules);
}

/** What a copy of the kernel exports whose threads can die. */
export type MortalKernel = typeof import('#src/machine/machine.js') &
  typeof import('#src/mm/layout.js') &
  typeof import('#src/mm/frame/frame_alloc_options.js') &
  typeof import('#src/mm/frame/frame.js');

const ATOMIC = ['add', 'and', 'compareExchange', 'exchange', 'notify', 'or', 'store', 'sub', 'xor'] as const;
const BULK = ['copyWithin', 'fill', 'set'] as const;
const typedArray = Object.getPrototypeOf(Int32Array.prototype) as Record<string, Method>;
const atomics = Atomics as unknown as Record<string, Method>;

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Lets a CPU act until it dies before its store number `at`, counted from 0.
 *
 * @returns true if it died, false if it made fewer stores
 */
export function dieAtStore(at: number, act: () => void): boolean {
  const undo: (() => void)[] = [];
  const replace = (object: Record<string, Method>, name: string, before: (self: unknown) => void) => {
    const original = object[name];
    undo.push(() => {
      object[name] = original;
    });
    object[name] = function (this: unknown, ...args) {
      before(this);
      return original.apply(this, args);
    };
  };
  for (const name of ATOMIC) replace(atomics, name, store);
  for (const name of BULK) {
    replace(typedArray, name, (self) => {
      if (isShared(self)) store();
    });
  }
  // A dead thread does not go on waiting, and nobody else runs meanwhile: to sleep would only take time.
  const { wait } = atomics;
  undo.push(() => {
    atomics.wait = wait;
  });
  atomics.wait = () => {
    if (stores > last) throw new Death();
    return 'timed-out';
  };
  stores = 0;
  last = at;
  try {
    act();
    return stores > last;
  } catch (error) {
    if (stores > last) return true;
    throw error;
  } finally {
    stores = -1;
    for (const restore of undo) restore();
  }
}
