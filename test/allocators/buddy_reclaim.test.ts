import { describe, expect, it } from 'vitest';
import { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED } from '#src/mm/cpu_state.js';
import { META_SLOT_WORDS, SLOT } from '#src/mm/frame/meta_slots.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { CALL_SITE_RECLAIM } from '#src/sync/lock.js';
import { bareAllocator, buddyArea } from './bare.ts';

const FRAMES = 256;
/** CPU 0 looks at others this often, and asks `whileWaiting` after every 64th look; it never sleeps. */
const PARAMS = { reclaimSpins: 128, reclaimWaitMs: 0, keepFrames: 1000 };

/** Two CPUs: the second one holds all free frames, in its caches and its pool, and is in the given state. */
function stranded(
  at: number | (() => number),
  whileWaiting: (cpu: number) => void = () => {},
  params = PARAMS,
) {
  const log: string[] = [];
  const state = typeof at === 'number' ? () => at : at;
  const cpuStates = {
    state,
    trySeize: (cpu: number) => {
      log.push(`seize ${cpu}`);
      return state() === CPU_ONLINE ? -1 : state();
    },
    unseize: (cpu: number) => void log.push(`unseize ${cpu}`),
  };
  const bare = bareAllocator('buddy', { frames: FRAMES, cpus: 2, params, cpuStates, whileWaiting });
  const [needy, rich] = bare.cpu;
  needy.addFreeMemory(0, FRAMES * PAGE_SIZE);
  const large = rich.alloc(Layout.ofFrames(128)) as number;
  const rest: number[] = [];
  for (let addr = rich.alloc(Layout.ofFrames(1)); addr !== null; addr = rich.alloc(Layout.ofFrames(1)))
    rest.push(addr);
  expect(rest).toHaveLength(128);
  for (const addr of rest) rich.dealloc(addr, PAGE_SIZE);
  rich.dealloc(large, 128 * PAGE_SIZE);
  log.length = 0;
  const holds = (cpu: number) => {
    const { cacheBytes, poolBytes } = needy.health!().perCpu[cpu];
    return { cache: cacheBytes / PAGE_SIZE, pool: poolBytes / PAGE_SIZE };
  };
  const requests = [0, 1].map((cpu) => buddyArea({ frames: FRAMES, cpus: 2, params }, cpu).request);
  const request = (cpu: number) => bare.words[requests[cpu]];
  const raise = (cpu: number) => {
    bare.words[requests[cpu]] |= 1;
  };
  expect(holds(1).cache).toBeGreaterThan(0);
  expect(holds(1).cache + holds(1).pool).toBe(FRAMES);
  const before = needy.health!().counters;
  return { ...bare, needy, rich, log, holds, request, raise, before };
}

const wanted = Layout.ofFrames(100);

describe('a CPU without memory', () => {
  it('asks the one that has it, which answers when it allocates or frees next', () => {
    for (const use of ['alloc', 'dealloc'] as const) {
      const { needy, rich, holds, request, lock } = stranded(CPU_ONLINE);
      const block = rich.alloc(Layout.ofFrames(5)) as number;
      expect(needy.alloc(wanted)).toBeNull();
      expect(request(1)).not.toBe(0);
      expect(holds(1).cache + holds(1).pool).toBe(FRAMES - 5);
      lock.onAcquire = () => {
        // Until all is where the needy can find it, the request stands.
        if (lock.sites.at(-1) === CALL_SITE_RECLAIM) expect(request(1)).not.toBe(0);
      };
      if (use === 'alloc') rich.alloc(Layout.ofFrames(1));
      else rich.dealloc(block, 5 * PAGE_SIZE);
      expect(request(1)).toBe(0);
      expect(holds(1).cache + holds(1).pool).toBeLessThan(FRAMES / 2);
      expect(needy.alloc(wanted)).not.toBeNull();
      expect(needy.health?.().counters).toMatchObject({ reclaimAnswers: 1 });
    }
  });

  it('gets it in the same call where the other answers while it waits', () => {
    const owner: { alloc?: () => void } = {};
    const { needy, rich, log, before } = stranded(CPU_ONLINE, () => owner.alloc?.());
    owner.alloc = () => {
      owner.alloc = undefined;
      rich.alloc(Layout.ofFrames(1));
    };
    expect(needy.alloc(wanted)).not.toBeNull();
    expect(log).not.toContain('unseize 1');
    const { counters } = needy.health!();
    expect(counters.reclaims - before.reclaims).toBe(1);
    expect(counters.reclaimSeizures - before.reclaimSeizures).toBe(0);
    expect(counters.noMemory - before.noMemory).toBe(0);
  });

  it('answers others while it waits itself', () => {
    const hook: { raise?: () => void } = {};
    const { needy, request, raise } = stranded(CPU_ONLINE, (cpu) => {
      if (cpu === 0) hook.raise?.();
    });
    hook.raise = () => {
      hook.raise = undefined;
      raise(0);
    };
    expect(needy.alloc(wanted)).toBeNull();
    expect(request(0)).toBe(0);
  });

  it.each([
    ['offline', CPU_OFFLINE],
    ['parked', CPU_PARKED],
    ['dead', CPU_DEAD],
  ])('takes what a CPU that is %s holds, and leaves the CPU as it was', (_, state) => {
    const { needy, log, holds, request, before } = stranded(state);
    expect(needy.alloc(wanted)).not.toBeNull();
    expect(holds(1)).toEqual({ cache: 0, pool: 0 });
    expect(request(1)).toBe(0);
    expect(log).toEqual(['seize 1', 'unseize 1']);
    expect(needy.health!().counters.reclaimSeizures - before.reclaimSeizures).toBe(1);
    expect(needy.audit?.().problems).toEqual([]);
  });

  it('takes what a CPU holds that goes away while it is asked', () => {
    let state: number = CPU_ONLINE;
    const leaves = () => {
      state = CPU_PARKED;
    };
    const { needy, holds, before } = stranded(() => state, leaves, {
      ...PARAMS,
      reclaimSpins: 0,
      reclaimWaitMs: 5,
    });
    expect(needy.alloc(wanted)).not.toBeNull();
    expect(holds(1)).toEqual({ cache: 0, pool: 0 });
    expect(needy.health!().counters.reclaimSeizures - before.reclaimSeizures).toBe(1);
  });

  it('touches nothing of a CPU that is online', () => {
    const { needy, holds, log } = stranded(CPU_ONLINE);
    const held = holds(1);
    expect(needy.alloc(wanted)).toBeNull();
    expect(holds(1)).toEqual(held);
    expect(log).not.toContain('unseize 1');
  });

  it('gives its own scattered frames to the global pool first, where they make a larger block', () => {
    const { cpu } = bareAllocator('buddy', { frames: 16, params: { keepFrames: 1000 } });
    const [only] = cpu;
    only.addFreeMemory(0, 16 * PAGE_SIZE);
    for (let i = 0; i < 16; i++) only.alloc(Layout.ofFrames(1));
    for (let i = 0; i < 16; i++) only.dealloc(i * PAGE_SIZE, PAGE_SIZE);
    expect(only.alloc(Layout.ofFrames(16))).toBe(0);
  });

  it('is given a block as aligned as it asked for, though what came in first is not', () => {
    const { cpu } = bareAllocator('buddy', { frames: 16, params: { cache1: 64, expectedPortion: 64 } });
    const [only] = cpu;
    only.addFreeMemory(0, 16 * PAGE_SIZE);
    for (let i = 0; i < 16; i++) only.alloc(Layout.ofFrames(1));
    for (const frame of [2, 3, 8, 9, 10, 11, 12, 13, 14, 15]) only.dealloc(frame * PAGE_SIZE, PAGE_SIZE);
    expect(only.alloc(Layout.fromSizeAlign(2 * PAGE_SIZE, 8 * PAGE_SIZE))).toBe(8 * PAGE_SIZE);
  });

  it('does not try again where nobody holds anything', () => {
    const { cpu, lock } = bareAllocator('buddy', { frames: 16 });
    cpu[0].addFreeMemory(0, 16 * PAGE_SIZE);
    while (cpu[0].alloc(Layout.ofFrames(1)) !== null);
    const refusals = cpu[0].health!().counters;
    lock.sites.length = 0;
    expect(cpu[0].alloc(Layout.ofFrames(8))).toBeNull();
    expect(cpu[0].health!().counters).toMatchObject({
      noMemory: refusals.noMemory + 1,
      globalFetches: refusals.globalFetches + 1,
    });
    expect(cpu[0].alloc(Layout.ofFrames(1))).toBeNull();
    expect(cpu[0].health!().counters.reclaims).toBe(refusals.reclaims + 2);
  });
});

describe('a pool that its CPU left half changed', () => {
  const broken = (state: number) => {
    const world = stranded(state);
    for (let frame = 0; frame < FRAMES; frame++) {
      world.slots.words[frame * META_SLOT_WORDS + SLOT.freeChunk] = 0;
    }
    return world;
  };

  it('is no fault of the needy where that CPU died', () => {
    const { needy, log, lock } = broken(CPU_DEAD);
    expect(needy.alloc(wanted)).toBeNull();
    expect(log).toEqual(['seize 1', 'unseize 1']);
    expect(lock.holder).toBe(-1);
  });

  it('is a broken allocator where that CPU lives', () => {
    const { needy, log, lock } = broken(CPU_PARKED);
    expect(() => needy.alloc(wanted)).toThrow(expect.objectContaining({ code: 'CorruptAllocator' }));
    expect(log).toEqual(['seize 1', 'unseize 1']);
    expect(lock.holder).toBe(-1);
  });
});
