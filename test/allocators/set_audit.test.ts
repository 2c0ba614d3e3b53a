import { describe, expect, it } from 'vitest';
import { BuddySet, buddySetWords } from '#src/allocators/buddy/set.js';
import { META_SLOT_SIZE, META_SLOT_WORDS, MetaSlots, SLOT } from '#src/mm/frame/meta_slots.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { bareAllocator, buddyArea } from './bare.ts';

const FRAMES = 64;
const ORDERS = 4;
// The set's words: free frames, a bit for each list with a chunk, two counters, heads, then lengths.
const TOTAL = 0;
const NON_EMPTY = 1;
const HEADS = 4;
const LENGTHS = HEADS + ORDERS;

/** A set whose words and slots can be damaged: frames 8 and 24 are free chunks of order 1, 32 one of order 3. */
function damageable() {
  const slots = new MetaSlots(new SharedArrayBuffer(FRAMES * META_SLOT_SIZE), 0, FRAMES);
  const words = new Int32Array(buddySetWords(ORDERS));
  const set = new BuddySet(slots, words, 0, ORDERS, 1);
  for (const [frame, order] of [
    [8, 1],
    [24, 1],
    [32, 3],
  ]) {
    set.insert(frame, order);
  }
  const slot = (frame: number, field: number) => frame * META_SLOT_WORDS + field;
  return { set, words, slots: slots.words, slot };
}

type Damageable = ReturnType<typeof damageable>;

function faults(damage: (damaged: Damageable) => void): string[] {
  const damaged = damageable();
  damage(damaged);
  return damaged.set.audit('set', () => {});
}

describe('the audit of a buddy set', () => {
  it('finds nothing wrong with a sound one, and visits every chunk', () => {
    const visited: number[][] = [];
    expect(damageable().set.audit('set', (frame, order) => visited.push([frame, order]))).toEqual([]);
    expect(visited).toEqual([
      [24, 1],
      [8, 1],
      [32, 3],
    ]);
  });

  it.each<[string, (damaged: Damageable) => void, string]>([
    ['frames that its counter misses', ({ words }) => words[TOTAL]--, 'counts 11 free frames'],
    ['frames that its lists miss', ({ words }) => words[TOTAL]++, 'counts 13 free frames'],
    ['a list with a wrong length', ({ words }) => words[LENGTHS + 1]++, 'counts 3 chunks'],
    ['a list that is marked empty', ({ words }) => (words[NON_EMPTY] = 8), 'mark of non-empty lists'],
    ['an empty list that is marked', ({ words }) => (words[NON_EMPTY] |= 1), 'mark of non-empty lists'],
    ['a wrong back link', ({ slots, slot }) => (slots[slot(8, SLOT.prev)] = 0), 'wrong back link'],
    [
      'a chunk in use in a list',
      ({ slots, slot }) => (slots[slot(8, SLOT.freeChunk)] = 0),
      'not in this list',
    ],
    [
      'a chunk of another set in a list',
      ({ slots, slot }) => (slots[slot(8, SLOT.freeChunk)] += 1 << 8),
      'not in this list',
    ],
    ['a chunk outside RAM', ({ words }) => (words[HEADS + 3] = FRAMES - 3), 'ends outside RAM'],
    ['a circle', ({ slots, slot }) => (slots[slot(8, SLOT.next)] = 25), 'runs in a circle'],
    ['buddies that were not coalesced', ({ set }) => set.insertTail(10, 2), 'not coalesced'],
    [
      'such buddies of the largest order but one',
      ({ set }) => {
        set.insert(40, 2);
        set.insertTail(44, 4);
      },
      'not coalesced',
    ],
    ['a chunk that is not aligned', ({ set }) => set.insert(41, 1), 'not aligned to its order'],
  ])('finds %s', (_, damage, expected) => {
    const problems = faults(damage);
    expect(problems.join('\n')).toContain(expected);
    expect(problems.length).toBeLessThan(6);
  });
});

describe('a buddy set', () => {
  it('gives out no frame of a list that somebody else wrote into', () => {
    const { set, slots, slot } = damageable();
    slots[slot(24, SLOT.freeChunk)] = 0;
    expect(() => set.take(0)).toThrow(expect.objectContaining({ code: 'CorruptAllocator' }));
    expect(set.totalFrames()).toBe(12);
  });

  it('counts each split and each merge', () => {
    const set = BuddySet.newEmpty(5, FRAMES);
    set.insertChunk(0, 4);
    const frame = set.take(0);
    expect([set.splits, set.merges]).toEqual([4, 0]);
    set.insert(frame, 0);
    expect([set.splits, set.merges]).toEqual([4, 4]);
    set.take(3);
    set.take(3);
    set.insertTail(3, 5);
    expect([set.splits, set.merges]).toEqual([7, 4]);
    expect(set.chunkCounts()).toEqual([1, 0, 1, 0, 0]);
  });

  it('splits a run into chunks no larger than its largest order', () => {
    const set = BuddySet.newEmpty(3, FRAMES);
    set.insertRun(8, 8);
    expect(set.chunkCounts()).toEqual([0, 0, 2]);
    set.insertRun(32, 16);
    set.insertRun(3, 5);
    expect(set.chunkCounts()).toEqual([1, 0, 7]);
    expect(set.audit('set', () => {})).toEqual([]);
  });

  it('has no chunk of an order beyond its own', () => {
    const set = BuddySet.newEmpty(5, FRAMES);
    set.insertChunk(0, 4);
    for (const order of [5, 31, 32, 33, -1]) expect(set.allocChunk(order)).toBeNull();
    expect(set.totalFrames()).toBe(16);
    for (const orders of [0, 32]) {
      expect(() => BuddySet.newEmpty(orders, FRAMES)).toThrow('must be a whole number from 1 to 31');
    }
  });

  it('is seen from its slots alone, whatever stands in some of them', () => {
    const { slots, slot } = damageable();
    const meta = new MetaSlots(slots.buffer as SharedArrayBuffer, 0, FRAMES);
    slots[slot(62, SLOT.freeChunk)] = (1 << 8) + 3;
    slots[slot(0, SLOT.freeChunk)] = 40;
    const seen: number[][] = [];
    BuddySet.visitChunks(meta, (...chunk) => seen.push(chunk));
    expect(seen).toEqual([
      [8, 1, 1],
      [24, 1, 1],
      [32, 3, 1],
    ]);
  });

  it('knows the largest order that it has a chunk of', () => {
    const set = BuddySet.newEmpty(5, FRAMES);
    expect(set.largestOrder()).toBe(-1);
    set.insertChunk(PAGE_SIZE, 0);
    expect(set.largestOrder()).toBe(0);
    set.insertChunk(16 * PAGE_SIZE, 4);
    expect(set.largestOrder()).toBe(4);
  });

  it('refuses a chunk that begins in RAM and ends outside', () => {
    const set = BuddySet.newEmpty(5, 12);
    expect(() => set.insertChunk(8 * PAGE_SIZE, 3)).toThrow('outside RAM');
    expect(set.totalSize()).toBe(0);
  });
});

describe('the audit of an allocator', () => {
  it.each([
    ['buddy', -1, 'global pool'],
    ['buddy', 1, 'pool of CPU 1'],
    ['global-buddy', -1, 'global pool'],
  ])('of kind %s passes on what it finds in its sets (%i)', (name, of, expected) => {
    const bare = bareAllocator(name, {
      frames: FRAMES,
      cpus: 2,
      params: name === 'buddy' ? { keepFrames: 64 } : {},
    });
    const [other, allocator] = bare.cpu;
    other.addFreeMemory(0, FRAMES * PAGE_SIZE);
    allocator.alloc(Layout.ofFrames(20));
    expect(allocator.audit!().problems).toEqual([]);
    let damaged: number | null = null;
    allocator.visitFree!((frame, _frames, place, owner) => {
      if (place !== 'cache' && owner === of) damaged ??= frame;
    });
    bare.slots.words[(damaged as unknown as number) * META_SLOT_WORDS + SLOT.prev] += 5;
    expect(allocator.audit!().problems).toEqual([expect.stringContaining(`${expected}, order`)]);
  });

  it('finds a cache that is said to hold less than nothing', () => {
    const { cpu, words } = bareAllocator('buddy', { frames: FRAMES });
    cpu[0].addFreeMemory(0, FRAMES * PAGE_SIZE);
    words[buddyArea({ frames: FRAMES, cpus: 1, params: {} }, 0).cache(2)] = -1;
    expect(cpu[0].audit!().problems).toEqual([expect.stringContaining('holds -1 blocks')]);
  });
});
