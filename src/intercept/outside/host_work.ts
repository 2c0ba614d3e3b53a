import { createRequire } from 'node:module';
import type { InterceptHost, Interceptor } from '../../control/thread/interceptor.ts';

const builtin = createRequire(import.meta.url);

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Functions of `node:crypto` that work in the host's pool of threads where their last argument is a callback. */
const WITH_CALLBACK = [
  'pbkdf2',
  'scrypt',
  'hkdf',
  'generateKey',
  'generateKeyPair',
  'generatePrime',
  'checkPrime',
  'randomFill',
  'sign',
  'verify',
  'diffieHellman',
  'argon2',
] as const;

/**
 * Work of the host's that it does not name among what is active: cryptography and compression. While it is under way for a
 * thread of a program, that keeps its turn.
 */
export const hostWork: Interceptor = {
  name: 'host work',
  install(host) {
    const crypto = builtin('node:crypto') as Record<string, unknown>;
    for (const name of WITH_CALLBACK) {
      const original = crypto[name] as Method | undefined;
      if (original !== undefined) crypto[name] = untilCalled(host, 'crypto', original);
    }
    countSubtle(host);
    countCompression(host);
    return undefined;
  },
};

function untilCalled({ engine, loop }: InterceptHost, name: string, original: Method): Method {
  const counted = function (this: unknown, ...args: unknown[]): unknown {
    const callback = args.at(-1);
    if (!engine.controlled || typeof callback !== 'function') return original.apply(this, args);
    const ended = loop.works(name);
    args[args.length - 1] = function (this: unknown, ...results: unknown[]): unknown {
      ended();
      return callback.apply(this, results);
    };
    try {
      return original.apply(this, args);
    } catch (error) {
      ended();
      throw error;
    }
  };
  return Object.defineProperties(counted, Object.getOwnPropertyDescriptors(original)) as unknown as Method;
}

function countSubtle({ engine, loop }: InterceptHost): void {
  const prototype = Object.getPrototypeOf(globalThis.crypto.subtle) as Record<string, Method>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const original = Object.getOwnPropertyDescriptor(prototype, name)?.value as Method | undefined;
    if (name === 'constructor' || typeof original !== 'function') continue;
    Object.defineProperty(prototype, name, {
      value(this: unknown, ...args: unknown[]): unknown {
        const result = original.apply(this, args);
        if (!engine.controlled || !(result instanceof Promise)) return result;
        const ended = loop.works('crypto');
        result.then(ended, ended);
        return result;
      },
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
}

/** What is to be called when the piece of a stream that is in the pool has come back. */
const AWAITED = Symbol('framelab.awaited');

type Handle = Record<symbol, (() => void) | undefined> & { onerror?: Method };

/** A stream of compression hands each of its pieces to the pool; the host then calls what the handle was made with. */
function countCompression({ engine, loop }: InterceptHost): void {
  const zlib = builtin('node:zlib') as typeof import('node:zlib');
  for (const stream of [zlib.createDeflate(), zlib.createBrotliCompress()]) {
    const handle = (stream as unknown as { _handle: object })._handle;
    const prototype = prototypeWith(handle, 'write');
    if (prototype === undefined) continue;
    const { init, write } = prototype as Record<string, Method>;
    const back = (callback: Method): Method =>
      function (this: unknown, ...results: unknown[]): unknown {
        (this as Handle)[AWAITED]?.();
        return callback.apply(this, results);
      };
    prototype.init = function (this: unknown, ...args: unknown[]): unknown {
      return init.apply(
        this,
        args.map((arg) => (typeof arg === 'function' ? back(arg as Method) : arg)),
      );
    };
    prototype.write = function (this: Handle, ...args: unknown[]): unknown {
      if (!engine.controlled) return write.apply(this, args);
      if (this.onerror !== undefined && this[AWAITED] === undefined) this.onerror = back(this.onerror);
      this[AWAITED] = loop.works('zlib');
      return write.apply(this, args);
    };
    stream.close();
  }
}

function prototypeWith(handle: object, name: string): Record<string, unknown> | undefined {
  for (let at: object | null = handle; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return at as Record<string, unknown>;
  }
  return undefined;
}
