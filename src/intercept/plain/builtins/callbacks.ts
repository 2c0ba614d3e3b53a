import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, type View } from '../telling/views.ts';
import { type Method, tellBefore } from './replace.ts';

const never = (): boolean => false;
const atTrue = (result: unknown): boolean => Boolean(result);
const atFalse = (result: unknown): boolean => !result;

/** Those that go through an array with a function of the user's: when its answer ends them, and which way they go. */
const WALKS: Readonly<Record<string, readonly [(result: unknown) => boolean, 1 | -1]>> = {
  every: [atFalse, 1],
  filter: [never, 1],
  find: [atTrue, 1],
  findIndex: [atTrue, 1],
  findLast: [atTrue, -1],
  findLastIndex: [atTrue, -1],
  forEach: [never, 1],
  map: [never, 1],
  some: [atTrue, 1],
};

const REDUCES = { reduce: 1, reduceRight: -1 } as const;

/** Methods that call a function with each element, which is read just before. */
export function patchCallbacks(prototype: Record<PropertyKey, Method>, teller: Teller): void {
  for (const [name, [ends, step]] of Object.entries(WALKS)) {
    tellBefore(prototype, name, (view, args) => {
      const [callback] = args;
      if (typeof callback === 'function')
        args[0] = readsNext(teller, view, callback as Method, step, 1, ends);
    });
  }
  for (const [name, step] of Object.entries(REDUCES)) {
    tellBefore(prototype, name, (view, args) => {
      const [callback] = args;
      // Without a first value, the first two elements are read before the first call.
      const first = args.length > 1 ? 1 : 2;
      if (typeof callback === 'function')
        args[0] = readsNext(teller, view, callback as Method, step, first, never);
    });
  }
}

/** Tells of the first elements, and gives a function that tells of the next one after each call. */
function readsNext(
  teller: Teller,
  view: View,
  callback: Method,
  step: 1 | -1,
  first: 1 | 2,
  ends: (result: unknown) => boolean,
): Method {
  const length = lengthOf(view);
  let at = step > 0 ? 0 : length - 1;
  const tell = (): void => {
    if (at >= 0 && at < length) teller.read(view, at, 1, NO_SITE);
    at += step;
  };
  for (let i = 0; i < first; i++) tell();
  return function (this: unknown, ...args: unknown[]): unknown {
    const result = callback.apply(this, args);
    if (!ends(result)) tell();
    return result;
  };
}
