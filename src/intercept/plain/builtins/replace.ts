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
