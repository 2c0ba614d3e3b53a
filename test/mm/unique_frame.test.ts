import { describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { Unit } from '#src/mm/frame/frame_meta.js';
import { REF_UNIQUE, SLOT } from '#src/mm/frame/meta_slots.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { freeBefore, machine, options, slotWord } from './fresh_machine.ts';
import { drops, MockFrameMeta, MockUFrameMeta, ObservedMeta } from './mock_meta.ts';

describe('UniqueFrame', () => {
  test('is made of the only reference, and of no other', () => {
    const frame = options.allocFrameWith(MockFrameMeta({ value: 1 }));
    const clone = frame.clone();
    expect(() => UniqueFrame.tryFrom(frame)).toThrow(code('InUse'));
    clone.drop();
    const { paddr } = frame;
    const unique = UniqueFrame.tryFrom(frame);
    expect(frame.isLive).toBe(false);
    expect(unique.paddr).toBe(paddr);
    expect([unique.size, unique.mapLevel]).toEqual([PAGE_SIZE, 1]);
    expect(() => Frame.fromInUse(machine, paddr)).toThrow(code('Unique'));
    expect(() => Frame.fromUnused(machine, paddr)).toThrow(code('Unique'));
    const shared = unique.intoFrame();
    expect(unique.isLive).toBe(false);
    expect(shared.referenceCount).toBe(1);
    expect(shared.meta().value).toBe(1);
  });

  test('tells whoever watches contents of a writer', () => {
    const exposed: [number, number][] = [];
    const watched = {
      ...machine,
      contentsWatch: { zeroed() {}, exposed: (paddr: number, size: number) => exposed.push([paddr, size]) },
    };
    const unique = UniqueFrame.fromUnused(watched, machine.firstFree * PAGE_SIZE);
    unique.writer();
    expect(exposed).toEqual([[unique.paddr, PAGE_SIZE]]);
  });

  test('lets its metadata be changed, and a frame does not', () => {
    const unique = UniqueFrame.fromUnused(
      machine,
      machine.firstFree * PAGE_SIZE,
      MockFrameMeta({ value: 1 }),
    );
    unique.metaMut().value = 2;
    expect(unique.meta().value).toBe(2);
    expect(() => Object.assign(unique.meta(), { value: 3 })).toThrow(TypeError);
    expect(() => Object.assign(unique.metaMut(), { value: 2 ** 32 })).toThrow(code('InvalidArgs'));
    const meta = unique.metaMut();
    const frame = unique.intoFrame();
    expect(() => Object.assign(meta, { value: 3 })).toThrow(code('UseAfterDrop'));
    expect(frame.meta().value).toBe(2);
  });

  test('can be repurposed: the old metadata ends, the frame stays', () => {
    const frame = options.allocFrameWith(ObservedMeta({ value: 5 }));
    const { paddr } = frame;
    const unique = UniqueFrame.tryFrom(frame);
    const repurposed = unique.repurpose(MockUFrameMeta({ value: 6 }));
    expect(drops.map((drop) => drop.value)).toEqual([5]);
    expect(() => unique.meta()).toThrow(code('UseAfterDrop'));
    expect(repurposed.meta().value).toBe(6);
    expect(slotWord(paddr, SLOT.refCount)).toBe(REF_UNIQUE);
    const plain = repurposed.repurpose(Unit);
    expect(slotWord(paddr, SLOT.metaType)).toBe(0);
    plain.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('is freed where onDrop throws while it is repurposed', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value: 13 })));
    const { paddr } = unique;
    expect(() => unique.repurpose(MockFrameMeta)).toThrow('unlucky metadata');
    expect([slotWord(paddr, SLOT.refCount), slotWord(paddr, SLOT.metaType)]).toEqual([0, 0]);
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('reset as unused does everything but give the frame to the allocator', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value: 5 })));
    const { paddr } = unique;
    unique.resetAsUnused();
    expect(drops).toHaveLength(1);
    expect([slotWord(paddr, SLOT.refCount), slotWord(paddr, SLOT.metaType)]).toEqual([0, 0]);
    expect(machine.allocator.deallocs).toEqual([]);
    expect(() => unique.resetAsUnused()).toThrow(code('UseAfterDrop'));
    UniqueFrame.fromUnused(machine, paddr).resetAsUnused();
    expect(slotWord(paddr, SLOT.refCount)).toBe(0);
    Frame.fromUnused(machine, paddr).drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('drops once, and with using', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrame());
    unique.drop();
    expect(() => unique.drop()).toThrow(code('UseAfterDrop'));
    {
      using scoped = UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value: 1 })));
      expect(scoped.meta().value).toBe(1);
    }
    expect(drops).toHaveLength(1);
    expect(() => UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value: 13 }))).drop()).toThrow(
      'unlucky',
    );
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('goes through raw addresses and back', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrameWith(MockFrameMeta({ value: 9 })));
    const paddr = unique.intoRaw();
    expect(() => unique.paddr).toThrow(code('UseAfterDrop'));
    const back = UniqueFrame.fromRaw<{ value: 'u32' }>(machine, paddr);
    expect(back.meta().value).toBe(9);
    expect(back.dynMeta().isUntyped()).toBe(false);
    expect(() => back.reader()).toThrow(code('MetaTypeMismatch'));
    back.drop();
  });

  test('untyped ones can be read and written', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrame());
    unique.writer().writeVal('u16', 0x1234);
    expect(unique.reader().readVal('u16')).toBe(0x1234);
    expect(unique.readVal(0, 'u8')).toBe(0x34);
  });

  test('a unique handle to a frame that was freed behind its back is a bad free', () => {
    const unique = UniqueFrame.tryFrom(options.allocFrame());
    const twin = UniqueFrame.fromRaw(machine, unique.paddr);
    unique.drop();
    expect(() => twin.drop()).toThrow(code('BadFree'));
    expect(() => twin.intoFrame()).toThrow(code('BadFree'));
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });
});
