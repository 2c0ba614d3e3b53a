import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { LIST, Link, LinkedList } from '#src/mm/frame/linked_list.js';
import { META_SLOT_WORDS, SLOT } from '#src/mm/frame/meta_slots.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { code } from './error_code.ts';
import { fakeMachine } from './fake_machine.ts';
import { freeBefore, machine, options, startAnew } from './fresh_machine.ts';
import { drops, MockUFrameMeta, ObservedMeta } from './mock_meta.ts';

type Fields = { readonly value: 'u32' };

const frameOf = (value: number) =>
  UniqueFrame.tryFrom(options.allocFrameWith(Link(MockUFrameMeta({ value }))));
const newList = () => new LinkedList<Fields>(machine);

function values(list: LinkedList<Fields>): number[] {
  const result: number[] = [];
  const cursor = list.cursorFrontMut();
  for (let meta = cursor.currentMeta(); meta !== null; meta = cursor.currentMeta()) {
    result.push(meta.value);
    cursor.moveNext();
  }
  return result;
}

describe('upstream behaviour', () => {
  test('push and pop', () => {
    const list = newList();
    expect(list.isEmpty()).toBe(true);
    list.pushFront(frameOf(1));
    list.pushFront(frameOf(2));
    list.pushBack(frameOf(3));
    expect(list.size).toBe(3);

    const cursor = list.cursorFrontMut();
    expect(cursor.currentMeta()?.value).toBe(2);
    cursor.moveNext();
    expect(cursor.currentMeta()?.value).toBe(1);
    cursor.moveNext();
    expect(cursor.currentMeta()?.value).toBe(3);
    cursor.moveNext();
    expect(cursor.currentMeta()).toBeNull();
    expect(cursor.asList().size).toBe(3);

    expect(list.popFront()?.meta().value).toBe(2);
    expect(list.size).toBe(2);
    expect(list.popBack()?.meta().value).toBe(3);
    expect(list.size).toBe(1);
    expect(list.popFront()?.meta().value).toBe(1);
    expect(list.size).toBe(0);
    expect(list.popFront()).toBeNull();
    expect(list.popBack()).toBeNull();
  });

  test('cursor at an address', () => {
    const frames = [1, 2, 3].map(frameOf);
    const addresses = frames.map((frame) => frame.paddr);
    const outside = frameOf(4);
    const list = newList();
    expect(list.contains(addresses[0])).toBe(false);
    for (const frame of frames) list.pushFront(frame);
    expect(list.contains(outside.paddr)).toBe(false);
    expect(list.cursorMutAt(outside.paddr)).toBeNull();
    addresses.forEach((address, i) => {
      expect(list.contains(address)).toBe(true);
      expect(list.cursorMutAt(address)?.currentMeta()?.value).toBe(i + 1);
    });
    for (const address of [1, addresses[0] + 1, -PAGE_SIZE, 64 * PAGE_SIZE, 2 ** 50, Number.NaN]) {
      expect(list.contains(address)).toBe(false);
      expect(list.cursorMutAt(address)).toBeNull();
    }
  });

  test('cursor operations', () => {
    const list = newList();
    list.pushFront(frameOf(1));
    list.pushFront(frameOf(2));
    const cursor = list.cursorFrontMut();
    cursor.moveNext();
    cursor.insertBefore(frameOf(3));
    expect(cursor.currentMeta()?.value).toBe(1);
    cursor.insertBefore(frameOf(4));
    expect(cursor.currentMeta()?.value).toBe(1);
    cursor.moveNext();
    expect(cursor.currentMeta()).toBeNull();
    cursor.insertBefore(frameOf(5));
    expect(cursor.currentMeta()).toBeNull();
    expect(cursor.asList().size).toBe(5);
    expect(values(list)).toEqual([2, 3, 4, 1, 5]);

    cursor.movePrev();
    expect(cursor.currentMeta()?.value).toBe(5);
    cursor.movePrev();
    expect(cursor.currentMeta()?.value).toBe(1);
    expect(cursor.takeCurrent()?.meta().value).toBe(1);
    expect(cursor.currentMeta()?.value).toBe(5);
    cursor.moveNext();
    expect(cursor.currentMeta()).toBeNull();
    for (const value of [5, 4, 3, 2]) {
      cursor.movePrev();
      expect(cursor.currentMeta()?.value).toBe(value);
    }
    expect(cursor.takeCurrent()?.meta().value).toBe(2);
    expect(cursor.currentMeta()?.value).toBe(3);
    cursor.moveNext();
    cursor.moveNext();
    expect(cursor.takeCurrent()?.meta().value).toBe(5);
    expect(cursor.currentMeta()).toBeNull();
    expect(cursor.asList().size).toBe(2);
    expect(values(list)).toEqual([3, 4]);
  });
});

describe('ownership', () => {
  test('a frame in a list belongs to it', () => {
    const list = newList();
    const frame = frameOf(1);
    const { paddr } = frame;
    list.pushBack(frame);
    expect(() => frame.drop()).toThrow(code('UseAfterDrop'));
    expect(() => list.pushBack(frame)).toThrow(code('UseAfterDrop'));
    expect(list.size).toBe(1);
    expect(() => Frame.fromInUse(machine, paddr)).toThrow(code('Unique'));
    expect(() => UniqueFrame.fromRaw(machine, paddr)).toThrow(code('Unique'));
    const back = list.popFront();
    expect(machine.slots.words[(paddr / PAGE_SIZE) * META_SLOT_WORDS + SLOT.inList]).toBe(0);
    back?.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('lists tell their frames apart', () => {
    const a = newList();
    const b = newList();
    const frame = frameOf(1);
    const { paddr } = frame;
    a.pushBack(frame);
    expect([a.contains(paddr), b.contains(paddr)]).toEqual([true, false]);
    b.pushBack(a.popBack() as UniqueFrame<Fields>);
    expect([a.contains(paddr), b.contains(paddr)]).toEqual([false, true]);
  });

  test('a frame of another machine is refused and stays with the caller', () => {
    const other = UniqueFrame.tryFrom(new FrameAllocOptions(fakeMachine()).allocFrame());
    expect(() => new LinkedList(machine).pushFront(other)).toThrow(code('InvalidArgs'));
    expect(other.isLive).toBe(true);
  });

  test('dropping a list drops its frames, whatever they throw, and leaves it empty', () => {
    {
      using list = new LinkedList<Fields>(machine);
      for (const value of [1, 13, 3, 13])
        list.pushBack(UniqueFrame.tryFrom(options.allocFrameWith(ObservedMeta({ value }))));
      expect(() => list.drop()).toThrow('unlucky metadata');
      expect(list.size).toBe(0);
      list.pushBack(frameOf(1));
    }
    expect(drops.map((drop) => drop.value)).toEqual([1, 13, 3, 13]);
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('dropping a list keeps a frame whose type is unknown', () => {
    const list = newList();
    const frame = frameOf(1);
    const word = (frame.paddr / PAGE_SIZE) * META_SLOT_WORDS + SLOT.metaType;
    const known = machine.slots.words[word];
    list.pushBack(frame);
    machine.slots.words[word] = 4711;
    expect(() => list.drop()).toThrow(code('MetaTypeUnknown'));
    expect(list.size).toBe(1);
    machine.slots.words[word] = known;
    list.drop();
    expect(machine.allocator.freeSize()).toBe(freeBefore);
  });

  test('metadata can be changed through a cursor, as long as it stays there', () => {
    const list = newList();
    list.pushBack(frameOf(1));
    list.pushBack(frameOf(2));
    const cursor = list.cursorFrontMut();
    const meta = cursor.currentMeta();
    if (meta === null) throw new Error('no metadata');
    meta.value = 7;
    expect(values(list)).toEqual([7, 2]);
    cursor.moveNext();
    expect(() => meta.value).toThrow(code('UseAfterDrop'));
  });

  test('a cursor at a frame that was taken out says so', () => {
    const list = newList();
    for (const value of [1, 2, 3]) list.pushBack(frameOf(value));
    const cursor = list.cursorFrontMut();
    const meta = cursor.currentMeta();
    const taken = list.popFront();
    expect(() => cursor.moveNext()).toThrow(code('NotInList'));
    expect(() => cursor.movePrev()).toThrow(code('NotInList'));
    expect(() => cursor.currentMeta()).toThrow(code('NotInList'));
    expect(() => cursor.takeCurrent()).toThrow(code('NotInList'));
    expect(() => cursor.insertBefore(frameOf(9))).toThrow(code('NotInList'));
    expect(() => meta?.value).toThrow(code('UseAfterDrop'));
    // In another list it is still not in this one.
    newList().pushBack(taken as UniqueFrame<Fields>);
    expect(() => cursor.moveNext()).toThrow(code('NotInList'));
    expect(values(list)).toEqual([2, 3]);
  });

  test('a list whose state is in shared words is the same list to everybody', () => {
    const words = new Int32Array(new SharedArrayBuffer(4 * (LIST.WORDS + 3)));
    const here = new LinkedList<Fields>(machine, words, 3);
    const there = new LinkedList<Fields>(machine, words, 3);
    here.pushBack(frameOf(1));
    there.pushBack(frameOf(2));
    expect(values(here)).toEqual([1, 2]);
    expect(there.popFront()?.meta().value).toBe(1);
    expect(here.size).toBe(1);
  });
});

test('agrees with an array', () => {
  const step = fc.record({ kind: fc.nat(9), pick: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      startAnew();
      const list = newList();
      const model: { value: number; paddr: number }[] = [];
      let cursor = list.cursorFrontMut();
      // The ghost is the place after the last.
      let at = 0;
      let nextValue = 0;
      const make = () => {
        const frame = frameOf(nextValue);
        return { frame, entry: { value: nextValue++, paddr: frame.paddr } };
      };
      const check = (taken: UniqueFrame<Fields> | null, expected: { value: number } | undefined) => {
        expect(taken?.meta().value).toBe(expected?.value);
        taken?.drop();
      };
      for (const { kind, pick } of steps) {
        if (kind <= 3 && model.length > 40) continue;
        const size = model.length;
        if (kind === 0 || kind === 1) {
          const { frame, entry } = make();
          if (kind === 0) {
            list.pushFront(frame);
            model.unshift(entry);
            at += 1;
          } else {
            list.pushBack(frame);
            if (at === size) at += 1;
            model.push(entry);
          }
        } else if (kind === 2 || kind === 3) {
          const { frame, entry } = make();
          cursor.insertBefore(frame);
          model.splice(at, 0, entry);
          at += 1;
        } else if (kind === 4) {
          check(cursor.takeCurrent(), at < size ? model.splice(at, 1)[0] : undefined);
        } else if (kind === 5) {
          cursor.moveNext();
          at = at === size ? 0 : at + 1;
        } else if (kind === 6) {
          cursor.movePrev();
          at = at === 0 ? size : at - 1;
        } else if (kind === 7) {
          if (size === 0) continue;
          at = pick % size;
          const found = list.cursorMutAt(model[at].paddr);
          expect(found).not.toBeNull();
          cursor = found as typeof cursor;
        } else if (kind === 8) {
          check(list.popFront(), model.shift());
          cursor = list.cursorFrontMut();
          at = 0;
        } else {
          check(list.popBack(), model.pop());
          cursor = list.cursorBackMut();
          at = Math.max(0, model.length - 1);
        }
        expect(cursor.current).toBe(model[at]?.paddr ?? null);
        expect(cursor.currentMeta()?.value).toBe(model[at]?.value);
        expect(list.size).toBe(model.length);
        expect(list.isEmpty()).toBe(model.length === 0);
        expect(values(list)).toEqual(model.map((entry) => entry.value));
        // And backwards.
        const back = list.cursorBackMut();
        for (const entry of [...model].reverse()) {
          expect(back.current).toBe(entry.paddr);
          expect(list.contains(entry.paddr)).toBe(true);
          back.movePrev();
        }
        expect(back.current).toBeNull();
      }
      list.drop();
      expect(machine.allocator.freeSize()).toBe(freeBefore);
    }),
    { numRuns: 200 },
  );
});
