import { expect, test } from 'vitest';
import { takePicture } from '#src/lab/run/memory_picture.js';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

// What the lab's picture of the RAM says, against the allocator's own count of a machine that stands still.

const FRAME = Layout.ofFrames(1);
const HELD = 100;

test('the picture tells a CPU’s cache, its pool and the pool of all apart', () => {
  const machine = Machine.boot({ cpus: 2, memory: 64 * 2 ** 20, allocator: 'buddy' });
  const { allocator, frames } = machine;
  const blocks = Array.from({ length: 10 * HELD }, () => allocator.alloc(FRAME) as number);
  for (const block of blocks.slice(HELD)) allocator.dealloc(block, PAGE_SIZE);

  const picture = takePicture(machine, 0);
  const shown = new Map<string, number>();
  for (const [cells, state, cpu] of picture.runs) {
    const key = state.startsWith('free') ? `free of ${cpu}` : `${state} of ${cpu}`;
    shown.set(key, (shown.get(key) ?? 0) + cells * picture.framesPerCell);
  }
  const { freeBytes, perCpu } = allocator.health!();
  const { cacheBytes, poolBytes } = perCpu[0];
  expect(Math.min(cacheBytes, poolBytes, freeBytes - cacheBytes - poolBytes)).toBeGreaterThan(0);
  expect(shown.get('cached of 0')).toBe(cacheBytes / PAGE_SIZE);
  expect(shown.get('pool of 0')).toBe(poolBytes / PAGE_SIZE);
  expect(shown.get('free of -1')).toBe((freeBytes - cacheBytes - poolBytes) / PAGE_SIZE);
  expect(shown.get('allocated of 0')).toBe(HELD);
  expect([...shown.values()].reduce((sum, cells) => sum + cells, 0)).toBe(frames);
});
