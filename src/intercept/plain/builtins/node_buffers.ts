/** Buffers of Node.js that show shared memory. Their elements are reached as those of other typed arrays. */
import { NO_SITE } from '../../../control/thread/plain_accesses.ts';
import type { Teller } from '../telling/teller.ts';
import { lengthOf, sharedBytes, sharedView, type View } from '../telling/views.ts';
import { integer, position } from './ranges.ts';
import { type Method, replaceMethod } from './replace.ts';

const WIDTHS: Readonly<Record<string, number>> = { Float: 4, Double: 8 };
/** readInt32LE, writeBigUint64BE, readFloatLE; without a width they take it as an argument. */
const NUMBER = /^(read|write)(?:(Float|Double)|(?:Big)?U?[iI]nt(\d*))(?:LE|BE)?$/;
const SLICE = /^(ascii|base64|base64url|hex|latin1|ucs2|utf8)Slice$/;
const WRITE = /^(?:(?:ascii|base64|base64url|hex|latin1|ucs2|utf8)W|w)rite$/;

export function patchBuffers(teller: Teller): void {
  const once = new Once(teller);
  const prototype = Buffer.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const number = NUMBER.exec(name);
    if (number !== null) patchNumber(prototype, name, number, once);
    else if (SLICE.test(name)) once.patch(prototype, name, sliced);
    else if (WRITE.test(name)) once.patch(prototype, name, written);
  }
  for (const [name, tells] of Object.entries(METHODS)) once.patch(prototype, name, tells);
  for (const [name, tells] of Object.entries(STATIC)) once.patch(Buffer, name, tells);
}

/** What a method does, told before it is called: `self` is undefined where what it is called on is not shared. */
type Tells = (tell: Once, call: Call) => void;

interface Call {
  readonly self: View | undefined;
  readonly target: unknown;
  readonly args: readonly unknown[];
  readonly original: Method;
}

/** Methods call one another: only the outermost tells. */
class Once {
  private readonly teller: Teller;
  private within = false;

  constructor(teller: Teller) {
    this.teller = teller;
  }

  read(view: View | undefined, first: number, count: number): void {
    if (view !== undefined) this.teller.read(view, first, count, NO_SITE);
  }

  write(view: View | undefined, first: number, count: number): void {
    if (view !== undefined) this.teller.write(view, first, count, NO_SITE);
  }

  readAll(value: unknown): void {
    this.teller.readAll(value, NO_SITE);
  }

  patch(target: object, name: string, tells: Tells): void {
    const of = (args: readonly unknown[]): boolean => args.some((argument) => touchesShared(argument));
    replaceMethod(target, name, (original) => {
      const once = this;
      return {
        method(this: unknown, ...args: unknown[]): unknown {
          const self = sharedView(this);
          if (once.within || (self === undefined && !of(args))) return original.apply(this, args);
          once.within = true;
          try {
            tells(once, { self, target: this, args, original });
            return original.apply(this, args);
          } finally {
            once.within = false;
          }
        },
      }.method;
    });
  }
}

function touchesShared(value: unknown): boolean {
  return (
    sharedView(value) !== undefined ||
    (Array.isArray(value) && value.some((one) => sharedView(one) !== undefined))
  );
}

/** True if the call, made on memory of its own, throws: then it touches nothing. */
function fails(original: Method, target: unknown, args: readonly unknown[]): boolean {
  try {
    original.apply(target, args as unknown[]);
    return false;
  } catch {
    return true;
  }
}

function patchNumber(prototype: object, name: string, match: RegExpExecArray, once: Once): void {
  const [, what, float, bits] = match;
  const reads = what === 'read';
  // After the value, where one is written.
  const at = reads ? 0 : 1;
  once.patch(prototype, name, (tell, { self, args, original }) => {
    if (self === undefined) return;
    const bytes =
      float !== undefined ? WIDTHS[float] : bits === '' ? integer(args[at + 1]) : Number(bits) / 8;
    const offset = args[at] === undefined ? 0 : args[at];
    if (typeof offset !== 'number' || !(offset >= 0 && bytes >= 1 && offset + bytes <= lengthOf(self)))
      return;
    const first = [...args.slice(0, at), 0, ...args.slice(at + 1)];
    if (fails(original, Buffer.alloc(bytes), first)) return;
    if (reads) tell.read(self, offset, bytes);
    else tell.write(self, offset, bytes);
  });
}

const sliced: Tells = (tell, { self, args }) => {
  if (self === undefined) return;
  const length = lengthOf(self);
  const start = args[0] === undefined ? 0 : clamp(args[0], length);
  tell.read(self, start, (args[1] === undefined ? length : clamp(args[1], length)) - start);
};

/** How many bytes a text takes is found by writing it elsewhere. */
const written: Tells = (tell, { self, args, original }) => {
  if (self === undefined) return;
  const elsewhere = Buffer.alloc(lengthOf(self));
  let count: unknown;
  try {
    count = original.apply(elsewhere, args as unknown[]);
  } catch {
    return;
  }
  tell.write(self, typeof args[1] === 'number' ? args[1] : 0, count as number);
};

/** A position that is cut off at both ends. */
function clamp(value: unknown, length: number): number {
  return Math.min(Math.max(0, integer(value)), length);
}

/** Positions from `args[first]` on, of which the second one is the end. */
function range(args: readonly unknown[], first: number, length: number): [number, number] {
  const start = args[first] === undefined ? 0 : clamp(args[first], length);
  return [
    start,
    Math.max(0, (args[first + 1] === undefined ? length : clamp(args[first + 1], length)) - start),
  ];
}

function lengthOfBytes(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.byteLength : 0;
}

/** What is searched is read up to the end of what is found. */
const searched: Tells = (tell, { self, target, args, original }) => {
  tell.readAll(args[0]);
  if (self === undefined) return;
  const [wanted, from] = args;
  const length = lengthOf(self);
  const found = original.apply(target, args as unknown[]) as number | boolean;
  const start = typeof from === 'number' ? position(from, length, 0) : 0;
  const at =
    typeof found === 'number' ? found : found ? (target as Buffer).indexOf(...(args as [string])) : -1;
  const size =
    typeof wanted === 'number'
      ? 1
      : Buffer.isBuffer(wanted)
        ? wanted.length
        : Buffer.byteLength(String(wanted));
  tell.read(self, start, at < 0 ? length - start : at + size - start);
};

const METHODS: Readonly<Record<string, Tells>> = {
  toString: decoded,
  toLocaleString: decoded,
  toJSON(tell, { target }) {
    tell.readAll(target);
  },
  equals(tell, { target, args }) {
    if (lengthOfBytes(target) !== lengthOfBytes(args[0]) || target === args[0]) return;
    tell.readAll(target);
    tell.readAll(args[0]);
  },
  compare(tell, { target, args }) {
    const [start, count] = range(args, 1, lengthOfBytes(args[0]));
    const [ownStart, ownCount] = range(args, 3, lengthOfBytes(target));
    const compared = Math.min(count, ownCount);
    tell.read(sharedBytes(args[0]), start, compared);
    tell.read(sharedBytes(target), ownStart, compared);
  },
  copy(tell, { target, args }) {
    const to = args[1] === undefined ? 0 : integer(args[1]);
    const [start, count] = range(args, 2, lengthOfBytes(target));
    const room = lengthOfBytes(args[0]) - to;
    if (to < 0 || room <= 0) return;
    tell.read(sharedBytes(target), start, Math.min(count, room));
    tell.write(sharedBytes(args[0]), to, Math.min(count, room));
  },
  fill(tell, { self, target, args, original }) {
    tell.readAll(args[0]);
    if (self === undefined) return;
    const length = lengthOf(self);
    if (fails(original, Buffer.alloc(length), args)) return;
    const offsets = args.slice(1).filter((argument) => typeof argument !== 'string');
    const [start, count] = range(offsets, 0, lengthOfBytes(target));
    tell.write(self, start, count);
  },
  includes: searched,
  indexOf: searched,
  lastIndexOf(tell, { self, args }) {
    tell.readAll(args[0]);
    if (self !== undefined) tell.read(self, 0, lengthOf(self));
  },
  swap16: swapped,
  swap32: swapped,
  swap64: swapped,
};

/** The first argument is the encoding. */
function decoded(tell: Once, call: Call): void {
  sliced(tell, { ...call, args: call.args.slice(1) });
}

function swapped(tell: Once, { self, original }: Call): void {
  if (self === undefined || fails(original, Buffer.alloc(lengthOf(self)), [])) return;
  tell.read(self, 0, lengthOf(self));
  tell.write(self, 0, lengthOf(self));
}

const STATIC: Readonly<Record<string, Tells>> = {
  from(tell, { args }) {
    tell.readAll(args[0]);
  },
  compare(tell, { args }) {
    const compared = Math.min(lengthOfBytes(args[0]), lengthOfBytes(args[1]));
    for (const view of args.slice(0, 2)) tell.read(sharedBytes(view), 0, compared);
  },
  concat(tell, { args }) {
    let left = args[1] === undefined ? Number.POSITIVE_INFINITY : integer(args[1]);
    for (const view of args[0] as unknown[]) {
      tell.read(sharedBytes(view), 0, Math.min(left, lengthOfBytes(view)));
      left = Math.max(0, left - lengthOfBytes(view));
    }
  },
  copyBytesFrom(tell, { args }) {
    const view = sharedView(args[0]);
    if (view === undefined) return;
    const length = lengthOf(view);
    const start = args[1] === undefined ? 0 : clamp(args[1], length);
    const count = args[2] === undefined ? length : integer(args[2]);
    tell.read(view, start, Math.min(count, length - start));
  },
};
