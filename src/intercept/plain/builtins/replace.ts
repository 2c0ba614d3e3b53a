import { sharedView, type View } from '../telling/views.ts';

// biome-ignore lint/suspicious/noExplicitAny: methods of builtins take and give what they like
export type Method = (this: any, ...args: any[]) => any;

/**
 * Replaces a method by one that looks like it. `make` is given the method as it was; what it returns is called with `this` and
 * the arguments. Nothing is done where the host has no such method.
 */
export function replaceMethod(target: object, name: PropertyKey, make: (original: Method) => Method): void {
  const property = Object.getOwnPropertyDescriptor(target, name);
  if (typeof property?.value !== 'function') return;
  const original = property.value as Method;
  const value = make(original);
  // As the builtin has them.
  Object.defineProperty(value, 'name', { value: original.name, configurable: true });
  Object.defineProperty(value, 'length', { value: original.length, configurable: true });
  Object.defineProperty(target, name, { ...property, value });
}

/**
 * Replaces a method of views by one that says what it is about to touch: `tells` is called first, where the view is shared, and
 * may change the arguments.
 */
export function tellBefore(
  target: object,
  name: PropertyKey,
  tells: (view: View, args: unknown[]) => void,
): void {
  replaceMethod(
    target,
    name,
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          const view = sharedView(this);
          if (view !== undefined) tells(view, args);
          return original.apply(this, args);
        },
      }).method,
  );
}
