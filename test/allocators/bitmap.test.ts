import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { bareAllocator } from './bare.ts';

/** Not a whole number of bitmap words. */
const FRAMES = 100;

function bitmap() {
  const { words, cpu } = bareAllocator('bitmap', { frames: FRAMES });
  const [allocator] = cpu;
  allocator.addFreeMemory(0, FRAMES * PAGE_SIZE);
  const alloc = (frames: number, align = 1) => {
    const addr = allocator.alloc(Layout.fromSizeAlign(frames * PAGE_SIZE, align * PAGE_SIZE));
    return addr === null ? null : addr / PAGE_SIZE;
  };
  const free = (frame: number, frames: number) => allocator.dealloc(frame * PAGE_SIZE, frames * PAGE_SIZE);
  return { words, allocator, alloc, free };
}

describe('the bitmap', () => {
  it('goes on after the last allocation, and begins anew at the end', () => {
    const { alloc, free } = bitmap();
    expect(alloc(4)).toBe(0);
    free(0, 4);
    expect(alloc(4)).toBe(4);
    expect(alloc(90)).toBe(8);
    expect(alloc(4)).toBe(0);
  });

  it('finds a run that begins before the last allocation and ends beyond it', () => {
    const { alloc, free } = bitmap();
    alloc(50);
    const next = alloc(50) as number;
    free(next, 50);
    alloc(20, 4);
    free(52, 20);
    free(20, 30);
    expect(alloc(80)).toBe(20);
  });

  it('refuses only what no aligned run of free frames can hold', () => {
    const step = fc.record({
      alloc: fc.boolean(),
      frames: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: FRAMES })),
      align: fc.integer({ min: 0, max: 6 }),
      pick: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { allocator, alloc, free } = bitmap();
        const isFree = new Array<boolean>(FRAMES).fill(true);
        const held: { frame: number; frames: number }[] = [];
        for (const { alloc: allocates, frames, align, pick } of steps) {
          if (allocates) {
            const frame = alloc(frames, 2 ** align);
            expect(frame !== null).toBe(hasRun(isFree, frames, 2 ** align));
            if (frame === null) continue;
            expect(isFree.slice(frame, frame + frames).every(Boolean)).toBe(true);
            isFree.fill(false, frame, frame + frames);
            held.push({ frame, frames });
          } else if (held.length > 0) {
            const [block] = held.splice(pick % held.length, 1);
            free(block.frame, block.frames);
            isFree.fill(true, block.frame, block.frame + block.frames);
          }
        }
        const freeBytes = isFree.filter(Boolean).length * PAGE_SIZE;
        expect(allocator.audit?.()).toMatchObject({ problems: [], freeBytes });
      }),
      { numRuns: 150 },
    );
  });

  it('finds a counter that differs from its bits', () => {
    const { words, allocator } = bitmap();
    words[0]--;
    expect(allocator.audit?.().problems).toEqual([expect.stringContaining('its bits hold')]);
  });

  it('reports its runs of free frames', () => {
    const { allocator, alloc, free } = bitmap();
    alloc(FRAMES);
    free(3, 1);
    free(30, 8);
    expect(allocator.audit?.().free).toEqual([
      { start: 3 * PAGE_SIZE, end: 4 * PAGE_SIZE },
      { start: 30 * PAGE_SIZE, end: 38 * PAGE_SIZE },
    ]);
    expect(allocator.health?.()).toMatchObject({
      largestFreeBlockBytes: 8 * PAGE_SIZE,
      freeBlocksByOrder: [1, 0, 0, 1],
    });
  });
});

function hasRun(isFree: readonly boolean[], frames: number, align: number): boolean {
  for (let start = 0; start + frames <= FRAMES; start += align) {
    if (isFree.slice(start, start + frames).every(Boolean)) return true;
  }
  return false;
}
