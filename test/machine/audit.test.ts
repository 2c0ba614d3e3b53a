import { describe, expect, it } from 'vitest';
import { auditMachine } from '#src/machine/audit.js';
import { META_SLOT_SIZE, META_SLOT_WORDS, MetaSlots, REF_ONE } from '#src/mm/frame/meta_slots.js';
import { FrameMap } from '#src/mm/frame_map.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const FRAMES = 64;

/** Frames 8 to 39 are managed; 16 and 17 are allocated. The allocator says that it holds `ranges` of frames. */
function audited(ranges: readonly (readonly [number, number])[], problems: string[] = []) {
  const map = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);
  map.add(8, 32, 0);
  map.allocate(16, 2, 0);
  const slots = new MetaSlots(new SharedArrayBuffer(FRAMES * META_SLOT_SIZE), 0, FRAMES);
  const allocator = {
    audit: () => ({
      problems,
      free: ranges.map(([start, end]) => ({ start: start * PAGE_SIZE, end: end * PAGE_SIZE })),
      freeBytes: 0,
    }),
  } as unknown as GlobalFrameAllocator;
  return { map, slots, run: () => auditMachine(allocator, map, slots) };
}

describe('the audit of a machine', () => {
  it('is satisfied where the allocator holds every free frame once', () => {
    expect(
      audited([
        [18, 40],
        [8, 16],
      ]).run(),
    ).toEqual({
      problems: [],
      lostFrames: [],
      contradictions: [],
      deaths: [],
      freeBytes: 30 * PAGE_SIZE,
      allocatedBytes: 2 * PAGE_SIZE,
      managedBytes: 32 * PAGE_SIZE,
    });
  });

  it('names each frame that nobody holds, and calls that no contradiction', () => {
    const audit = audited([
      [8, 15],
      [19, 40],
    ]).run();
    expect(audit.lostFrames).toEqual([15, 18]);
    expect(audit.problems).toHaveLength(2);
    expect(audit.contradictions).toEqual([]);
  });

  it.each([
    [
      'an allocated frame',
      [
        [8, 17],
        [18, 40],
      ],
      'frame 16 at 0x10000 is allocated, but',
    ],
    [
      'a frame that was never managed',
      [
        [7, 16],
        [18, 40],
      ],
      'frame 7 at 0x7000 is unmanaged, but',
    ],
    [
      'a frame twice',
      [
        [8, 16],
        [18, 40],
        [20, 21],
      ],
      'frame 20 at 0x14000 is held as free twice',
    ],
    [
      'a frame outside RAM',
      [
        [8, 16],
        [18, 40],
        [64, 65],
      ],
      'outside RAM',
    ],
  ] as const)('finds that it holds %s', (_, ranges, expected) => {
    const audit = audited(ranges).run();
    expect(audit.problems).toEqual([expect.stringContaining(expected)]);
    expect(audit.contradictions).toEqual(audit.problems);
    expect(audit.lostFrames).toEqual([]);
  });

  it('finds a free frame whose slot says that it is used', () => {
    const { slots, run } = audited([
      [8, 16],
      [18, 40],
    ]);
    slots.words[30 * META_SLOT_WORDS] = REF_ONE;
    slots.words[16 * META_SLOT_WORDS] = REF_ONE;
    expect(run().problems).toEqual([expect.stringContaining('frame 30')]);
  });

  it('passes on what the allocator says of itself, and shortens a long list', () => {
    expect(
      audited(
        [
          [8, 16],
          [18, 40],
        ],
        ['its list is torn'],
      ).run().contradictions,
    ).toEqual(['its list is torn']);
    const { problems, lostFrames } = audited([]).run();
    expect(lostFrames).toHaveLength(30);
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('and 10 problems more');
  });
});
