import { describe, expect, test } from 'vitest';
import {
  EarlyAllocatedFrameMeta,
  KernelMeta,
  MetaPageMeta,
  ReservedMemoryMeta,
  UnusableMemoryMeta,
} from '#src/mm/frame/builtin_meta.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { defineFrameMeta, type FrameMetaDefinition, metaTypeOf, Unit } from '#src/mm/frame/frame_meta.js';
import { META_SLOT_WORDS, SLOT } from '#src/mm/frame/meta_slots.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { fakeMachine } from './fake_machine.ts';
import { drops, MockFrameMeta, ObservedMeta } from './mock_meta.ts';

const Everything = defineFrameMeta({
  name: 'Everything',
  fields: { a: 'u8', b: 'i16', c: 'u32', d: 'f64', e: 'bool', f: 'i64', g: 'f32', h: 'u16', i: 'i8' },
});

describe('defineFrameMeta', () => {
  test('lays fields out in order, each aligned to its size', () => {
    const offsets = Everything.type.fields.map((field) => [field.name, field.offset]);
    expect(offsets).toEqual([
      ['a', 0],
      ['b', 2],
      ['c', 4],
      ['d', 8],
      ['e', 16],
      ['f', 24],
      ['g', 32],
      ['h', 36],
      ['i', 38],
    ]);
    expect(Everything.type.wordCount).toBe(10);
    expect(Everything.name).toBe('Everything');
  });

  test('keeps every kind of value, in the slot of its frame only', () => {
    const machine = fakeMachine();
    const given = {
      a: 255,
      b: -2,
      c: 0xffff_ffff,
      d: Math.PI,
      e: true,
      f: -(2n ** 63n),
      g: 0.5,
      h: 65535,
      i: -128,
    };
    const frame = new FrameAllocOptions(machine).allocFrameWith(Everything(given));
    const meta = frame.meta();
    for (const [name, value] of Object.entries(given)) expect(meta[name as keyof typeof given]).toBe(value);
    const slot = (frame.paddr / PAGE_SIZE) * META_SLOT_WORDS;
    const before = machine.slots.words.slice(slot + META_SLOT_WORDS, slot + 2 * META_SLOT_WORDS);
    expect(before.every((word) => word === 0)).toBe(true);
    expect(machine.slots.words[slot + SLOT.metaType]).toBe(Everything.type.id);
  });

  test('fields that are not given are zero, whatever was in the slot before', () => {
    const machine = fakeMachine();
    const options = new FrameAllocOptions(machine);
    const first = options.allocFrameWith(Everything({ a: 9, d: 9, i: 9 }));
    const { paddr } = first;
    first.drop();
    for (const frame of [options.allocFrameWith(Everything({ c: 1 })), options.allocFrameWith(Everything)]) {
      const meta = frame.meta();
      expect([meta.a, meta.d, meta.i, meta.e, meta.f]).toEqual([0, 0, 0, false, 0n]);
    }
    expect(paddr).toBeGreaterThan(0);
  });

  test('new is allowed before a type, as for a class', () => {
    const value = new (MockFrameMeta as unknown as new (values: object) => object)({ value: 3 });
    const frame = new FrameAllocOptions(fakeMachine()).allocFrameWith(value as never);
    expect((frame.meta() as unknown as { value: number }).value).toBe(3);
  });

  test.each([
    [{ a: 256 }],
    [{ a: -1 }],
    [{ a: 0.5 }],
    [{ b: 40000 }],
    [{ c: Number.NaN }],
    [{ d: '1' }],
    [{ e: 1 }],
    [{ f: 1 }],
    [{ f: 2n ** 63n }],
    [{ g: 0.1 }],
    [{ unknown: 1 }],
  ])('refuses the value %o', (values) => {
    expect(() => Everything(values as never)).toThrow(code('InvalidArgs'));
  });

  test('zeros are stored in fields of Infinity and NaN where the kind has them', () => {
    const frame = new FrameAllocOptions(fakeMachine()).allocFrameWith(
      Everything({ d: Number.NaN, g: Number.NEGATIVE_INFINITY }),
    );
    expect(frame.meta().d).toBeNaN();
    expect(frame.meta().g).toBe(Number.NEGATIVE_INFINITY);
  });

  test.each<[string, FrameMetaDefinition<Record<string, never>>]>([
    [
      'more than 40 bytes',
      { name: 'TooLarge', fields: Object.fromEntries([...'abcdef'].map((f) => [f, 'f64'])) as never },
    ],
    ['an unknown kind', { name: 'BadKind', fields: { a: 'u128' } as never }],
    ['a kind from the prototype', { name: 'BadKind', fields: { a: 'toString' } as never }],
    ['a field that hides a method', { name: 'BadField', fields: { isUntyped: 'u8' } as never }],
    ['a field that is no name', { name: 'BadField', fields: { 'a b': 'u8' } as never }],
    ['an empty name', { name: '' }],
    ['a name that is taken', { name: 'Everything', fields: { a: 'u8' } as never }],
    ['the name of no metadata', { name: '()' }],
  ])('refuses %s', (_, definition) => {
    expect(() => defineFrameMeta(definition)).toThrow(code('InvalidArgs'));
  });

  test('the same definition again is the same type', () => {
    const again = defineFrameMeta({ name: 'MockFrameMeta', fields: { value: 'u32' } });
    const frame = new FrameAllocOptions(fakeMachine()).allocFrameWith(MockFrameMeta({ value: 4 }));
    expect(frame.as(again).meta().value).toBe(4);
    expect(metaTypeOf(MockFrameMeta.type.id)?.name).toBe('MockFrameMeta');
  });

  test('ids depend on the definition alone: they are the same in every thread, and in every version', () => {
    expect(Unit.type.id).toBe(0);
    // Written down, because RAM images and replays hold them.
    expect(EarlyAllocatedFrameMeta.type.id).toBe(0xbfc075f);
    const ids = [
      EarlyAllocatedFrameMeta,
      KernelMeta,
      MetaPageMeta,
      ReservedMemoryMeta,
      UnusableMemoryMeta,
    ].map((meta) => meta.type.id);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toBeGreaterThan(0);
  });

  test('metadata that is none is refused', () => {
    const options = new FrameAllocOptions(fakeMachine());
    for (const meta of [null, 7, {}, () => 1]) {
      expect(() => options.allocFrameWith(meta as never)).toThrow(code('InvalidArgs'));
    }
  });

  test('what onDrop is lent ends with it', () => {
    const lent: { value: number }[] = [];
    const Lender = defineFrameMeta({
      name: 'Lender',
      fields: { value: 'u32' },
      onDrop: (_, meta) => {
        meta.value += 1;
        lent.push(meta, { value: meta.value });
      },
    });
    const machine = fakeMachine();
    new FrameAllocOptions(machine).allocFrameWith(Lender({ value: 5 })).drop();
    expect(lent[1].value).toBe(6);
    expect(() => lent[0].value).toThrow(code('UseAfterDrop'));
  });

  test('onDrop may drop and allocate other frames', () => {
    const machine = fakeMachine();
    const options = new FrameAllocOptions(machine);
    const before = machine.allocator.freeSize();
    const Parent = defineFrameMeta({
      name: 'Parent',
      fields: { child: 'paddr' },
      onDrop: (_, meta, frame) => {
        UniqueFrame.fromRaw(frame.machine, meta.child).drop();
        new FrameAllocOptions(frame.machine).allocFrame().drop();
      },
    });
    drops.length = 0;
    const child = UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value: 1 }))).intoRaw();
    options.allocFrameWith(Parent({ child })).drop();
    expect(drops).toHaveLength(1);
    expect(machine.allocator.freeSize()).toBe(before);
  });
});
