import { types } from 'node:util';
import type { NamedWords } from '../../control/memory/labels.ts';
import { isWasmMemory } from '../../control/memory/reach.ts';
import { show } from '../../platform/options_check.ts';

/** Why names cannot be used. `scenarioError` knows it by its name. */
class BadNames extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadNames';
  }
}

const NAME = /^[\p{L}\p{N}_$][\p{L}\p{N}_$.\- ]{0,59}$/u;
const SHAPE = 'a view, or [view, index], or [view, index, count]';

/** A part of memory as bytes, and how many of them an element has; 0 where it has none. */
interface Region {
  readonly buffer: ArrayBufferLike;
  readonly start: number;
  readonly bytes: number;
  readonly elementBytes: number;
}

/**
 * Reads what a scenario's `names()` returned: by name a view, a view and an index, or a view, an index and how many
 * elements from there. Of a SharedArrayBuffer, a WebAssembly.Memory and a DataView they are bytes.
 *
 * @param buffers those of the shared value, in their order
 * @throws BadNames for what is no such thing, what lies outside its view, and memory that is not shared
 */
export function readNames(value: unknown, buffers: readonly SharedArrayBuffer[]): NamedWords[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || types.isPromise(value)) {
    throw new BadNames(
      `names() returned ${show(value)}; it is to return an object: names, and for each ${SHAPE}`,
    );
  }
  return Object.entries(value).map(([key, what]) => {
    const name = key.replace(/\[\]$/, '');
    if (!NAME.test(name)) {
      throw new BadNames(
        `names() gives the name ${show(key)}; allowed are letters, digits and _ $ . - up to 60 of them`,
      );
    }
    return { name, ...readPart(key, what, buffers) };
  });
}

function readPart(
  name: string,
  what: unknown,
  buffers: readonly SharedArrayBuffer[],
): Omit<NamedWords, 'name'> {
  const isTuple = Array.isArray(what);
  const [view, index, count] = isTuple ? (what as unknown[]) : [what];
  const region = regionOf(view);
  if (region === undefined || (isTuple && (what.length < 2 || what.length > 3))) {
    throw new BadNames(`names() gives ${name} ${isTuple ? 'a list' : show(what)} that is not ${SHAPE}`);
  }
  const buffer = buffers.indexOf(region.buffer as SharedArrayBuffer);
  if (buffer < 0) {
    throw new BadNames(
      `names() gives ${name} a view of memory that the value returned by setup() does not hold`,
    );
  }
  const unit = region.elementBytes === 0 ? 1 : region.elementBytes;
  const length = region.bytes / unit;
  const units = region.elementBytes === 0 ? 'bytes' : 'elements';
  const within = (value: unknown, least: number, most: number, of: string): number => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    throw new BadNames(`names() gives ${name} the ${of} ${show(value)}; its view has ${length} ${units}`);
  };
  const first = index === undefined ? 0 : within(index, 0, length - 1, 'index');
  const isOne = isTuple && what.length === 2;
  const many = isOne ? 1 : count === undefined ? length - first : within(count, 1, length - first, 'count');
  const start = region.start + first * unit;
  return { buffer, start, end: start + many * unit, elementBytes: region.elementBytes, isOne };
}

function regionOf(view: unknown): Region | undefined {
  if (types.isSharedArrayBuffer(view))
    return { buffer: view, start: 0, bytes: view.byteLength, elementBytes: 0 };
  if (isWasmMemory(view)) return regionOf(view.buffer);
  if (!ArrayBuffer.isView(view)) return undefined;
  const elementBytes = types.isDataView(view) ? 0 : (view as Int32Array).BYTES_PER_ELEMENT;
  return { buffer: view.buffer, start: view.byteOffset, bytes: view.byteLength, elementBytes };
}
