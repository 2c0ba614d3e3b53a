/** Functions that reach elements as properties of an object: of Object, Reflect and JSON. */
import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import { indexOf, propertyKey } from '../telling/keys.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, sharedView } from '../telling/views.ts';
import { borrowedReceiver, isArrayMethod, unwrapped } from './borrowed.ts';
import { type Method, replaceMethod } from './replace.ts';

const TypedArray = Object.getPrototypeOf(Int8Array) as { prototype: object };

export function patchObjects(teller: Teller): void {
  patchReaders(teller);
  patchAssign(teller);
  patchProperties(teller);
  patchCalls(teller);
  tellJson(teller);
}

/** Those that read all of what they are given. */
function patchReaders(teller: Teller): void {
  for (const name of ['values', 'entries', 'getOwnPropertyDescriptors']) {
    replaceMethod(
      Object,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            teller.readAll(args[0], NO_SITE);
            return original.apply(this, args);
          },
        }).method,
    );
  }
}

/** Reads all of each source; into a view it writes what has the name of an element. */
function patchAssign(teller: Teller): void {
  replaceMethod(
    Object,
    'assign',
    (original) =>
      ({
        method(this: unknown, target: unknown, ...sources: unknown[]): unknown {
          const view = sharedView(target);
          if (view === undefined) {
            for (const source of sources) teller.readAll(source, NO_SITE);
            return original.call(this, target, ...sources);
          }
          for (const source of sources) {
            teller.readAll(source, NO_SITE);
            if (source === null || source === undefined) continue;
            for (const key of Reflect.ownKeys(source as object)) {
              const index = indexOf(view, key);
              if (index >= 0) teller.write(view, index, 1, NO_SITE);
            }
          }
          return original.call(this, target, ...sources);
        },
      }).method,
  );
}

/** Those that read or write one property; the value is given, or is part of a descriptor. */
function patchProperties(teller: Teller): void {
  const patch = (target: object, name: string, writes: (args: readonly unknown[]) => boolean): void =>
    replaceMethod(
      target,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            const view = sharedView(args[0]);
            if (view === undefined) return original.apply(this, args);
            args[1] = propertyKey(args[1]);
            const index = indexOf(view, args[1]);
            if (index >= 0 && writes(args)) teller.write(view, index, 1, NO_SITE);
            else if (index >= 0 && name.startsWith('get')) teller.read(view, index, 1, NO_SITE);
            return original.apply(this, args);
          },
        }).method,
    );
  replaceMethod(
    Object,
    'defineProperties',
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          const view = sharedView(args[0]);
          if (view !== undefined && typeof args[1] === 'object' && args[1] !== null) {
            for (const [key, property] of Object.entries(args[1])) {
              const index = indexOf(view, key);
              if (index >= 0 && 'value' in Object(property)) teller.write(view, index, 1, NO_SITE);
            }
          }
          return original.apply(this, args);
        },
      }).method,
  );
  const never = (): boolean => false;
  patch(Reflect, 'get', never);
  patch(Reflect, 'set', () => true);
  for (const target of [Object, Reflect]) {
    patch(target, 'getOwnPropertyDescriptor', never);
    patch(target, 'defineProperty', (args) => 'value' in Object(args[2]));
  }
}

/** `Reflect.apply` and `Reflect.construct` read the list that they are given, and may call what copies a view. */
function patchCalls(teller: Teller): void {
  replaceMethod(
    Reflect,
    'apply',
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          teller.readAll(args[2], NO_SITE);
          const [method, receiver] = args;
          if (!isArrayMethod(method) || sharedView(receiver) === undefined) return original.apply(this, args);
          args[1] = borrowedReceiver(teller, receiver as object, method, NO_SITE);
          return unwrapped(original.apply(this, args));
        },
      }).method,
  );
  replaceMethod(
    Reflect,
    'construct',
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          const [maker, list] = args;
          teller.readAll(list, NO_SITE);
          if (Array.isArray(list) && copies(maker)) teller.readAll(list[0], NO_SITE);
          return original.apply(this, args);
        },
      }).method,
  );
}

function copies(maker: unknown): boolean {
  return typeof maker === 'function' && Object.prototype.isPrototypeOf.call(TypedArray, maker);
}

/** JSON.stringify asks each object for its `toJSON`: the one of typed arrays tells, and gives the array itself. */
function tellJson(teller: Teller): void {
  const { toJSON } = {
    toJSON(this: unknown): unknown {
      const view = sharedView(this);
      if (view !== undefined) teller.read(view, 0, lengthOf(view), NO_SITE);
      return this;
    },
  } as { toJSON: Method };
  Object.defineProperty(TypedArray.prototype, 'toJSON', {
    value: toJSON,
    writable: true,
    configurable: true,
  });
}
