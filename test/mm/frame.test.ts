import { afterEach, describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { META_SLOT_WORDS, REF_BUSY, REF_MAX, REF_UNIQUE, SLOT } from '#src/mm/frame/meta_slots.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { freeBefore, machine, options, slotWord } from './fresh_machine.ts';
import { drops, MockFrameMeta, MockUFrameMeta, ObservedMeta } from './mock_meta.ts';

describe('upstream behaviour', () => {
  test('frame allocation', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 42 }));
    expect(frame.meta().value).toBe(42);
    expect(frame.referenceCount).toBe(1);
    expect(frame.size).toBe(PAGE_SIZE);
    expect(frame.mapLevel).toBe(1);
    expect(frame.paddr % PAGE_SIZE).toBe(0);
  });

  test('frame clone', () => {
    const frame1 = options.allocFrameWith(MockFrameMeta({ value: 42 }));
    const frame2 = frame1.clone();
    expect(frame1.paddr).toBe(frame2.paddr);
    expect(frame1.meta().value).toBe(frame2.meta().value);
    expect([frame1.referenceCount, frame2.referenceCount]).toEqual([2, 2]);
    frame1.drop();
    expect(frame2.referenceCount).toBe(1);
    expect(machine.allocator.deallocs).toEqual([]);
  });

  test('frame drop', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 42 }));
    const before = frame.paddr;
    expect(frame.referenceCount).toBe(1);
    frame.drop();
    const again = options.allocFrameWith(MockFrameMeta({ value: 43 }));
    expect(again.paddr).toBe(before);
    expect(again.referenceCount).toBe(1);
    expect(again.meta().value).toBe(43);
  });

  test('frame to untyped frame', () => {
    const frame = options.allocFrameWith(MockUFrameMeta({ value: 42 })).asUntyped();
    expect(frame.size).toBe(PAGE_SIZE);
    expect(frame.dynMeta().isUntyped()).toBe(true);
  });

  test('frame conversions', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 42 }));
    const dynFrame = Frame.fromInUse(machine, frame.paddr);
    expect(dynFrame.dynMeta().isUntyped()).toBe(false);
    expect(dynFrame.as(MockFrameMeta).meta().value).toBe(42);
    expect(() => dynFrame.as(MockUFrameMeta)).toThrow(code('MetaTypeMismatch'));
    expect(() => dynFrame.asUntyped()).toThrow(code('MetaTypeMismatch'));
    expect(dynFrame.meta()).toBeDefined();
  });

  test('untyped frame reader and writer', () => {
    const frame = options.allocFrame();
    const reader = frame.reader();
    const writer = frame.writer();
    expect(reader.remain).toBe(PAGE_SIZE);
    expect(writer.avail).toBe(PAGE_SIZE);
    const data = new Uint8Array(128).fill(0xaa);
    expect(writer.write(data)).toBe(128);
    const buffer = new Uint8Array(128);
    expect(reader.read(buffer)).toBe(128);
    expect(buffer).toEqual(data);
  });

  test('a borrowed frame counts nothing', () => {
    const frame = options.allocFrameWith(MockUFrameMeta({ value: 42 }));
    const ref = frame.borrow();
    expect(ref.meta().value).toBe(42);
    expect(ref.paddr).toBe(frame.paddr);
    expect([ref.referenceCount, frame.referenceCount]).toEqual([1, 1]);
    expect(ref.reader().remain).toBe(PAGE_SIZE);
    const own = ref.clone();
    expect(frame.referenceCount).toBe(2);
    own.drop();
    frame.drop();
    expect(ref.isLive).toBe(false);
    expect(() => ref.meta()).toThrow(code('UseAfterDrop'));
    expect(() => ref.paddr).toThrow(code('UseAfterDrop'));
    expect(() => ref.clone()).toThrow(code('UseAfterDrop'));
  });

  test('a raw frame can be taken back', () => {
    const frame = options.allocFrameWith(MockUFrameMeta({ value: 42 }));
    const paddr = frame.intoRaw();
    expect(() => frame.paddr).toThrow(code('UseAfterDrop'));
    expect(Frame.fromInUse(machine, paddr).referenceCount).toBe(2);
    const back = Frame.fromRaw(machine, paddr).as(MockUFrameMeta);
    expect(back.referenceCount).toBe(2);
    expect(back.meta().value).toBe(42);
  });
});

describe('getting frames by address', () => {
  test.each([
    ['fromUnused', (paddr: number) => Frame.fromUnused(machine, paddr)],
    ['fromInUse', (paddr: number) => Frame.fromInUse(machine, paddr)],
    ['fromRaw', (paddr: number) => Frame.fromRaw(machine, paddr)],
    ['unique fromUnused', (paddr: number) => UniqueFrame.fromUnused(machine, paddr)],
    ['unique fromRaw', (paddr: number) => UniqueFrame.fromRaw(machine, paddr)],
  ])('%s refuses what is no frame', (_, get) => {
    expect(() => get(1)).toThrow(code('NotAligned'));
    expect(() => get(Number.NaN)).toThrow(code('NotAligned'));
    expect(() => get(64 * PAGE_SIZE)).toThrow(code('OutOfBound'));
    expect(() => get(-PAGE_SIZE)).toThrow(code('OutOfBound'));
    expect(() => get(2 ** 45)).toThrow(code('OutOfBound'));
  });

  test('each state has its error', () => {
    const paddr = machine.firstFree * PAGE_SIZE;
    const word = (paddr / PAGE_SIZE) * META_SLOT_WORDS;
    expect(() => Frame.fromInUse(machine, paddr)).toThrow(code('Unused'));
    expect(() => Frame.fromRaw(machine, paddr)).toThrow(code('Unused'));
    expect(() => UniqueFrame.fromRaw(machine, paddr)).toThrow(code('Unused'));

    const frame = Frame.fromUnused(machine, paddr);
    expect(() => Frame.fromUnused(machine, paddr)).toThrow(code('InUse'));
    expect(() => UniqueFrame.fromRaw(machine, paddr)).toThrow(code('InUse'));
    frame.intoRaw();

    for (const [state, name] of [
      [REF_BUSY, 'Busy'],
      [REF_UNIQUE, 'Unique'],
    ] as const) {
      machine.slots.words[word] = state;
      expect(() => Frame.fromUnused(machine, paddr)).toThrow(code(name));
      expect(() => Frame.fromInUse(machine, paddr)).toThrow(code(name));
      expect(() => Frame.fromRaw(machine, paddr)).toThrow(code(name));
      expect(machine.slots.words[word]).toBe(state);
    }
  });

  test('a count that is full is refused and left as it was', () => {
    const frame = options.allocFrame();
    const word = (frame.paddr / PAGE_SIZE) * META_SLOT_WORDS;
    machine.slots.words[word] = REF_MAX;
    expect(() => frame.clone()).toThrow(code('RefCountOverflow'));
    expect(() => Frame.fromInUse(machine, frame.paddr)).toThrow(code('RefCountOverflow'));
    expect(machine.slots.words[word]).toBe(REF_MAX);
    machine.slots.words[word] = REF_MAX - 1;
    frame.clone().drop();
    expect(machine.slots.words[word]).toBe(REF_MAX - 1);
  });
});

describe('dropping', () => {
  afterEach(() => {
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('a second drop throws and frees nothing', () => {
    const frame = options.allocFrame();
    const other = frame.clone();
    frame.drop();
    expect(() => frame.drop()).toThrow(code('UseAfterDrop'));
    expect(other.referenceCount).toBe(1);
    other.drop();
    expect(machine.allocator.deallocs).toHaveLength(1);
    expect(() => other.drop()).toThrow(code('UseAfterDrop'));
  });

  test('everything throws after a drop', () => {
    const frame = options.allocFrameWith(MockUFrameMeta({ value: 1 }));
    const meta = frame.meta();
    const reader = frame.reader();
    const writer = frame.writer();
    frame.drop();
    const uses: (() => unknown)[] = [
      () => frame.paddr,
      () => frame.referenceCount,
      () => frame.meta(),
      () => frame.dynMeta(),
      () => frame.clone(),
      () => frame.borrow(),
      () => frame.intoRaw(),
      () => frame.as(MockUFrameMeta),
      () => frame.asUntyped(),
      () => frame.reader(),
      () => frame.writer(),
      () => UniqueFrame.tryFrom(frame),
      () => meta.value,
      () => reader.read(new Uint8Array(1)),
      () => writer.write(new Uint8Array(1)),
    ];
    for (const use of uses) expect(use).toThrow(code('UseAfterDrop'));
    expect(frame.isLive).toBe(false);
    expect(String(frame)).toBe('Frame(dropped)');
  });

  test('using drops once, and not what was dropped or moved before', () => {
    let moved: number;
    {
      using kept = options.allocFrame();
      using dropped = options.allocFrame();
      using raw = options.allocFrame();
      expect(kept.referenceCount).toBe(1);
      dropped.drop();
      moved = raw.intoRaw();
    }
    expect(machine.allocator.deallocs).toHaveLength(2);
    Frame.fromRaw(machine, moved).drop();
  });

  test('onDrop runs once, at the last drop, with the content and the metadata, while the frame is busy', () => {
    const frame = options.allocFrameWith(ObservedMeta({ value: 7 }));
    frame.writer().write(Uint8Array.of(99));
    const { paddr } = frame;
    const clone = frame.clone();
    frame.drop();
    expect(drops).toEqual([]);
    clone.drop();
    expect(drops).toEqual([{ paddr, value: 7, firstByte: 99 }]);
    expect(slotWord(paddr, SLOT.metaType)).toBe(0);
  });

  test('what onDrop throws surfaces, and the frame is free all the same', () => {
    const frame = options.allocFrameWith(ObservedMeta({ value: 13 }));
    const { paddr } = frame;
    expect(() => frame.drop()).toThrow('unlucky metadata');
    expect(slotWord(paddr, SLOT.refCount)).toBe(0);
    expect(frame.isLive).toBe(false);
  });

  test('the last drop of a frame whose type is not loaded throws, and nothing is lost', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 5 }));
    const word = (frame.paddr / PAGE_SIZE) * META_SLOT_WORDS + SLOT.metaType;
    const known = machine.slots.words[word];
    machine.slots.words[word] = known ^ 0x1234;
    const clone = frame.clone();
    clone.drop();
    expect(() => frame.drop()).toThrow(code('MetaTypeUnknown'));
    expect(() => frame.meta()).toThrow(code('MetaTypeUnknown'));
    expect(frame.referenceCount).toBe(1);
    machine.slots.words[word] = known;
    frame.drop();
  });

  test('a handle to a frame that was freed behind its back is a bad free, which changes nothing', () => {
    const frame = options.allocFrame();
    const twin = Frame.fromRaw(machine, frame.paddr);
    const { paddr } = frame;
    frame.drop();
    expect(() => twin.drop()).toThrow(code('BadFree'));
    expect(() => twin.clone()).toThrow(code('BadFree'));
    expect(slotWord(paddr, SLOT.refCount)).toBe(0);
    expect(machine.allocator.deallocs).toHaveLength(1);
  });
});

test('typed frames have no readers and writers', () => {
  const frame = options.allocFrameWith(MockFrameMeta);
  expect(frame.meta().value).toBe(0);
  expect(() => frame.reader()).toThrow(code('MetaTypeMismatch'));
  expect(() => frame.writer()).toThrow(code('MetaTypeMismatch'));
  expect(() => frame.readBytes(0, new Uint8Array(1))).toThrow(code('MetaTypeMismatch'));
});

test('a frame can be read and written by offset, all or nothing', () => {
  const frame = options.allocFrame();
  frame.writeVal(8, 'u32', 0xdeadbeef);
  expect(frame.readVal(8, 'u32')).toBe(0xdeadbeef);
  expect(frame.readVal(8, 'u8')).toBe(0xef);
  frame.writeBytes(PAGE_SIZE - 2, Uint8Array.of(1, 2));
  const bytes = new Uint8Array(2);
  frame.readBytes(PAGE_SIZE - 2, bytes);
  expect(bytes).toEqual(Uint8Array.of(1, 2));
  expect(() => frame.writeBytes(PAGE_SIZE - 1, bytes)).toThrow(code('InvalidArgs'));
  expect(() => frame.readBytes(-1, bytes)).toThrow(code('InvalidArgs'));
  expect(() => frame.readVal(PAGE_SIZE - 3, 'u32')).toThrow(code('InvalidArgs'));
});
