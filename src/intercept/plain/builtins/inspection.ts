/** What shows or compares whole values: `util.inspect`, the console, `assert`. */
import { inspect } from 'node:util';
import type { Outside } from '../../../control/thread/outside.ts';
import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, sharedBytes, sharedView } from '../telling/views.ts';
import { type Method, replaceMethod } from './replace.ts';

type Exports = Record<string, unknown>;

const TypedArray = Object.getPrototypeOf(Int8Array) as { prototype: object };

/** As many elements are shown unless options say more. */
const SHOWN = 100;

export function patchInspection(
  { outside, teller }: { outside: Outside; teller: Teller },
  util: Exports,
  assert: Exports,
): void {
  tellInspect(teller);
  for (const [name, elements] of [
    ['dir', SHOWN],
    ['table', Number.POSITIVE_INFINITY],
  ] as const) {
    replaceMethod(
      console,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            tellShown(teller, args[0], elements);
            return original.apply(this, args);
          },
        }).method,
    );
  }
  const compares = (target: object, names: readonly string[]): void => {
    for (const name of names) patchComparison(outside, teller, target, name);
  };
  const asserts = Object.keys(assert).filter((name) => name.toLowerCase().includes('deep'));
  compares(util, ['isDeepStrictEqual']);
  compares(assert, asserts);
  if (assert.strict !== undefined) compares(assert.strict as object, asserts);
}

function tellShown(teller: Teller, value: unknown, most: number): void {
  const view = sharedView(value);
  if (view !== undefined) teller.read(view, 0, Math.min(most, lengthOf(view)), NO_SITE);
}

/** An array is asked how it wants to be shown: the answer tells, and gives the array itself, which is then shown as always. */
function tellInspect(teller: Teller): void {
  const shows = {
    [inspect.custom](this: unknown, depth: number, options: { maxArrayLength?: number | null }): unknown {
      // Too deep to be shown.
      if (depth >= 0 || depth === null) {
        const { maxArrayLength = SHOWN } = Object(options) as { maxArrayLength?: number | null };
        tellShown(teller, this, maxArrayLength ?? Number.POSITIVE_INFINITY);
      }
      return this;
    },
  };
  for (const prototype of [TypedArray.prototype, DataView.prototype]) {
    Object.defineProperty(prototype, inspect.custom, {
      value: shows[inspect.custom],
      writable: true,
      configurable: true,
    });
  }
}

/** Two views of one size are compared byte by byte; where views lie deeper it depends on the rest what is read. */
function patchComparison(outside: Outside, teller: Teller, target: object, name: string): void {
  replaceMethod(
    target,
    name,
    (original: Method) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          const [one, two] = [sharedBytes(args[0]), sharedBytes(args[1])];
          if (one !== undefined || two !== undefined) {
            if (args[0] !== args[1] && sizeOf(args[0]) === sizeOf(args[1])) {
              teller.readWithin(args.slice(0, 2), NO_SITE);
            }
          } else if (holdsShared(args[0], 0) || holdsShared(args[1], 0)) {
            outside.met({
              what: `compared what holds shared memory by ${name}()`,
              why: 'what it reads is not seen',
            });
          }
          return original.apply(this, args);
        },
      }).method,
  );
}

function sizeOf(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.byteLength : -1;
}

/** So deep it is looked for. */
const DEPTH_MAX = 4;

function holdsShared(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return false;
  if (sharedBytes(value) !== undefined) return true;
  if (ArrayBuffer.isView(value)) return false;
  return Reflect.ownKeys(value).some((key) =>
    holdsShared(Reflect.getOwnPropertyDescriptor(value, key)?.value, depth + 1),
  );
}
