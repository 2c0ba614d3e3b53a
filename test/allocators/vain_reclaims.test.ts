import { describe, expect, it } from 'vitest';
import { CPU_ONLINE, CPU_PARKED } from '#src/mm/cpu_state.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { bareAllocator } from './bare.ts';

/** Two blocks must go to pools before a vain reclaim is repeated. */
const FRAMES = 2 * 4096;
const PARAMS = {
  cache1: 16,
  cache2: 16,
  cacheLarge: 4,
  keepFrames: 100_000,
  reclaimSpins: 64,
  reclaimWaitMs: 3,
};

/**
 * CPU 1 has allocated all memory but for what is in no piece of 64 frames: the last frame of each run of 64. The
 * machine is of two CPUs, and CPU 0 is the needy one.
 */
function inPieces(
  whileWaiting: (cpu: number) => void = () => {},
  state = () => CPU_ONLINE as number,
  frames = FRAMES,
) {
  const cpuStates = {
    state,
    trySeize: () => (state() === CPU_ONLINE ? -1 : state()),
    unseize: () => {},
  };
  const bare = bareAllocator('buddy', { frames, cpus: 2, params: PARAMS, cpuStates, whileWaiting });
  const [needy, other] = bare.cpu;
  needy.addFreeMemory(0, frames * PAGE_SIZE);
  const one = Layout.ofFrames(1);
  while (other.alloc(one) !== null);
  const free = (frame: number, nframes = 1) => other.dealloc(frame * PAGE_SIZE, nframes * PAGE_SIZE);
  for (let frame = 63; frame < frames; frame += 64) free(frame);
  other.flush!();
  const counters = () => needy.health!().counters;
  /** Asks for a block, and says whether it was had and whether others were asked. */
  const ask = (nframes: number) => {
    const before = counters().reclaims;
    const addr = needy.alloc(Layout.ofFrames(nframes));
    return [addr === null ? 'none' : addr / PAGE_SIZE, counters().reclaims - before];
  };
  return { ...bare, needy, other, free, ask, counters };
}

describe('a request that found nothing when all was brought in', () => {
  it('asks nobody again while nothing was freed, nor does a larger one, and a smaller one does', () => {
    const { ask, counters } = inPieces();
    expect(ask(64)).toEqual(['none', 1]);
    const { noMemory } = counters();
    for (let i = 0; i < 20; i++) expect(ask(64)).toEqual(['none', 0]);
    expect(ask(100)).toEqual(['none', 0]);
    expect(counters().noMemory).toBe(noMemory + 21);
    expect(ask(32)).toEqual(['none', 1]);
    expect(ask(64)).toEqual(['none', 0]);
  });

  it('asks again by the 65th time, and so finds what lies about in pieces', () => {
    const { ask, free } = inPieces(() => {});
    expect(ask(8)).toEqual(['none', 1]);
    // Too few to leave the cache, where they are in no piece of 8.
    for (let frame = 56; frame < 63; frame++) free(frame);
    const asked = Array.from({ length: 65 }, () => ask(8));
    expect(asked.slice(0, 64)).toEqual(new Array(64).fill(['none', 0]));
    expect(asked[64][1]).toBe(1);
  });

  it('asks again once enough was freed to leave a cache', () => {
    const { ask, free } = inPieces();
    expect(ask(64)).toEqual(['none', 1]);
    for (let frame = 0; frame < 16; frame++) free(frame);
    expect(ask(64)).toEqual(['none', 0]);
    free(16);
    expect(ask(64)).toEqual(['none', 1]);
  });

  it.each([
    ['a cache', 4],
    ['a pool', 32],
  ])('always asks a CPU that has such a block in %s', (_, frames) => {
    const hook: { answer?: () => void } = {};
    const { ask, free } = inPieces(() => hook.answer?.());
    expect(ask(frames)).toEqual(['none', 1]);
    expect(ask(frames)).toEqual(['none', 0]);
    free(0, frames);
    hook.answer = () => {
      hook.answer = undefined;
      free(1000);
    };
    expect(ask(frames)).toEqual([0, 1]);
  });

  it('asks a CPU that has such a block, but did not answer, again once that one has run, or is parked', () => {
    for (const runs of [true, false]) {
      let state: number = CPU_ONLINE;
      const { ask, free } = inPieces(
        () => {},
        () => state,
      );
      free(0, 32);
      expect(ask(32)).toEqual(['none', 1]);
      expect(ask(32)).toEqual(['none', 0]);
      if (runs) {
        free(1000);
        expect(ask(32)).toEqual([0, 0]);
      } else {
        state = CPU_PARKED;
        expect(ask(32)).toEqual([0, 1]);
      }
    }
  });

  it('is paid for anew after a large block was found', () => {
    const { ask, free, other } = inPieces();
    expect(ask(32)).toEqual(['none', 1]);
    free(0, 64);
    other.flush!();
    expect(ask(64)).toEqual([0, 0]);
    expect(ask(32)).toEqual(['none', 0]);
  });
});

describe('a CPU that does not answer', () => {
  it('is slept for once, and again only when it has answered in between', () => {
    let looks = 0;
    const count = (cpu: number) => {
      if (cpu === 0) looks++;
    };
    const { needy, free } = inPieces(count, () => CPU_ONLINE, 256);
    const looksOf = () => {
      looks = 0;
      expect(needy.alloc(Layout.ofFrames(4))).toBeNull();
      return looks;
    };
    free(5);
    // One look up after 64 looks, and one after each of three sleeps.
    expect(looksOf()).toBe(1 + 3);
    expect(looksOf()).toBe(1);
    expect(looksOf()).toBe(1);
    // It answers first, and then holds a frame again.
    free(9);
    expect(looksOf()).toBe(1 + 3);
    expect(looksOf()).toBe(1);
  });
});
