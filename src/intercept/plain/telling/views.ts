import { types } from 'node:util';
import { RealSharedArrayBuffer } from '../../../control/thread/originals.ts';

/** What is known of a view of shared memory. */
export interface View {
  readonly view: object;
  readonly buffer: SharedArrayBuffer;
  /** Bytes. */
  readonly start: number;
  readonly size: number;
  /** Elements; -1 for a view that grows with its buffer. */
  readonly length: number;
}

const { isDataView, isSharedArrayBuffer } = types;
/** As it was. */
const { apply } = Reflect;
const { isView } = ArrayBuffer;
const { getPrototypeOf } = Object;
const OrdinaryBuffer = ArrayBuffer.prototype;
const TypedArray = Object.getPrototypeOf(Int8Array.prototype) as object;

function getter(prototype: object, name: string): (view: object) => unknown {
  const { get } = Object.getOwnPropertyDescriptor(prototype, name) as { get(this: object): unknown };
  return (view) => apply(get, view, []);
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

/** Of shared views only. */
const known = new WeakMap<object, View>();

/** What a typed array or DataView shows; undefined for all that is no view of shared memory. */
export function sharedView(value: unknown): View | undefined {
  if (!isView(value)) return undefined;
  const isData = isDataView(value);
  const buffer = (isData ? data : array).buffer(value) as object;
  // The quick answer for almost all; who changes a prototype gets the slow one.
  if (getPrototypeOf(buffer) === OrdinaryBuffer || !isSharedArrayBuffer(buffer)) return undefined;
  let view = known.get(value);
  if (view === undefined) {
    const start = (isData ? data : array).byteOffset(value) as number;
    const size = isData ? 1 : BYTES[tag(value) as string];
    const grows = growable !== undefined && apply(growable.get, buffer, []);
    view = { view: value, buffer, start, size, length: grows ? -1 : lengthNow(value, isData) };
    known.set(value, view);
  }
  return view;
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

function lengthNow(view: object, isData: boolean): number {
  return isData ? data.byteLength(view) : array.length(view);
}

/** The bytes of a view of shared memory, or of shared memory itself; undefined for all else. */
export function sharedBytes(value: unknown): View | undefined {
  const view = sharedView(value);
  if (view !== undefined) return { ...view, length: lengthOf(view) * view.size, size: 1 };
  if (!isSharedArrayBuffer(value)) return undefined;
  return { view: value, buffer: value, start: 0, size: 1, length: value.byteLength };
}

/** Elements that it has now; of a DataView, bytes. */
export function lengthOf(known: View): number {
  if (known.length >= 0) return known.length;
  return lengthNow(known.view, isDataView(known.view));
}
