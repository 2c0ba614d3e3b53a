/**
 * The methods of typed arrays that touch elements. Each tells what it is about to touch: all at once where nothing of the user's
 * can run in between, else element by element, as ECMA-262 has it. Arrays that are not shared are passed on at once.
 */
import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, sharedView, type View } from '../telling/views.ts';
import { patchCallbacks } from './callbacks.ts';
import { integer, integerArgument, position } from './ranges.ts';
import { type Method, replaceMethod, tellBefore } from './replace.ts';

const prototype = Object.getPrototypeOf(Int8Array.prototype) as Record<PropertyKey, Method>;
/** As they were. */
const { set, slice } = prototype;
const { get } = Reflect;

/** What a method does to an array of `length` elements, told before the method itself is called. */
type Tells = (view: View, length: number, args: unknown[]) => void;

export function patchTypedArrays(teller: Teller): void {
  for (const [name, tells] of Object.entries(rangesOf(teller))) {
    tellBefore(prototype, name, (view, args) => tells(view, lengthOf(view), args));
  }
  patchSet(teller);
  patchSort(teller);
  patchSearches(teller);
  patchIterators(teller);
  patchCallbacks(prototype, teller);
}

function rangesOf(teller: Teller): Record<string, Tells> {
  const read = (view: View, first: number, count: number): void => teller.read(view, first, count, NO_SITE);
  const write = (view: View, first: number, count: number): void => teller.write(view, first, count, NO_SITE);
  const all: Tells = (view, length) => read(view, 0, length);
  return {
    at(view, length, args) {
      const at = integerArgument(args, 0) ?? 0;
      const index = at < 0 ? length + at : at;
      if (index >= 0 && index < length) read(view, index, 1);
    },
    copyWithin(view, length, args) {
      const to = position(integerArgument(args, 0), length, 0);
      const from = position(integerArgument(args, 1), length, 0);
      const end = position(integerArgument(args, 2), length, length);
      const count = Math.min(end - from, length - to);
      read(view, from, count);
      write(view, to, count);
    },
    fill(view, length, args) {
      const start = position(integerArgument(args, 1), length, 0);
      write(view, start, position(integerArgument(args, 2), length, length) - start);
    },
    join(view, length, args) {
      if (args[0] !== undefined) args[0] = String(args[0]);
      read(view, 0, length);
    },
    reverse(view, length) {
      const half = length >> 1;
      for (const first of [0, length - half]) {
        read(view, first, half);
        write(view, first, half);
      }
    },
    slice(view, length, args) {
      const start = position(integerArgument(args, 0), length, 0);
      read(view, start, position(integerArgument(args, 1), length, length) - start);
    },
    toLocaleString: all,
    toReversed: all,
    with(view, length, args) {
      const at = integerArgument(args, 0) ?? 0;
      const index = at < 0 ? length + at : at;
      if (index < 0 || index >= length) return;
      read(view, 0, index);
      read(view, index + 1, length - index - 1);
    },
  };
}

function patchSet(teller: Teller): void {
  replaceMethod(
    prototype,
    'set',
    (original) =>
      ({
        method(this: unknown, source: unknown, ...rest: unknown[]): unknown {
          const target = sharedView(this);
          const from = sharedView(source);
          if (target === undefined && from === undefined) return original.call(this, source, ...rest);
          const offset = integerArgument(rest, 0) ?? 0;
          const count = from === undefined ? lengthOfList(source) : lengthOf(from);
          const room = target === undefined ? (this as Uint8Array).length : lengthOf(target);
          if (offset >= 0 && offset + count <= room) {
            if (from !== undefined) teller.read(from, 0, count, NO_SITE);
            if (target !== undefined) teller.write(target, offset, count, NO_SITE);
          }
          return original.call(this, source, ...rest);
        },
      }).method,
  );
}

function lengthOfList(list: unknown): number {
  if (list === null || list === undefined) return 0;
  return Math.max(0, integer((list as { length?: unknown }).length));
}

/** All is read, sorted aside with the user's function, and written. */
function patchSort(teller: Teller): void {
  const allowed = (compare: unknown): boolean => compare === undefined || typeof compare === 'function';
  replaceMethod(
    prototype,
    'sort',
    (original) =>
      ({
        method(this: unknown, compare?: unknown): unknown {
          const view = sharedView(this);
          if (view === undefined || !allowed(compare)) return original.call(this, compare);
          const length = lengthOf(view);
          teller.read(view, 0, length, NO_SITE);
          const copy = copied(this as Uint8Array);
          original.call(copy, compare);
          teller.write(view, 0, length, NO_SITE);
          set.call(this, copy);
          return this;
        },
      }).method,
  );
  tellBefore(prototype, 'toSorted', (view, [compare]) => {
    if (allowed(compare)) teller.read(view, 0, lengthOf(view), NO_SITE);
  });
}

/** A copy of the same type that is nobody else's, whatever class the user has made of it. */
function copied(array: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const { buffer } = slice.call(bytes) as Uint8Array;
  const tag = get(prototype, Symbol.toStringTag, array) as unknown as string;
  const Type = (globalThis as unknown as Record<string, new (buffer: ArrayBufferLike) => Uint8Array>)[tag];
  return new Type(buffer);
}

/** They read until they find. */
function patchSearches(teller: Teller): void {
  const same = (a: unknown, b: unknown): boolean => a === b;
  const sameOrNaN = (a: unknown, b: unknown): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));
  const search = (name: string, equal: typeof same, backward: boolean): void =>
    replaceMethod(
      prototype,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            const view = sharedView(this);
            if (view === undefined) return original.apply(this, args);
            const from = integerArgument(args, 1) ?? (args.length > 1 ? 0 : undefined);
            const length = lengthOf(view);
            const [wanted] = args;
            const array = this as Uint8Array;
            const step = backward ? -1 : 1;
            let at = backward ? startBackward(from, length) : position(from, length, 0);
            for (; at >= 0 && at < length; at += step) {
              teller.read(view, at, 1, NO_SITE);
              if (equal(array[at], wanted)) break;
            }
            const found = at >= 0 && at < length ? at : -1;
            return name === 'includes' ? found >= 0 : found;
          },
        }).method,
    );
  search('includes', sameOrNaN, false);
  search('indexOf', same, false);
  search('lastIndexOf', same, true);
}

function startBackward(from: number | undefined, length: number): number {
  if (from === undefined) return length - 1;
  return from < 0 ? length + from : Math.min(from, length - 1);
}

/** An iterator reads one element each time that it is asked. */
function patchIterators(teller: Teller): void {
  const { values } = prototype;
  for (const name of ['values', 'entries']) {
    replaceMethod(
      prototype,
      name,
      (original) =>
        ({
          method(this: unknown): unknown {
            const view = sharedView(this);
            const iterator = original.call(this) as Iterator<unknown>;
            if (view === undefined) return iterator;
            const next = iterator.next as Method;
            let at = 0;
            let done = false;
            const value = {
              next(this: unknown): unknown {
                if (this === iterator && !done) {
                  done = at >= lengthOf(view);
                  if (!done) teller.read(view, at++, 1, NO_SITE);
                }
                return next.call(this);
              },
            }.next;
            return Object.defineProperty(iterator, 'next', { value, writable: true, configurable: true });
          },
        }).method,
    );
  }
  if (prototype[Symbol.iterator] !== values) return;
  Object.defineProperty(prototype, Symbol.iterator, {
    value: prototype.values,
    writable: true,
    configurable: true,
  });
}
