import { describe, expect, test } from 'vitest';
import type { Block } from '#src/lab/workloads/block.js';
import { LiveSet } from '#src/lab/workloads/live_set.js';

/** A block that only knows its size and whether it was dropped. */
function block(frames: number, fails = false) {
  return {
    size: frames * 4096,
    drops: 0,
    drop() {
      this.drops++;
      if (fails) throw new Error(`cannot free ${frames}`);
    },
  };
}

const asBlock = (made: ReturnType<typeof block>) => made as unknown as Block;

describe('a live set', () => {
  test('counts frames, and has room up to its capacity', () => {
    const live = new LiveSet(10);
    live.add(asBlock(block(7)));
    expect(live.frames).toBe(7);
    expect(live.hasRoom(3)).toBe(true);
    expect(live.hasRoom(4)).toBe(false);
  });

  test('gives the block that a draw chooses, each once', () => {
    const live = new LiveSet(10);
    const blocks = [1, 2, 3].map((frames) => asBlock(block(frames)));
    for (const each of blocks) live.add(each);
    expect(live.take(0x5555_5556)).toBe(blocks[1]);
    expect(live.take(0xffff_ffff)).toBe(blocks[2]);
    expect(live.take(0xffff_ffff)).toBe(blocks[0]);
    expect(live.take(0)).toBeNull();
    expect(live.frames).toBe(0);
  });

  test('drops all, also after one that fails, and throws that one’s error', () => {
    const live = new LiveSet(10);
    const blocks = [block(1), block(2, true), block(3, true), block(4)];
    for (const each of blocks) live.add(asBlock(each));
    expect(() => live.dropAll()).toThrow('cannot free 3');
    expect(blocks.map((each) => each.drops)).toEqual([1, 1, 1, 1]);
    expect(live.length).toBe(0);
    live.dropAll();
  });
});
