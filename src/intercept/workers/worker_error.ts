import { inspect } from 'node:util';

/** An error as it goes from a Worker to its parent: of a class that both have, with its own properties. */
export type ErrorSent =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error';
      /** The nearest of the classes that every thread has. */
      readonly type: string;
      readonly properties: readonly (readonly [name: string, value: unknown, enumerable: boolean])[];
      /** The thread that threw it first, where that is not the one that sends it. */
      readonly origin: number | undefined;
    };

/** Where an error came from that a Worker ended by. */
export interface Origin {
  /** The thread that threw it. */
  readonly thread: number;
  /** Nobody listened for 'error' of the Worker, so that it was thrown again. */
  readonly unheard: boolean;
}

const origins = new WeakMap<object, Origin>();

/** Where an error came from; undefined for one of this thread's own. */
export function originOf(error: unknown): Origin | undefined {
  return typeof error === 'object' && error !== null ? origins.get(error) : undefined;
}

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
  return { kind: 'error', type: typeOf(error), properties: all, origin: originOf(error)?.thread };
}

/** The error where it arrives. @param worker the thread that ended by it */
export function receiveError(sent: ErrorSent, worker: number, unheard: boolean): unknown {
  if (sent.kind === 'value') return sent.value;
  const error = new CLASSES[sent.type]();
  for (const [name, value, enumerable] of sent.properties) {
    Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
  }
  origins.set(error, { thread: sent.origin ?? worker, unheard });
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
