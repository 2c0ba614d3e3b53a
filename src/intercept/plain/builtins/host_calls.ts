/**
 * Functions of Node.js that read or write bytes outside JavaScript: of cryptography, files, compression, serialization. What
 * they do later, in the host's own time, is met as asynchronous work (see intercept/outside).
 */
import { createRequire } from 'node:module';
import type { InterceptHost } from '../../../control/thread/interceptor.ts';
import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { sharedBytes } from '../telling/views.ts';
import { patchFiles } from './host_files.ts';
import { patchInspection } from './inspection.ts';
import { integerArgument, position } from './ranges.ts';
import { type Method, replaceMethod } from './replace.ts';

type Exports = Record<string, unknown>;

export function patchHostCalls({ outside }: InterceptHost, teller: Teller): void {
  const builtin = createRequire(import.meta.url);
  const load = (name: string): Exports => builtin(`node:${name}`) as Exports;
  const reads = (target: unknown, names: readonly string[]): void => {
    for (const name of names) patchReader(teller, target as object, name);
  };
  patchCrypto(teller, load('crypto'));
  patchFiles(teller, load('fs'));
  patchInspection({ outside, teller }, load('util'), load('assert'));
  const zlib = load('zlib');
  reads(zlib, [...Object.keys(zlib).filter((name) => name.endsWith('Sync')), 'crc32']);
  reads(load('buffer'), ['transcode', 'isUtf8', 'isAscii']);
  reads((load('string_decoder').StringDecoder as Method).prototype, ['write']);
  reads((load('v8').Serializer as Method).prototype, ['writeRawBytes']);
  reads(WebAssembly, ['validate', 'compile', 'instantiate']);
  const buffer = load('buffer');
  watchedMaker(teller, WebAssembly as unknown as Exports, 'Module');
  for (const name of ['Blob', 'File']) {
    const Type = watchedMaker(teller, globalThis as unknown as Exports, name);
    if (Type !== undefined && buffer[name] !== undefined) buffer[name] = Type;
  }
  patchReader(teller, SharedArrayBuffer.prototype, 'slice', (self, args) => {
    const bytes = sharedBytes(self);
    if (bytes === undefined) return;
    const [start, end] = rangeOf(args, bytes.length);
    teller.read(bytes, start, end - start, NO_SITE);
  });
}

function rangeOf(args: unknown[], length: number): [number, number] {
  const start = position(integerArgument(args, 0), length, 0);
  return [start, position(integerArgument(args, 1), length, length)];
}

/** All that functions and methods are given is read; some write it. */
function patchCrypto(teller: Teller, crypto: Exports): void {
  for (const name of Object.keys(crypto)) {
    const property = Object.getOwnPropertyDescriptor(crypto, name);
    if (typeof property?.value !== 'function' || WRITERS.test(name)) continue;
    const { prototype } = property.value as { prototype?: object };
    if (!/^[A-Z]/.test(name)) patchReader(teller, crypto, name);
    else if (prototype !== undefined) {
      for (const method of Object.getOwnPropertyNames(prototype)) {
        if (method !== 'constructor') patchReader(teller, prototype, method);
      }
    }
  }
  const fills = (target: object, name: string): void =>
    patchReader(teller, target, name, (_self, args) => {
      const bytes = sharedBytes(args[0]);
      if (bytes === undefined) return;
      const size = (args[0] as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
      const offset = typeof args[1] === 'number' ? args[1] * size : 0;
      const count = typeof args[2] === 'number' ? args[2] * size : bytes.length - offset;
      if (offset >= 0 && offset + count <= bytes.length) teller.write(bytes, offset, count, NO_SITE);
    });
  const web = globalThis.crypto;
  fills(crypto, 'randomFillSync');
  fills(crypto, 'getRandomValues');
  fills(Object.hasOwn(web, 'getRandomValues') ? web : Object.getPrototypeOf(web), 'getRandomValues');
}

const WRITERS = /^(randomFill|randomFillSync|getRandomValues)$/;

/** By default all that the arguments hold is told as read: views, lists of views, options that are views. */
function patchReader(
  teller: Teller,
  target: object,
  name: string,
  tells: (self: unknown, args: unknown[]) => void = (_self, args) => teller.readWithin(args, NO_SITE),
): void {
  replaceMethod(
    target,
    name,
    (original) =>
      ({
        method(this: unknown, ...args: unknown[]): unknown {
          tells(this, args);
          return original.apply(this, args);
        },
      }).method,
  );
}

/** A class whose constructor reads what it is given. */
function watchedMaker(teller: Teller, target: Exports, name: string): unknown {
  const Real = target[name];
  if (typeof Real !== 'function') return undefined;
  const proxy: unknown = new Proxy(Real, {
    construct(real, args, newTarget) {
      teller.readWithin(args, NO_SITE);
      return Reflect.construct(real, args, newTarget) as object;
    },
  });
  Object.defineProperty(target, name, {
    value: proxy,
    writable: true,
    configurable: true,
    enumerable: Object.getOwnPropertyDescriptor(target, name)?.enumerable,
  });
  return proxy;
}
