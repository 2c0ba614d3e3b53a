/**
 * The SharedArrayBuffers that can be reached from a scenario's shared value, in an order that depends only
 * on the value: every thread numbers them alike. What a thing is is asked of itself, never of a constructor: a test runner
 * may load this module into a realm with other ones than those of the value.
 */
import { types } from 'node:util';

/** A typed array found on the way: it names the places of its buffer. */
export interface NamedView {
  readonly path: string;
  readonly buffer: SharedArrayBuffer;
  readonly start: number;
  readonly end: number;
  readonly elementBytes: number;
}

export interface Reachable {
  readonly buffers: SharedArrayBuffer[];
  readonly views: NamedView[];
  /** The memories of WebAssembly among them, and the buffer that each had. */
  readonly memories: ReadonlyMap<object, SharedArrayBuffer>;
  /** Buffers from before a memory grew, each with that of the same memory in `buffers`. */
  readonly former: ReadonlyMap<SharedArrayBuffer, SharedArrayBuffer>;
}

const PAGE = 65_536;

export function reachableBuffers(value: unknown): Reachable {
  const buffers: SharedArrayBuffer[] = [];
  const views: NamedView[] = [];
  const memories = new Map<object, SharedArrayBuffer>();
  const visited = new Set<object>();

  function add(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
    if (!types.isSharedArrayBuffer(buffer)) return false;
    if (!buffers.includes(buffer)) buffers.push(buffer);
    return true;
  }

  function visit(at: unknown, path: string): void {
    if (typeof at !== 'object' || at === null || visited.has(at)) return;
    visited.add(at);
    if (types.isSharedArrayBuffer(at)) {
      add(at);
      views.push({ path, buffer: at, start: 0, end: at.byteLength, elementBytes: 0 });
    } else if (ArrayBuffer.isView(at)) {
      if (add(at.buffer)) {
        const elementBytes = types.isDataView(at) ? 0 : (at as Int32Array).BYTES_PER_ELEMENT;
        const { byteOffset: start, byteLength } = at;
        views.push({ path, buffer: at.buffer, start, end: start + byteLength, elementBytes });
      }
    } else if (isWasmMemory(at)) {
      const { buffer } = at;
      if (types.isSharedArrayBuffer(buffer)) memories.set(at, buffer);
      visit(buffer, path);
    } else if (types.isMap(at)) {
      for (const [key, entry] of at) {
        visit(key, `${path}.key`);
        visit(entry, `${path}.${String(key)}`);
      }
    } else if (types.isSet(at)) {
      let i = 0;
      for (const entry of at) visit(entry, `${path}.${i++}`);
    } else if (!types.isAnyArrayBuffer(at)) {
      for (const key of Object.keys(at)) {
        const step = Array.isArray(at) ? `[${key}]` : path === '' ? key : `.${key}`;
        visit((at as Record<string, unknown>)[key], path + step);
      }
    }
  }

  visit(value, '');
  return withoutFormer({ buffers, views, memories, former: new Map() });
}

/** A memory that has grown has another buffer: two of one memory count as one. */
function withoutFormer(all: Reachable): Reachable {
  const former = new Map<SharedArrayBuffer, SharedArrayBuffer>();
  for (const buffer of all.memories.values()) {
    for (const other of all.buffers) if (isFormer(other, buffer)) former.set(other, buffer);
  }
  if (former.size === 0) return all;
  const present = (buffer: SharedArrayBuffer): SharedArrayBuffer => former.get(buffer) ?? buffer;
  return {
    buffers: [...new Set(all.buffers.map(present))],
    views: all.views.map((view) => ({ ...view, buffer: present(view.buffer) })),
    memories: all.memories,
    former,
  };
}

/** Is this the buffer that a memory had before it grew, maybe cloned since? Only their bytes tell. */
function isFormer(other: SharedArrayBuffer, buffer: SharedArrayBuffer): boolean {
  const { byteLength } = other;
  if (other === buffer || byteLength > buffer.byteLength || byteLength === 0 || byteLength % PAGE !== 0)
    return false;
  const [ours, theirs] = [new Uint8Array(other, 0, 1), new Uint8Array(buffer, 0, 1)];
  const before = theirs[0];
  ours[0] ^= 0xff;
  const same = theirs[0] !== before;
  ours[0] ^= 0xff;
  return same;
}

/** A `WebAssembly.Memory` of any realm; the type libraries in use do not know it. */
export function isWasmMemory(value: unknown): value is { readonly buffer: ArrayBufferLike } {
  return (
    Object.prototype.toString.call(value) === '[object WebAssembly.Memory]' &&
    types.isAnyArrayBuffer((value as { buffer?: unknown }).buffer)
  );
}
