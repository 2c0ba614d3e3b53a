import {
  Frame,
  FrameAllocOptions,
  Layout,
  Link,
  LinkedList,
  Machine,
  MetaSlots,
  PAGE_SIZE,
  UniqueFrame,
} from 'framelab';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CheckedFrameAllocator } from '#src/machine/checked_frame_allocator.js';
import { META_SLOT_SHIFT, META_SLOT_SIZE, REF_UNUSED } from '#src/mm/frame/meta_slots.js';
import { FrameMap } from '#src/mm/frame_map.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { MockUFrameMeta, ObservedMeta } from '../mm/mock_meta.ts';

// A byte for each frame says whether its slot is in use, so that frees need not look at slots.

const FRAMES = 256;
const ONE = Layout.ofFrames(1);
let machine: Machine;
let options: FrameAllocOptions;
beforeEach(() => {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  machine = Machine.boot({ memory: FRAMES * PAGE_SIZE, cpus: 1, allocator: 'global-buddy' }, { log });
  options = new FrameAllocOptions(machine).zeroed(false);
});
afterEach(() => {
  sameAsSlots();
  machine.detach();
});

/** Byte and slot say the same of every frame. */
function sameAsSlots(): void {
  const { slots } = machine;
  const wrong = Array.from(slots.owned.keys()).filter(
    (frame) => (slots.words[frame << META_SLOT_SHIFT] === REF_UNUSED) !== (slots.owned[frame] === 0),
  );
  expect(wrong).toEqual([]);
}

const isOwned = (paddr: number): boolean => machine.slots.owned[paddr / PAGE_SIZE] !== 0;
const free = (paddr: number) => () => machine.allocator.dealloc(paddr, PAGE_SIZE);

describe('a frame is marked as owned', () => {
  test('from its first handle to its last', () => {
    const frame = options.allocFrame();
    const { paddr } = frame;
    const other = frame.clone();
    frame.drop();
    expect(isOwned(paddr)).toBe(true);
    expect(free(paddr)).toThrow(/in use \(1 reference\)/);
    sameAsSlots();
    other.drop();
    expect(isOwned(paddr)).toBe(false);
  });

  test('by a segment and what is split off it', () => {
    const segment = options.allocSegment(3);
    const { paddr } = segment;
    expect(() => machine.allocator.dealloc(paddr, 3 * PAGE_SIZE)).toThrow(/in use/);
    const [front, back] = segment.split(PAGE_SIZE);
    back.drop();
    expect([0, 1, 2].map((i) => isOwned(paddr + i * PAGE_SIZE))).toEqual([true, false, false]);
    sameAsSlots();
    front.drop();
  });

  test('with metadata, until that is torn down, also where that throws', () => {
    for (const value of [1, 13]) {
      const frame = options.allocFrameWith(ObservedMeta({ value }));
      const { paddr } = frame;
      expect(isOwned(paddr)).toBe(true);
      sameAsSlots();
      if (value === 13) expect(() => frame.drop()).toThrow('unlucky metadata');
      else frame.drop();
      expect(isOwned(paddr)).toBe(false);
    }
  });

  test('by a sole owner, and by a list', () => {
    const paddr = machine.allocator.alloc(ONE) as number;
    expect(isOwned(paddr)).toBe(false);
    const unique = UniqueFrame.fromUnused(machine, paddr);
    expect(free(paddr)).toThrow(/UniqueFrame/);
    sameAsSlots();
    unique.drop();
    expect(isOwned(paddr)).toBe(false);

    const list = new LinkedList<{ readonly value: 'u32' }>(machine);
    const linked = UniqueFrame.tryFrom(options.allocFrameWith(Link(MockUFrameMeta({ value: 1 }))));
    const at = linked.paddr;
    list.pushBack(linked);
    expect(free(at)).toThrow(/in a linked list/);
    list.drop();
    expect(isOwned(at)).toBe(false);
  });

  test('no more than its slot is in use: a byte that a dead thread left is no owner', () => {
    for (const frames of [1, 3]) {
      const layout = Layout.ofFrames(frames);
      const paddr = machine.allocator.alloc(layout) as number;
      machine.slots.owned[paddr / PAGE_SIZE + frames - 1] = 1;
      machine.allocator.dealloc(paddr, layout.size);
      expect(machine.frameMap.use(paddr / PAGE_SIZE)).toBe('free');
      expect(machine.audit().problems).toEqual([]);
    }
  });

  test('not by a claim that fails', () => {
    const paddr = machine.allocator.alloc(ONE) as number;
    const taken = Frame.fromUnused(machine, paddr);
    expect(() => Frame.fromUnused(machine, paddr)).toThrow(/in use/);
    sameAsSlots();
    taken.drop();
    const refuse = () => {
      throw new Error('no metadata');
    };
    expect(() => options.allocSegmentWith(2, refuse)).toThrow('no metadata');
  });
});

test('a free of what nobody owns looks at no slot', () => {
  const slots = new MetaSlots(new SharedArrayBuffer(FRAMES * META_SLOT_SIZE), 0, FRAMES);
  Object.defineProperty(slots, 'words', {
    get: () => {
      throw new Error('a slot was looked at');
    },
  });
  const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
  let next = 0;
  const inner: GlobalFrameAllocator = {
    alloc: ({ size }) => {
      next += size;
      return next - size;
    },
    dealloc() {},
    addFreeMemory() {},
  };
  const checked = new CheckedFrameAllocator(inner, map, slots, 0);
  checked.addFreeMemory(0, FRAMES * PAGE_SIZE);
  for (const frames of [1, 2, 10, 64]) {
    const layout = Layout.ofFrames(frames);
    checked.dealloc(checked.alloc(layout) as number, layout.size);
  }
  expect(map.count('free')).toBe(FRAMES);
});
