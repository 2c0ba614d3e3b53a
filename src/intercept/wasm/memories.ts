import { types } from 'node:util';
import type { Namespace, WasmMemory } from './namespace.ts';

/** What is told of memories. */
interface MemoryWatch {
  /** The thread itself made the memory of this buffer. */
  made(buffer: SharedArrayBuffer): void;
  /** A shared memory has this buffer now. */
  look(memory: object, buffer: SharedArrayBuffer): void;
  /** A shared memory of so many pages is about to grow by `more` of them. May throw. */
  grows(pages: number, more: number): void;
}

const PAGE = 65_536;

/** Watches memories that the worker itself makes, and those that grow; each look at a grown one gives another buffer. */
export function watchMemories(
  namespace: Namespace,
  Memory: Namespace['Memory'],
  watch: MemoryWatch,
): WeakSet<object> {
  const own = new WeakSet<object>();
  namespace.Memory = new Proxy(Memory, {
    construct(target, args, newTarget) {
      const memory = Reflect.construct(target, args, newTarget) as WasmMemory;
      own.add(memory);
      return memory;
    },
  });
  const { prototype } = Memory as { prototype: object };
  const property = Object.getOwnPropertyDescriptor(prototype, 'buffer') as PropertyDescriptor;
  Object.defineProperty(prototype, 'buffer', {
    ...property,
    get(this: object): unknown {
      const buffer: unknown = property.get?.call(this);
      if (types.isSharedArrayBuffer(buffer)) {
        if (own.has(this)) watch.made(buffer);
        watch.look(this, buffer);
      }
      return buffer;
    },
  });
  const grow = Object.getOwnPropertyDescriptor(prototype, 'grow') as PropertyDescriptor;
  const original = grow.value as (pages: unknown) => unknown;
  Object.defineProperty(prototype, 'grow', {
    ...grow,
    value: function (this: object, pages: unknown): unknown {
      const buffer: unknown = property.get?.call(this);
      const more = typeof pages === 'bigint' ? Number(pages) : Math.trunc(Number(pages));
      if (types.isSharedArrayBuffer(buffer) && more > 0) watch.grows(buffer.byteLength / PAGE, more);
      return original.call(this, pages);
    },
  });
  return own;
}
