import { indexOf } from '../telling/keys.ts';
import type { Teller } from '../telling/teller.ts';
import { sharedView } from '../telling/views.ts';

/** Those that touch no element, or call methods of typed arrays, which tell of themselves, or always fail on a typed array. */
const LEFT: readonly string[] = [
  'constructor',
  'concat',
  'keys',
  'toString',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
];
/** As they were. */
const { get, set } = Reflect;
const RealProxy = Proxy;

const METHODS: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(Array.prototype)
    .filter((name) => !LEFT.includes(name))
    .map((name) => (Array.prototype as unknown as Record<string, unknown>)[name])
    .filter((method) => typeof method === 'function'),
);

export function isArrayMethod(method: unknown): boolean {
  return METHODS.has(method);
}

/**
 * A method of arrays is called on a view. They reach it by ordinary reads and writes, one element at a time, so it is given a
 * proxy that tells of them.
 */
export function borrowedReceiver(teller: Teller, receiver: object, method: unknown, site: number): object {
  if (!METHODS.has(method)) return receiver;
  const view = sharedView(receiver);
  if (view === undefined) return receiver;
  const proxy = new RealProxy(receiver, {
    get: (target, key): unknown => {
      const index = indexOf(view, key);
      if (index >= 0) teller.read(view, index, 1, site);
      // Getters of typed arrays want the array itself.
      return get(target, key, target);
    },
    set: (target, key, value): boolean => {
      const index = indexOf(view, key);
      if (index >= 0) teller.write(view, index, 1, site);
      return set(target, key, value, target);
    },
  });
  targets ??= new WeakMap();
  targets.set(proxy, receiver);
  return proxy;
}

let targets: WeakMap<object, object> | undefined;

/** What a method gave back: it may be what it was called on. */
export function unwrapped(value: unknown): unknown {
  if (targets === undefined || typeof value !== 'object' || value === null) return value;
  return targets.get(value) ?? value;
}
