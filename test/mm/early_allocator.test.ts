import { describe, expect, test } from 'vitest';
import { EarlyAllocator } from '#src/mm/boot/early_allocator.js';
import { EARLY } from '#src/mm/boot/early_frame_allocator.js';
import { MemoryRegion } from '#src/mm/boot/memory_region.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { FakeLock } from './fake_lock.ts';

describe('EarlyAllocator', () => {
  const regions = [MemoryRegion.usable(0, 16 * PAGE_SIZE)];
  const one = Layout.ofFrames(1);

  function allocator() {
    const words = new Int32Array(new SharedArrayBuffer(EARLY.WORDS * 4 + 64));
    const lock = new FakeLock();
    // Two objects on one state, as two threads have.
    return { lock, here: new EarlyAllocator(words, 4, lock), there: new EarlyAllocator(words, 4, lock) };
  }

  test('throws a named error before init and after retirement, from any thread', () => {
    const { here, there, lock } = allocator();
    expect(() => here.alloc(one)).toThrow(code('EarlyAllocatorNotReady'));
    expect(() => there.retire()).toThrow(code('EarlyAllocatorNotReady'));
    expect(() => there.allocatedRegions()).toThrow(code('EarlyAllocatorNotReady'));
    here.init(regions);
    expect(there.alloc(one)).toBe(0);
    expect(here.alloc(one)).toBe(PAGE_SIZE);
    expect(there.allocatedRegions()[0]).toEqual({ start: 0, end: 2 * PAGE_SIZE });
    expect(there.retire()[0]).toEqual({ start: 0, end: 2 * PAGE_SIZE });
    expect(() => here.alloc(one)).toThrow(code('EarlyAllocatorRetired'));
    expect(() => here.retire()).toThrow(code('EarlyAllocatorRetired'));
    expect(() => there.allocatedRegions()).toThrow(code('EarlyAllocatorRetired'));
    expect(lock.owner()).toBe(-1);
  });

  test('is initialised once, and a second time changes nothing', () => {
    const { here, there, lock } = allocator();
    here.init(regions);
    here.alloc(one);
    expect(() => there.init([MemoryRegion.usable(0, 64 * PAGE_SIZE)])).toThrow(code('AlreadyInitialized'));
    expect(here.alloc(Layout.ofFrames(15))).toBe(PAGE_SIZE);
    expect(here.alloc(one)).toBeNull();
    here.retire();
    expect(() => here.init(regions)).toThrow(code('AlreadyInitialized'));
    expect(lock.owner()).toBe(-1);
  });

  test('allocates nothing for who waited for the lock while it was retired', () => {
    const { here, there, lock } = allocator();
    here.init(regions);
    here.alloc(one);
    const acquire = lock.acquire.bind(lock);
    lock.acquire = () => {
      lock.acquire = acquire;
      expect(there.retire()[0]).toEqual({ start: 0, end: PAGE_SIZE });
      acquire();
    };
    expect(() => here.alloc(one)).toThrow(code('EarlyAllocatorRetired'));
    expect(lock.owner()).toBe(-1);
  });

  test('holds its lock while it works, and only then', () => {
    const { here, lock } = allocator();
    here.init(regions);
    here.alloc(one);
    here.allocatedRegions();
    here.retire();
    expect(lock.acquisitions).toBe(4);
    expect(lock.owner()).toBe(-1);
  });
});
