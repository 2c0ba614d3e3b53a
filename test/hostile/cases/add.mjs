import { Machine, PAGE_SIZE } from '#src/index.js';
import { anything, badNumbers, notNumbers } from '../bad_values.mjs';

export const neighbour = true;

const withheld = (w) => w.machine.hotplug[0];
const add = (w, range) => w.machine.addFreeMemory(range);
const raw = (w, addr, size) => w.machine.allocator.addFreeMemory(addr, size);
const REFUSED = ['InvalidArgs', 'NotAligned', 'OutOfBound', 'BadFree'];

export const rows = [
  ['addFreeMemory of', (w, range) => add(w, range), 'InvalidArgs', anything],
  [
    'addFreeMemory from',
    (w, start) => add(w, { start, end: withheld(w).end }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2 ** 20)],
  ],
  [
    'addFreeMemory up to',
    (w, end) => add(w, { start: withheld(w).start, end }),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2 ** 20)],
  ],
  [
    'addFreeMemory shifted by',
    (w, by) => add(w, { start: withheld(w).start + by, end: withheld(w).end }),
    'InvalidArgs',
    [
      ['1', 1],
      ['minus a page', -PAGE_SIZE],
      ['a half', 0.5],
    ],
  ],
  [
    'addFreeMemory of nothing',
    (w) => {
      const { start } = withheld(w);
      add(w, { start, end: start });
    },
    'InvalidArgs',
  ],
  [
    'addFreeMemory twice',
    (w) => {
      const { start } = withheld(w);
      const range = { start, end: start + PAGE_SIZE };
      add(w, range);
      add(w, range);
    },
    'BadFree',
  ],
  ['addFreeMemory of the kernel', (w) => add(w, { start: 0, end: PAGE_SIZE }), 'InvalidArgs'],
  [
    'addFreeMemory by an observer',
    (w) => Machine.observe(w.machine.handle).addFreeMemory(withheld(w)),
    'NotBooted',
  ],
  [
    'addFreeMemory while parked',
    (w) => {
      w.machine.park();
      w.undo.push(() => w.machine.unpark());
      add(w, withheld(w));
    },
    'CpuBusy',
  ],
  [
    'addFreeMemory of a range that changes its mind',
    (w) => {
      const { start } = withheld(w);
      let reads = 0;
      add(w, {
        start,
        get end() {
          return reads++ === 0 ? start + PAGE_SIZE : 2 ** 30;
        },
      });
    },
    'fine',
  ],
  [
    'the allocator’s addFreeMemory at',
    (w, addr) => raw(w, addr, PAGE_SIZE),
    REFUSED,
    [...badNumbers, ...notNumbers(2 ** 20)],
  ],
  [
    'the allocator’s addFreeMemory of',
    (w, size) => raw(w, withheld(w).start, size),
    REFUSED,
    [...badNumbers, ...notNumbers()],
  ],
  ['the allocator’s addFreeMemory of the kernel', (w) => raw(w, 0, PAGE_SIZE), 'OutOfBound'],
  ['the allocator’s addFreeMemory of a block', (w) => raw(w, w.block, PAGE_SIZE), 'BadFree'],
  [
    'FrameMap.add from',
    (w, frame) => w.machine.frameMap.add(frame, 1, 0),
    REFUSED,
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'FrameMap.add of',
    (w, frames) => w.machine.frameMap.add(1, frames, 0),
    REFUSED,
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'FrameMap.adopt from',
    (w, frame) => w.machine.frameMap.adopt(frame, 1, 0),
    REFUSED,
    [...badNumbers, ...notNumbers(1)],
  ],
];
