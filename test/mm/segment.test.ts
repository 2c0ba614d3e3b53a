import { describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { META_SLOT_WORDS, REF_MAX, REF_ONE, SLOT } from '#src/mm/frame/meta_slots.js';
import { Segment } from '#src/mm/frame/segment.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { freeBefore, machine, options, slotWord } from './fresh_machine.ts';
import { drops, MockFrameMeta, MockUFrameMeta, ObservedMeta } from './mock_meta.ts';

const pages = (start: number, end: number) => ({ start: start * PAGE_SIZE, end: end * PAGE_SIZE });

describe('upstream behaviour', () => {
  test('segment creation', () => {
    const segment = options.allocSegment(5);
    expect(segment.size).toBe(5 * PAGE_SIZE);
    expect(segment.endPaddr - segment.paddr).toBe(5 * PAGE_SIZE);
    expect(segment.paddrRange).toEqual({ start: segment.paddr, end: segment.endPaddr });
    expect(segment.nframes).toBe(5);
  });

  test('segment split', () => {
    const segment = options.allocSegment(2);
    const { paddr } = segment;
    const [first, second] = segment.split(PAGE_SIZE);
    expect([first.size, second.size]).toEqual([PAGE_SIZE, PAGE_SIZE]);
    expect([first.paddr, second.paddr]).toEqual([paddr, paddr + PAGE_SIZE]);
    expect(() => segment.size).toThrow(code('UseAfterDrop'));
  });

  test('segment slice', () => {
    const segment = options.allocSegment(3);
    const slice = segment.slice(pages(1, 2));
    expect(slice.size).toBe(PAGE_SIZE);
    expect(slice.paddr).toBe(segment.paddr + PAGE_SIZE);
    const counts = [0, 1, 2].map((i) => slotWord(segment.paddr + i * PAGE_SIZE, SLOT.refCount) - REF_ONE + 1);
    expect(counts).toEqual([1, 2, 1]);
  });

  test('segment iteration', () => {
    const segment = options.allocSegmentWith(2, () => MockFrameMeta({ value: 42 }));
    let count = 0;
    for (const frame of segment) {
      expect(frame.meta().value).toBe(42);
      expect(frame.referenceCount).toBe(1);
      frame.drop();
      count += 1;
    }
    expect(count).toBe(2);
    expect(() => segment.size).toThrow(code('UseAfterDrop'));
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('invalid splits', () => {
    const segment = options.allocSegment(2);
    for (const offset of [0, 2 * PAGE_SIZE, 3 * PAGE_SIZE, -PAGE_SIZE]) {
      expect(() => segment.split(offset)).toThrow(code('OutOfBound'));
    }
    for (const offset of [1, PAGE_SIZE + 1, 0.5, Number.NaN]) {
      expect(() => segment.split(offset)).toThrow(code('NotAligned'));
    }
    expect(segment.size).toBe(2 * PAGE_SIZE);
  });

  test('slices out of bounds', () => {
    const segment = options.allocSegment(3);
    const huge = 2 ** 53 - PAGE_SIZE;
    expect(() => segment.slice({ start: huge, end: huge })).toThrow(code('OutOfBound'));
    expect(() => segment.slice(pages(0, 4))).toThrow(code('OutOfBound'));
    expect(() => segment.slice(pages(2, 1))).toThrow(code('OutOfBound'));
    expect(() => segment.slice(pages(-1, 1))).toThrow(code('OutOfBound'));
    expect(() => segment.slice({ start: 0, end: 1 })).toThrow(code('NotAligned'));
    expect(() => segment.slice({ start: Number.NaN, end: PAGE_SIZE })).toThrow(code('NotAligned'));
  });

  test('segment to untyped segment and to a typed one', () => {
    const plain = options.allocSegment(1);
    expect(plain.asUntyped().paddr).toBe(plain.paddr);
    const typed = options.allocSegmentWith(2, () => MockFrameMeta({ value: 42 })) as Segment;
    expect(() => typed.asUntyped()).toThrow(code('MetaTypeMismatch'));
    expect(() => typed.as(MockUFrameMeta)).toThrow(code('MetaTypeMismatch'));
    for (const frame of typed.as(MockFrameMeta)) expect(frame.meta().value).toBe(42);
    let made = 0;
    const mixing = () => (++made < 3 ? MockUFrameMeta() : MockFrameMeta()) as never;
    expect(() => options.allocSegmentWith(3, mixing)).toThrow(code('InvalidArgs'));
    // What the two before have; of the refused one nothing stays out.
    expect(freeBefore - machine.allocator.freeSize()).toBe(3 * PAGE_SIZE);
    // Only the constructor, which is not for callers, makes one whose frames are not all of one type.
    const first = options.allocSegmentWith(2, () => MockUFrameMeta()).intoRaw().start / PAGE_SIZE;
    const second = options.allocFrameWith(MockFrameMeta()).intoRaw() / PAGE_SIZE;
    expect(second).toBe(first + 2);
    const mixed = new Segment(machine, first, second + 1);
    expect(() => mixed.asUntyped()).toThrow(code('MetaTypeMismatch'));
    expect(() => mixed.as(MockUFrameMeta)).toThrow(code('MetaTypeMismatch'));
    expect(() => mixed.writer()).toThrow(code('MetaTypeMismatch'));
  });

  test('whoever watches contents is told that all of a segment may be written', () => {
    const exposed: [number, number][] = [];
    const watched = {
      ...machine,
      contentsWatch: { zeroed() {}, exposed: (paddr: number, size: number) => exposed.push([paddr, size]) },
    };
    const segment = Segment.fromUnused(watched, pages(machine.firstFree, machine.firstFree + 3));
    segment.reader();
    segment.writer();
    expect(exposed).toEqual([[segment.paddr, 3 * PAGE_SIZE]]);
  });

  test('frame to segment', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 42 }));
    const { paddr } = frame;
    const segment = Segment.from(frame);
    expect(frame.isLive).toBe(false);
    expect([segment.paddr, segment.size]).toEqual([paddr, PAGE_SIZE]);
    for (const part of segment) expect(part.meta().value).toBe(42);
  });

  test('segment drop', () => {
    const segment = options.allocSegment(1);
    const before = segment.paddr;
    segment.drop();
    expect(options.allocSegment(1).paddr).toBe(before);
  });

  test('untyped segment reader and writer', () => {
    const segment = options.allocSegment(2);
    const reader = segment.reader();
    const writer = segment.writer();
    expect([reader.remain, writer.avail]).toEqual([2 * PAGE_SIZE, 2 * PAGE_SIZE]);
    const data = new Uint8Array(PAGE_SIZE + 256).fill(0xbb);
    writer.write(data);
    const buffer = new Uint8Array(PAGE_SIZE + 256);
    reader.read(buffer);
    expect(buffer).toEqual(data);
  });

  test('values at offsets', () => {
    const segment = options.allocSegment(1);
    [1, 2, 3].forEach((value, i) => {
      segment.writeVal(i * 4, 'u32', value);
    });
    const bytes = new Uint8Array(12);
    segment.readBytes(0, bytes);
    expect(bytes).toEqual(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0));
    expect(segment.readVal(0, 'u32')).toBe(1);
    expect(() => segment.writeVal(8192, 'u32', 1)).toThrow(code('InvalidArgs'));
  });
});

describe('fromUnused', () => {
  test('refuses ranges that are no frames', () => {
    const first = machine.firstFree;
    expect(() =>
      Segment.fromUnused(machine, { start: first * PAGE_SIZE, end: first * PAGE_SIZE + 1 }),
    ).toThrow(code('NotAligned'));
    expect(() => Segment.fromUnused(machine, pages(first, 65))).toThrow(code('OutOfBound'));
    expect(() => Segment.fromUnused(machine, pages(first, first))).toThrow(code('InvalidArgs'));
    expect(() => Segment.fromUnused(machine, pages(first + 1, first))).toThrow(code('OutOfBound'));
    expect(() => Segment.fromUnused(machine, { start: Number.NaN, end: PAGE_SIZE })).toThrow(
      code('NotAligned'),
    );
    expect(() => Segment.fromUnused(machine, pages(-2, 2))).toThrow(code('OutOfBound'));
  });

  test('reaches the last frame of RAM', () => {
    const segment = Segment.fromUnused(machine, pages(60, 64));
    expect(segment.endPaddr).toBe(64 * PAGE_SIZE);
  });

  test('undoes everything where a frame in the middle is in use, and gives nothing to the allocator', () => {
    const taken = Frame.fromUnused(machine, 13 * PAGE_SIZE);
    const values: number[] = [];
    const make = () =>
      Segment.fromUnused(machine, pages(10, 16), (paddr) => {
        values.push(paddr / PAGE_SIZE);
        return ObservedMeta({ value: paddr / PAGE_SIZE });
      });
    expect(make).toThrow(code('InUse'));
    expect(values).toEqual([10, 11, 12, 13]);
    expect(drops.map((drop) => drop.value)).toEqual([10, 11, 12]);
    for (let frame = 10; frame < 16; frame++) {
      expect(slotWord(frame * PAGE_SIZE, SLOT.refCount)).toBe(frame === 13 ? REF_ONE : 0);
      expect(slotWord(frame * PAGE_SIZE, SLOT.metaType)).toBe(0);
    }
    expect(() => Segment.fromUnused(machine, pages(10, 16))).toThrow(code('InUse'));
    expect(slotWord(10 * PAGE_SIZE, SLOT.refCount)).toBe(0);
    expect(taken.referenceCount).toBe(1);
    expect(machine.allocator.deallocs).toEqual([]);
  });

  test('undoes everything where the metadata function throws', () => {
    const make = () =>
      Segment.fromUnused(machine, pages(10, 14), (paddr) => {
        if (paddr === 12 * PAGE_SIZE) throw new Error('no metadata');
        // The second one's onDrop throws while it is undone: the first error is the one that counts.
        return ObservedMeta({ value: paddr === 11 * PAGE_SIZE ? 13 : 1 });
      });
    expect(make).toThrow('no metadata');
    for (let frame = 10; frame < 14; frame++) expect(slotWord(frame * PAGE_SIZE, SLOT.refCount)).toBe(0);
    expect(machine.allocator.deallocs).toEqual([]);
  });
});

describe('dropping', () => {
  test('gives neighbours back together, and what others hold later', () => {
    const segment = options.allocSegment(6);
    const { paddr } = segment;
    const slice = segment.slice(pages(2, 3));
    segment.drop();
    expect(machine.allocator.deallocs).toEqual([
      [paddr, 2 * PAGE_SIZE],
      [paddr + 3 * PAGE_SIZE, 3 * PAGE_SIZE],
    ]);
    slice.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
    expect(() => segment.drop()).toThrow(code('UseAfterDrop'));
    expect(() => slice.drop()).toThrow(code('UseAfterDrop'));
  });

  test('says what went wrong where the allocator fails, and keeps the frames that it has not given up', () => {
    const segment = options.allocSegment(5);
    const shared = Frame.fromInUse(machine, segment.paddr + 2 * PAGE_SIZE);
    const { dealloc } = machine.allocator;
    machine.allocator.dealloc = () => {
      throw new Error('the lock is broken');
    };
    expect(() => segment.drop()).toThrow('the lock is broken');
    expect([segment.isLive, segment.nframes]).toEqual([true, 2]);
    machine.allocator.dealloc = dealloc;
    segment.drop();
    shared.drop();
    // The two frames whose free failed are lost, and no more.
    expect(machine.allocator.freeSize()).toBe(freeBefore - 2 * PAGE_SIZE);
  });

  test('runs onDrop of every frame and throws the first error, with all of them free', () => {
    const segment = options.allocSegmentWith(4, (paddr) =>
      ObservedMeta({ value: (paddr / PAGE_SIZE) % 2 === 0 ? 13 : 1 }),
    );
    expect(() => segment.drop()).toThrow('unlucky metadata');
    expect(drops).toHaveLength(4);
    expect(segment.isLive).toBe(false);
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('keeps what it cannot give up', () => {
    const segment = options.allocSegmentWith(4, () => MockFrameMeta);
    const { paddr } = segment;
    const word = (paddr / PAGE_SIZE + 2) * META_SLOT_WORDS + SLOT.metaType;
    const known = machine.slots.words[word];
    machine.slots.words[word] = 12345;
    expect(() => segment.drop()).toThrow(code('MetaTypeUnknown'));
    expect(machine.allocator.deallocs).toEqual([[paddr, 2 * PAGE_SIZE]]);
    expect(segment.paddrRange).toEqual({ start: paddr + 2 * PAGE_SIZE, end: paddr + 4 * PAGE_SIZE });
    machine.slots.words[word] = known;
    segment.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('using drops what is left; a loop that ends early drops the rest', () => {
    {
      using segment = options.allocSegment(4);
      for (const frame of segment) {
        frame.drop();
        break;
      }
      expect(segment.isLive).toBe(false);
      using other = options.allocSegment(3);
      expect(other.next().value?.paddr).toBeDefined();
      expect(other.nframes).toBe(2);
    }
    expect(machine.allocator.freeSize()).toBe(freeBefore - PAGE_SIZE);
  });

  test('frames of a segment outlive it', () => {
    const segment = options.allocSegment(3);
    const frame = Frame.fromInUse(machine, segment.paddr + PAGE_SIZE);
    const clone = segment.clone();
    segment.drop();
    expect(frame.referenceCount).toBe(2);
    expect(machine.allocator.deallocs).toEqual([]);
    clone.drop();
    expect(frame.referenceCount).toBe(1);
    frame.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });
});

test('an empty slice is a segment of nothing', () => {
  const segment = options.allocSegment(2);
  const empty = segment.slice(pages(1, 1));
  expect([empty.size, empty.paddr]).toEqual([0, segment.paddr + PAGE_SIZE]);
  expect([...empty.clone()]).toEqual([]);
  empty.drop();
  segment.drop();
  expect(machine.allocator.freeSize()).toBe(freeBefore);
});

test('a clone that cannot count one frame leaves the others as they were', () => {
  const segment = options.allocSegment(3);
  const word = (segment.paddr / PAGE_SIZE + 2) * META_SLOT_WORDS;
  machine.slots.words[word] = REF_MAX;
  expect(() => segment.clone()).toThrow(code('RefCountOverflow'));
  expect(() => segment.slice(pages(1, 3))).toThrow(code('RefCountOverflow'));
  expect(slotWord(segment.paddr, SLOT.refCount)).toBe(REF_ONE);
  expect(slotWord(segment.paddr + PAGE_SIZE, SLOT.refCount)).toBe(REF_ONE);
});

test('raw ranges can be taken back, and what nobody holds cannot', () => {
  const segment = options.allocSegmentWith(3, () => MockUFrameMeta({ value: 1 }));
  const range = segment.intoRaw();
  expect(() => segment.paddr).toThrow(code('UseAfterDrop'));
  const back = Segment.fromRaw(machine, range).as(MockUFrameMeta);
  expect(back.paddrRange).toEqual(range);
  back.drop();
  expect(() => Segment.fromRaw(machine, range)).toThrow(code('Unused'));
  expect(machine.allocator.freeSize()).toBe(freeBefore);
});
