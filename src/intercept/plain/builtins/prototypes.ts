import type { InterceptHost } from '../../../control/thread/interceptor.ts';
import { sharedView } from '../telling/views.ts';
import { replaceMethod } from './replace.ts';

/** Objects that reach a view without being one, as its proxy or its heir: nobody would see what is done by them. */
export function patchPrototypes({ outside }: InterceptHost): void {
  const note = (value: unknown, what: string): void => {
    if (sharedView(value) === undefined) return;
    outside.met({
      what: `${what} a view of shared memory`,
      why: 'plain accesses by it are not seen',
      lasting: true,
    });
  };
  for (const [target, name, at] of [
    [Object, 'create', 0],
    [Object, 'setPrototypeOf', 1],
    [Reflect, 'setPrototypeOf', 1],
  ] as const) {
    replaceMethod(
      target,
      name,
      (original) =>
        ({
          method(this: unknown, ...args: unknown[]): unknown {
            note(args[at], 'made an object that inherits from');
            return original.apply(this, args);
          },
        }).method,
    );
  }
  const Real = Proxy;
  globalThis.Proxy = new Real(Real, {
    construct(target, args, newTarget) {
      note(args[0], 'made a Proxy of');
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
}
