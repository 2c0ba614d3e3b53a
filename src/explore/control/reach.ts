/**
 * The SharedArrayBuffers that can be reached from a scenario's shared value, in an order that depends only
 * on the value: every thread numbers them alike. Imports nothing (see layout.ts).
 */

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
}

/** `WebAssembly.Memory`, which the type libraries in use do not know. */
const WasmMemory = (globalThis as { WebAssembly?: { Memory: new (...args: never[]) => { buffer: unknown } } })
  .WebAssembly?.Memory;

export function reachableBuffers(value: unknown): Reachable {
  const buffers: SharedArrayBuffer[] = [];
  const views: NamedView[] = [];
  const visited = new Set<object>();

  function add(buffer: ArrayBufferLike): buffer is SharedArrayBuffer {
    if (!(buffer instanceof SharedArrayBuffer)) return false;
    if (!buffers.includes(buffer)) buffers.push(buffer);
    return true;
  }

  function visit(at: unknown, path: string): void {
    if (typeof at !== 'object' || at === null || visited.has(at)) return;
    visited.add(at);
    if (at instanceof SharedArrayBuffer) {
      add(at);
      views.push({ path, buffer: at, start: 0, end: at.byteLength, elementBytes: 0 });
    } else if (ArrayBuffer.isView(at)) {
      if (add(at.buffer)) {
        const elementBytes = at instanceof DataView ? 0 : (at as Int32Array).BYTES_PER_ELEMENT;
        const { byteOffset: start, byteLength } = at;
        views.push({ path, buffer: at.buffer, start, end: start + byteLength, elementBytes });
      }
    } else if (WasmMemory !== undefined && at instanceof WasmMemory) {
      visit(at.buffer, path);
    } else if (at instanceof Map) {
      for (const [key, entry] of at) {
        visit(key, `${path}.key`);
        visit(entry, `${path}.${String(key)}`);
      }
    } else if (at instanceof Set) {
      let i = 0;
      for (const entry of at) visit(entry, `${path}.${i++}`);
    } else if (!(at instanceof ArrayBuffer)) {
      for (const key of Object.keys(at)) {
        const step = Array.isArray(at) ? `[${key}]` : path === '' ? key : `.${key}`;
        visit((at as Record<string, unknown>)[key], path + step);
      }
    }
  }

  visit(value, '');
  return { buffers, views };
}
