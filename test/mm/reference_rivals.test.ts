import { beforeEach, describe, expect, test } from 'vitest';
import { Frame } from '#src/mm/frame/frame.js';
import { defineFrameMeta } from '#src/mm/frame/frame_meta.js';
import { LinkedList } from '#src/mm/frame/linked_list.js';
import { META_SLOT_WORDS, REF_MAX, REF_UNUSED, SLOT } from '#src/mm/frame/meta_slots.js';
import { Segment } from '#src/mm/frame/segment.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { withRival } from '../rival.ts';
import { fakeMachine } from './fake_machine.ts';

let drops = 0;
const Counted = defineFrameMeta({ name: 'CountedDrops', fields: { value: 'u32' }, onDrop: () => drops++ });
beforeEach(() => {
  drops = 0;
});

/** A machine and the address of a frame that the allocator gave out. */
function world() {
  const machine = fakeMachine(32);
  const paddr = machine.allocator.alloc({ frames: 1, alignFrames: 1 } as never) as number;
  const word = () => machine.slots.words[(paddr / PAGE_SIZE) * META_SLOT_WORDS];
  return { machine, paddr, word };
}

describe.each([
  ['without metadata', undefined],
  ['with metadata', Counted],
])('a frame %s, when another thread comes between', (_, meta) => {
  const make = (machine: ReturnType<typeof fakeMachine>, paddr: number) =>
    Frame.fromUnused(machine, paddr, meta as never);

  test('is taken from unused by one of them', () => {
    const { machine, paddr } = world();
    let rival: Frame | undefined;
    let code: string | undefined;
    const met = withRival(
      () => {
        rival = make(machine, paddr);
      },
      () => {
        code = codeOf(() => make(machine, paddr));
      },
    );
    expect([met, code, rival?.referenceCount]).toEqual([true, 'InUse', 1]);
  });

  test('counts references that are taken at the same time', () => {
    for (const [mine, other] of [
      ['clone', 'clone'],
      ['clone', 'find'],
      ['find', 'clone'],
      ['find', 'find'],
    ]) {
      const { machine, paddr } = world();
      const frame = make(machine, paddr);
      const take = (how: string) => void (how === 'clone' ? frame.clone() : Frame.fromInUse(machine, paddr));
      expect(
        withRival(
          () => take(other),
          () => take(mine),
        ),
      ).toBe(true);
      expect(frame.referenceCount).toBe(3);
    }
  });

  test('is freed once, by the last of two that drop it', () => {
    const { machine, paddr, word } = world();
    const one = make(machine, paddr);
    const other = one.clone() as Frame;
    expect(
      withRival(
        () => other.drop(),
        () => one.drop(),
      ),
    ).toBe(true);
    expect(word()).toBe(REF_UNUSED);
    expect(machine.allocator.deallocs).toEqual([[paddr, PAGE_SIZE]]);
    expect(drops).toBe(meta === undefined ? 0 : 1);
  });

  test('lives on where it is found while its last handle is dropped', () => {
    const { machine, paddr } = world();
    const frame = make(machine, paddr);
    let found: Frame | undefined;
    withRival(
      () => {
        found = Frame.fromInUse(machine, paddr);
      },
      () => frame.drop(),
    );
    expect(machine.allocator.deallocs).toEqual([]);
    expect([found?.referenceCount, drops]).toEqual([1, 0]);
  });

  test('is not found where its last handle is dropped before', () => {
    const { machine, paddr, word } = world();
    const frame = make(machine, paddr);
    let code: string | undefined;
    withRival(
      () => frame.drop(),
      () => {
        code = codeOf(() => Frame.fromInUse(machine, paddr));
      },
    );
    expect([code, word()]).toEqual(['Unused', REF_UNUSED]);
    expect(machine.allocator.deallocs).toHaveLength(1);
  });

  test('does not become unique where somebody finds it', () => {
    const { machine, paddr } = world();
    const frame = make(machine, paddr);
    let code: string | undefined;
    const met = withRival(
      () => void Frame.fromInUse(machine, paddr),
      () => {
        code = codeOf(() => UniqueFrame.tryFrom(frame));
      },
    );
    expect([met, code, frame.referenceCount]).toEqual([true, 'InUse', 2]);
  });
});

describe('a frame that is busy', () => {
  test('is found by nobody, while its metadata is made and while it is torn down', () => {
    const { machine, paddr } = world();
    const seen: (string | undefined)[] = [];
    const look = () => seen.push(codeOf(() => Frame.fromInUse(machine, paddr)));
    const Looking = defineFrameMeta({ name: 'LooksOnDrop', fields: { value: 'u32' }, onDrop: look });
    const { store } = Atomics;
    const slot = (paddr / PAGE_SIZE) * META_SLOT_WORDS;
    Atomics.store = ((...args: Parameters<typeof store>) => {
      look();
      // Whoever finds it from now on finds its metadata, too.
      expect(machine.slots.words[slot + SLOT.metaType]).toBe(Looking.type.id);
      expect(machine.slots.words[slot + SLOT.storage]).toBe(7);
      return store(...args);
    }) as never;
    let frame: Frame;
    try {
      frame = Frame.fromUnused(machine, paddr, Looking({ value: 7 })) as unknown as Frame;
    } finally {
      Atomics.store = store;
    }
    expect(seen).toEqual(['Busy']);
    expect((frame.dynMeta() as unknown as { value: number }).value).toBe(7);
    frame.drop();
    expect(seen).toEqual(['Busy', 'Busy']);
    expect(machine.slots.words[slot + SLOT.metaType]).toBe(0);
  });
});

describe('the most references', () => {
  test('are refused to one more, and stay as they are', () => {
    const { machine, paddr, word } = world();
    const frame = Frame.fromUnused(machine, paddr);
    machine.slots.words[(paddr / PAGE_SIZE) * META_SLOT_WORDS] = REF_MAX;
    for (const take of [
      () => frame.clone(),
      () => Frame.fromInUse(machine, paddr),
      () => new Segment(machine, paddr / PAGE_SIZE, paddr / PAGE_SIZE + 1).clone(),
    ]) {
      expect(codeOf(take)).toBe('RefCountOverflow');
      expect(word()).toBe(REF_MAX);
    }
  });
});

test('two lists of a machine have different ids, even where they get them at once', () => {
  const machine = fakeMachine(32);
  const lists = [new LinkedList(machine), new LinkedList(machine)];
  const frames = [0, 1].map(() =>
    UniqueFrame.fromUnused(
      machine,
      machine.allocator.alloc({ frames: 1, alignFrames: 1 } as never) as number,
    ),
  );
  const addresses = frames.map((frame) => frame.paddr);
  withRival(
    () => lists[1].pushBack(frames[1]),
    () => lists[0].pushBack(frames[0]),
  );
  expect(lists.map((list) => addresses.map((paddr) => list.contains(paddr)))).toEqual([
    [true, false],
    [false, true],
  ]);
});

/** The code of the error that `action` throws, if it throws one. */
function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
}
