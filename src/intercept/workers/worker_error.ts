import { inspect } from 'node:util';

/** An error as it goes from a Worker to its parent: of a class that both have, with its own properties. */
export type ErrorSent =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error';
      /** The nearest of the classes that every thread has. */
      readonly type: string;
      readonly properties: readonly (readonly [name: string, value: unknown, enumerable: boolean])[];
    };

const CLASSES: Readonly<Record<string, ErrorConstructor>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** What of an error can go to another thread. `canClone` says so of a value. */
export function sendError(error: unknown, canClone: (value: unknown) => boolean): ErrorSent {
  if (!(error instanceof Error)) {
    return { kind: 'value', value: canClone(error) ? error : inspect(error) };
  }
  const properties = Object.getOwnPropertyNames(error)
    .filter((name) => name !== 'domain')
    .map((name) => [name, propertyOf(error, name), isEnumerable(error, name)] as const)
    .filter(([, value]) => typeof value !== 'function' && canClone(value));
  const stack = properties.some(([name]) => name === 'stack');
  const all = stack ? properties : [...properties, ['stack', String(error.stack), false] as const];
  return { kind: 'error', type: typeOf(error), properties: all };
}

/** The error where it arrives. */
export function receiveError(sent: ErrorSent): unknown {
  if (sent.kind === 'value') return sent.value;
  const error = new CLASSES[sent.type]();
  for (const [name, value, enumerable] of sent.properties) {
    Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
  }
  return error;
}

function propertyOf(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isEnumerable(error: Error, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(error, name);
}

function typeOf(error: Error): string {
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at)) {
    const name = (at as { constructor?: { name?: string } }).constructor?.name ?? '';
    if (Object.hasOwn(CLASSES, name)) return name;
  }
  return 'Error';
}
