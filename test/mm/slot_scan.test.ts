import { expect, test } from 'vitest';
import { KernelMeta } from '#src/mm/frame/builtin_meta.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { META_SLOT_WORDS, REF_BUSY } from '#src/mm/frame/meta_slots.js';
import { Segment } from '#src/mm/frame/segment.js';
import { scanSlots } from '#src/mm/frame/slot_scan.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { fakeMachine } from './fake_machine.ts';
import { MockFrameMeta, MockUFrameMeta } from './mock_meta.ts';

test('a scan counts frames by state and type, and lists who is held', () => {
  const machine = fakeMachine();
  const options = new FrameAllocOptions(machine);
  expect(scanSlots(machine.slots)).toMatchObject({
    unused: 64,
    busy: 0,
    unique: 0,
    inUse: 0,
    invalid: 0,
    held: [],
  });

  Segment.fromUnused(machine, { start: 0, end: PAGE_SIZE }, () => KernelMeta).intoRaw();
  const segment = options.allocSegmentWith(3, () => MockFrameMeta);
  segment.slice({ start: 0, end: PAGE_SIZE });
  const unique = UniqueFrame.tryFrom(options.allocFrameWith(MockUFrameMeta));
  const plain = options.allocFrame();
  machine.slots.words[40 * META_SLOT_WORDS] = REF_BUSY;
  machine.slots.words[41 * META_SLOT_WORDS] = -5;
  machine.slots.words[41 * META_SLOT_WORDS + 1] = 0x1234;

  const scan = scanSlots(machine.slots);
  expect(scan).toMatchObject({ unused: 56, busy: 1, unique: 1, inUse: 5, invalid: 1 });
  expect([...scan.byType]).toEqual([
    ['KernelMeta', 1],
    ['MockFrameMeta', 3],
    ['MockUFrameMeta', 1],
    ['()', 2],
    ['type 0x1234', 1],
  ]);
  expect(scan.held[1]).toEqual({
    paddr: segment.paddr,
    references: 2,
    state: 'inUse',
    metaType: 'MockFrameMeta',
  });
  expect(scan.held.find((held) => held.state === 'unique')?.paddr).toBe(unique.paddr);
  expect(scan.held.find((held) => held.state === 'busy')?.paddr).toBe(40 * PAGE_SIZE);
  expect(scan.held.find((held) => held.state === 'invalid')?.paddr).toBe(41 * PAGE_SIZE);

  const part = scanSlots(machine.slots, { start: 0, end: plain.paddr + PAGE_SIZE }, 2, ['KernelMeta']);
  expect(part.held.map((held) => held.metaType)).toEqual(['MockFrameMeta', 'MockFrameMeta']);
  expect(part).toMatchObject({ unused: 0, inUse: 5, unique: 1 });
});
