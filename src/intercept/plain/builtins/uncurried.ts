import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { sharedView } from '../telling/views.ts';
import { borrowedReceiver, isArrayMethod, unwrapped } from './borrowed.ts';
import { type Method, replaceMethod } from './replace.ts';

/** As they were. */
const { apply, call } = Function.prototype as { apply: unknown; call: unknown };
const reflectApply = Reflect.apply;

/**
 * Methods of arrays that `bind` makes functions of, as `Function.prototype.call.bind(Array.prototype.slice)`: their calls
 * look like any other in a module's text.
 */
export function patchBind(teller: Teller): void {
  replaceMethod(
    Function.prototype,
    'bind',
    (original) =>
      ({
        method(this: Method, ...args: unknown[]): unknown {
          const bound = reflectApply(original, this, args) as Method;
          if (this !== call && this !== apply && !isArrayMethod(this)) return bound;
          const [self, ...first] = args;
          const told = (...rest: unknown[]): unknown => {
            const borrowed = invoked(teller, this, self, [...first, ...rest]);
            return borrowed === undefined ? bound(...rest) : unwrapped(borrowed());
          };
          for (const key of ['name', 'length'] as const) {
            Object.defineProperty(told, key, { value: bound[key], configurable: true });
          }
          return told;
        },
      }).method,
  );
}

/** Follows `call` and `apply` to what they call; where that is a method of arrays on a view, gives what does it. */
function invoked(
  teller: Teller,
  bound: unknown,
  bindSelf: unknown,
  given: unknown[],
): (() => unknown) | undefined {
  let method = bound;
  let self = bindSelf;
  let list: unknown = given;
  while (method === call || method === apply) {
    if (!Array.isArray(list)) return undefined;
    const [receiver, ...rest] = list as unknown[];
    const isCall: boolean = method === call;
    method = self;
    self = receiver;
    list = isCall ? rest : rest[0];
    if (!isCall && typeof method === 'function') teller.readAll(list, NO_SITE);
  }
  if (!isArrayMethod(method) || sharedView(self) === undefined) return undefined;
  const receiver = borrowedReceiver(teller, self as object, method, NO_SITE);
  const args = (list ?? []) as unknown[];
  return () => reflectApply(method as Method, receiver, args) as unknown;
}
