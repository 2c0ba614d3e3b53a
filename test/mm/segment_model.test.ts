import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { META_SLOT_WORDS } from '#src/mm/frame/meta_slots.js';
import { Segment } from '#src/mm/frame/segment.js';
import { countOf } from '#src/mm/frame/slot_references.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { type FakeMachine, fakeMachine } from './fake_machine.ts';
import { drops, ObservedMeta } from './mock_meta.ts';

const FRAMES = 40;

/** What the program under test holds, and for each handle what the model says it covers. */
interface World {
  readonly machine: FakeMachine;
  readonly options: FrameAllocOptions;
  readonly segments: { handle: Segment; first: number; end: number }[];
  readonly frames: { handle: Frame; frame: number }[];
  /** References by frame number: the whole model. */
  readonly counts: number[];
  /** Frames with metadata whose `onDrop` is observed. */
  readonly observed: Set<number>;
  expectedDrops: number;
}

type Step = { readonly kind: number; readonly pick: number; readonly a: number; readonly b: number };

function hold(world: World, first: number, end: number, change: number): void {
  for (let frame = first; frame < end; frame++) {
    world.counts[frame] += change;
    if (world.counts[frame] === 0 && world.observed.delete(frame)) world.expectedDrops += 1;
  }
}

function addSegment(world: World, handle: Segment, counted: boolean): void {
  const first = handle.paddr / PAGE_SIZE;
  const end = handle.endPaddr / PAGE_SIZE;
  world.segments.push({ handle, first, end });
  if (counted) hold(world, first, end, 1);
}

function run(world: World, { kind, pick, a, b }: Step): void {
  const index = world.segments.length === 0 ? -1 : pick % world.segments.length;
  const segment = world.segments[index];
  const frameIndex = world.frames.length === 0 ? -1 : pick % world.frames.length;
  const frame = world.frames[frameIndex];
  const length = segment === undefined ? 0 : segment.end - segment.first;
  switch (kind) {
    case 0: {
      const n = 1 + (a % 8);
      const observed = b % 2 === 0;
      let made: Segment;
      try {
        made = observed
          ? (world.options.allocSegmentWith(n, () => ObservedMeta({ value: 1 })) as unknown as Segment)
          : world.options.allocSegment(n);
      } catch (error) {
        expect(error).toEqual(code('NoMemory'));
        return;
      }
      addSegment(world, made, true);
      if (observed) for (let i = 0; i < n; i++) world.observed.add(made.paddr / PAGE_SIZE + i);
      return;
    }
    case 1: {
      if (segment === undefined) return;
      const at = a % (length + 2);
      if (at === 0 || at >= length) {
        expect(() => segment.handle.split(at * PAGE_SIZE)).toThrow(code('OutOfBound'));
        return;
      }
      world.segments.splice(index, 1);
      for (const part of segment.handle.split(at * PAGE_SIZE)) addSegment(world, part, false);
      return;
    }
    case 2: {
      if (segment === undefined) return;
      const start = a % (length + 2);
      const end = b % (length + 2);
      const range = { start: start * PAGE_SIZE, end: end * PAGE_SIZE };
      if (start > end || end > length) {
        expect(() => segment.handle.slice(range)).toThrow(code('OutOfBound'));
        return;
      }
      addSegment(world, segment.handle.slice(range), true);
      return;
    }
    case 3:
      if (segment !== undefined) addSegment(world, segment.handle.clone(), true);
      return;
    case 4:
      if (segment === undefined) return;
      world.segments.splice(index, 1);
      segment.handle.drop();
      hold(world, segment.first, segment.end, -1);
      return;
    case 5: {
      if (segment === undefined) return;
      const { done, value } = segment.handle.next();
      if (done) {
        expect(length).toBe(0);
        world.segments.splice(index, 1);
        return;
      }
      expect(value.paddr).toBe(segment.first * PAGE_SIZE);
      world.frames.push({ handle: value, frame: segment.first });
      segment.first += 1;
      return;
    }
    case 6:
      if (frame === undefined) return;
      world.frames.splice(frameIndex, 1);
      if (a % 2 === 0) {
        frame.handle.drop();
        hold(world, frame.frame, frame.frame + 1, -1);
      } else {
        addSegment(world, Segment.from(frame.handle), false);
      }
      return;
    case 7: {
      const number = world.machine.firstFree + (a % (FRAMES - world.machine.firstFree));
      const paddr = number * PAGE_SIZE;
      if (world.counts[number] === 0) {
        expect(() => Frame.fromInUse(world.machine, paddr)).toThrow(code('Unused'));
        return;
      }
      expect(() => Frame.fromUnused(world.machine, paddr)).toThrow(code('InUse'));
      world.frames.push({ handle: Frame.fromInUse(world.machine, paddr), frame: number });
      hold(world, number, number + 1, 1);
      return;
    }
    case 8: {
      if (frame === undefined) return;
      if (world.counts[frame.frame] > 1) {
        expect(() => UniqueFrame.tryFrom(frame.handle)).toThrow(code('InUse'));
        return;
      }
      const unique = UniqueFrame.tryFrom(frame.handle);
      expect(() => Frame.fromInUse(world.machine, frame.frame * PAGE_SIZE)).toThrow(code('Unique'));
      world.frames[frameIndex].handle = unique.intoFrame();
      return;
    }
  }
}

test("any pieces in any order: the counts are the model's, and every frame comes back once", () => {
  const step = fc.record({ kind: fc.nat(8), pick: fc.nat(1000), a: fc.nat(1000), b: fc.nat(1000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const machine = fakeMachine(FRAMES);
      const freeBefore = machine.allocator.freeSize();
      drops.length = 0;
      const world: World = {
        machine,
        options: new FrameAllocOptions(machine).zeroed(false),
        segments: [],
        frames: [],
        counts: Array(FRAMES).fill(0),
        observed: new Set(),
        expectedDrops: 0,
      };
      for (const each of steps) {
        run(world, each);
        for (let frame = machine.firstFree; frame < FRAMES; frame++) {
          expect(countOf(machine.slots.words[frame * META_SLOT_WORDS])).toBe(world.counts[frame]);
          expect(machine.allocator.free[frame]).toBe(world.counts[frame] === 0 ? 1 : 0);
        }
        expect(drops).toHaveLength(world.expectedDrops);
      }
      for (const { handle } of world.segments) handle.drop();
      for (const { handle } of world.frames) handle.drop();
      expect(machine.allocator.freeSize()).toBe(freeBefore);
    }),
    { numRuns: 300 },
  );
});
