import { types } from 'node:util';
import { RealSharedArrayBuffer } from '../../control/thread/originals.ts';

/** What is known of a view. */
export interface View {
  readonly view: object | undefined;
  /** Undefined where it is not shared: then nothing else matters. */
  readonly buffer: SharedArrayBuffer | undefined;
  /** Bytes. */
  readonly start: number;
  readonly size: number;
  /** Elements; -1 for a view that grows with its buffer. */
  readonly length: number;
}

export const NO_VIEW: View = { view: undefined, buffer: undefined, start: 0, size: 1, length: 0 };

const { isSharedArrayBuffer } = types;
const TypedArray = Object.getPrototypeOf(Int8Array.prototype) as object;

function getter(prototype: object, name: string): (view: object) => unknown {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as { get(this: object): unknown };
  return (view) => Reflect.apply(get, view, []);
}

const array = {
  buffer: getter(TypedArray, 'buffer'),
  byteOffset: getter(TypedArray, 'byteOffset'),
  length: getter(TypedArray, 'length') as (view: object) => number,
  byteLength: getter(TypedArray, 'byteLength') as (view: object) => number,
};
const data = {
  buffer: getter(DataView.prototype, 'buffer'),
  byteOffset: getter(DataView.prototype, 'byteOffset'),
  byteLength: getter(DataView.prototype, 'byteLength') as (view: object) => number,
};
const growable = Object.getOwnPropertyDescriptor(RealSharedArrayBuffer.prototype, 'growable') as
  | { get(this: SharedArrayBuffer): boolean }
  | undefined;
const { isDataView } = types;

/** Views of this many buffers' are told apart by the buffer's length alone, where it cannot grow. */
const known = new WeakMap<object, View>();
const find = known.get.bind(known);

/** What a typed array or DataView shows. It never changes. */
export function viewOf(view: object): View {
  const seen = find(view);
  if (seen !== undefined) return seen;
  const made = look(view);
  known.set(view, made);
  return made;
}

function look(view: object): View {
  const isData = isDataView(view);
  const buffer = isData ? data.buffer(view) : array.buffer(view);
  if (!isSharedArrayBuffer(buffer)) return { ...NO_VIEW, view };
  const start = (isData ? data.byteOffset(view) : array.byteOffset(view)) as number;
  const size = isData ? 1 : bytesPerElement(view);
  const grows = growable !== undefined && Reflect.apply(growable.get, buffer, []);
  return { view, buffer, start, size, length: grows ? -1 : lengthNow(view, isData) };
}

const BYTES: Readonly<Record<string, number>> = {
  Int8Array: 1,
  Uint8Array: 1,
  Uint8ClampedArray: 1,
  Int16Array: 2,
  Uint16Array: 2,
  Float16Array: 2,
  Int32Array: 4,
  Uint32Array: 4,
  Float32Array: 4,
  Float64Array: 8,
  BigInt64Array: 8,
  BigUint64Array: 8,
};
const tag = getter(TypedArray, Symbol.toStringTag as unknown as string);

function bytesPerElement(view: object): number {
  return BYTES[tag(view) as string];
}

function lengthNow(view: object, isData: boolean): number {
  return isData ? data.byteLength(view) : array.length(view);
}

/** Elements that it has now; of a DataView, bytes. */
export function lengthOf(known: View): number {
  if (known.length >= 0) return known.length;
  return lengthNow(known.view as object, isDataView(known.view));
}
