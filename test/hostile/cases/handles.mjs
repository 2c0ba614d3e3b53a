import {
  Frame,
  FrameRef,
  Layout,
  Machine,
  PAGE_SIZE,
  Segment,
  trackHandles,
  UniqueFrame,
} from '#src/index.js';
import { anything, badNumbers, notNumbers } from '../bad_values.mjs';
import { Page, Typed } from '../world.mjs';

export const neighbour = true;

const ADDRESS = ['InvalidArgs', 'NotAligned', 'OutOfBound'];
const addresses = [...badNumbers, ...notNumbers(2 ** 20), ['the end of RAM', 2 ** 21]];
const ranges = [
  ...anything,
  ['NaN to 4096', { start: Number.NaN, end: 4096 }],
  ['strings', { start: '0', end: '4096' }],
  ['BigInts', { start: 0n, end: 4096n }],
  ['fractions', { start: 0.5, end: 4096.5 }],
  ['backwards', { start: 8192, end: 4096 }],
  ['minus a page', { start: -4096, end: 4096 }],
  ['beyond RAM', { start: 0, end: 2 ** 40 }],
  ['infinite', { start: 0, end: Number.POSITIVE_INFINITY }],
];
const parked = (w) => {
  w.machine.park();
  w.undo.push(() => w.machine.unpark());
};
/** A drop that is refused leaves the handle: it is dropped again afterwards. */
const dropParked = (handle) => (w) => {
  const it = handle(w);
  parked(w);
  it.drop();
};
const detached = (w) => {
  const other = Machine.attach(w.machine.handle, 2);
  return other;
};

export const rows = [
  ['Frame.fromUnused at', (w, paddr) => Frame.fromUnused(w.machine, paddr), ADDRESS, addresses],
  ['Frame.fromInUse at', (w, paddr) => Frame.fromInUse(w.machine, paddr), ADDRESS, addresses],
  ['Frame.fromRaw at', (w, paddr) => Frame.fromRaw(w.machine, paddr), ADDRESS, addresses],
  ['UniqueFrame.fromUnused at', (w, paddr) => UniqueFrame.fromUnused(w.machine, paddr), ADDRESS, addresses],
  ['UniqueFrame.fromRaw at', (w, paddr) => UniqueFrame.fromRaw(w.machine, paddr), ADDRESS, addresses],
  ['Frame.fromUnused of machine', (_, machine) => Frame.fromUnused(machine, 0), 'InvalidArgs', anything],
  ['Frame.fromInUse of machine', (_, machine) => Frame.fromInUse(machine, 0), 'InvalidArgs', anything],
  [
    'Segment.fromUnused of machine',
    (_, machine) => Segment.fromUnused(machine, { start: 0, end: 4096 }),
    'InvalidArgs',
    anything,
  ],
  ['Segment.fromUnused of range', (w, range) => Segment.fromUnused(w.machine, range), ADDRESS, ranges],
  ['Segment.fromRaw of range', (w, range) => Segment.fromRaw(w.machine, range), ADDRESS, ranges],
  ['Frame.fromUnused of a free frame', (w) => Frame.fromUnused(w.machine, w.freeFrame), 'Unique'],
  ['UniqueFrame.fromUnused of a free frame', (w) => UniqueFrame.fromUnused(w.machine, w.freeFrame), 'Unique'],
  [
    'Segment.fromUnused of free frames',
    (w) => {
      const start = w.freeFrame;
      Segment.fromUnused(w.machine, { start, end: start + PAGE_SIZE });
    },
    'Unique',
  ],
  [
    'Segment.fromUnused of a frame and a free one',
    (w) => {
      const paddr = w.machine.allocator.alloc(Layout.ofFrames(2));
      w.machine.allocator.dealloc(paddr + PAGE_SIZE, PAGE_SIZE);
      w.undo.push(() => w.machine.allocator.dealloc(paddr, PAGE_SIZE));
      Segment.fromUnused(w.machine, { start: paddr, end: paddr + 2 * PAGE_SIZE });
    },
    'Unique',
  ],
  [
    'Frame.fromUnused of withheld memory',
    (w) => Frame.fromUnused(w.machine, w.machine.hotplug[0].start),
    'OutOfBound',
  ],
  ['Frame.fromUnused of the kernel', (w) => Frame.fromUnused(w.machine, 0), 'InUse'],
  ['Frame.fromUnused of a frame in use', (w) => Frame.fromUnused(w.machine, w.frame.paddr), 'InUse'],
  ['Frame.fromUnused of a unique frame', (w) => Frame.fromUnused(w.machine, w.unique.paddr), 'Unique'],
  [
    'Frame.fromUnused with metadata',
    (w, meta) => Frame.fromUnused(w.machine, w.block, meta),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'undefined'),
  ],
  ['Frame.fromInUse of an allocated block', (w) => Frame.fromInUse(w.machine, w.block), 'Unused'],
  ['Frame.fromRaw of a free frame', (w) => Frame.fromRaw(w.machine, w.freeFrame), 'Unused'],
  ['Frame.fromRaw of a unique frame', (w) => Frame.fromRaw(w.machine, w.unique.paddr), 'Unique'],
  ['UniqueFrame.fromRaw of a shared frame', (w) => UniqueFrame.fromRaw(w.machine, w.frame.paddr), 'InUse'],
  ['UniqueFrame.tryFrom', (_, value) => UniqueFrame.tryFrom(value), 'InvalidArgs', anything],
  ['UniqueFrame.tryFrom a segment', (w) => UniqueFrame.tryFrom(w.segmentOf(1)), 'InvalidArgs'],
  ['UniqueFrame.tryFrom a unique frame', (w) => UniqueFrame.tryFrom(w.unique), 'InvalidArgs'],
  ['UniqueFrame.tryFrom a borrowed frame', (w) => UniqueFrame.tryFrom(w.frame.borrow()), 'InvalidArgs'],
  [
    'UniqueFrame.tryFrom a shared frame',
    (w) => {
      const { frame } = w;
      w.keep(frame.clone());
      UniqueFrame.tryFrom(frame);
    },
    'InUse',
  ],
  ['Segment.from', (_, value) => Segment.from(value), 'InvalidArgs', anything],
  ['Segment.from a segment', (w) => Segment.from(w.segmentOf(2)), 'InvalidArgs'],
  ['Segment.from a unique frame', (w) => Segment.from(w.unique), 'InvalidArgs'],
  [
    'Segment.fromRaw of two types',
    (w) => {
      const start = w.machine.allocator.alloc(Layout.ofFrames(2));
      w.keep(Frame.fromUnused(w.machine, start, Page()));
      w.keep(Frame.fromUnused(w.machine, start + PAGE_SIZE, Typed()));
      Segment.fromRaw(w.machine, { start, end: start + 2 * PAGE_SIZE });
    },
    'MetaTypeMismatch',
  ],
  ['a borrowed frame of', (_, frame) => new FrameRef(frame), 'InvalidArgs', anything],
  [
    'split at',
    (w, offset) => w.segmentOf(4).split(offset),
    ADDRESS,
    [...badNumbers, ...notNumbers(), ['0', 0], ['all', 4 * PAGE_SIZE]],
  ],
  [
    'slice of',
    (w, range) => w.segmentOf(4).slice(range),
    ADDRESS,
    ranges.filter(([label]) => label !== 'all'),
  ],
  [
    'slice of a range that changes its mind',
    (w) => {
      let reads = 0;
      w.keep(
        w.segmentOf(4).slice({
          start: 0,
          get end() {
            return reads++ === 0 ? PAGE_SIZE : 2 ** 30;
          },
        }),
      );
    },
    'fine',
  ],
  ['a frame as of type', (w, type) => w.frame.as(type), 'InvalidArgs', anything],
  ['a segment as of type', (w, type) => w.segmentOf(2).as(type), 'InvalidArgs', anything],
  [
    'drop twice',
    (w) => {
      const { frame } = w;
      frame.drop();
      frame.drop();
    },
    'UseAfterDrop',
  ],
  [
    'drop of a segment twice',
    (w) => {
      const segment = w.segmentOf(3);
      segment.drop();
      segment.drop();
    },
    'UseAfterDrop',
  ],
  [
    'a dropped frame’s address',
    (w) => {
      const { frame } = w;
      frame.drop();
      return frame.paddr;
    },
    'UseAfterDrop',
  ],
  [
    'clone of a dropped frame',
    (w) => {
      const { frame } = w;
      frame.drop();
      frame.clone();
    },
    'UseAfterDrop',
  ],
  ['drop of a frame while parked', dropParked((w) => w.frame), 'CpuBusy'],
  ['drop of a unique frame while parked', dropParked((w) => w.unique), 'CpuBusy'],
  ['drop of a segment while parked', dropParked((w) => w.segmentOf(5)), 'CpuBusy'],
  [
    'drop of a frame with metadata while parked',
    dropParked((w) => w.keep(w.options.allocFrameWith(Typed()))),
    'CpuBusy',
  ],
  [
    'drop of one of two handles while parked',
    (w) => {
      const { frame } = w;
      const other = frame.clone();
      parked(w);
      other.drop();
    },
    'fine',
  ],
  [
    'drop of a segment of which a part is shared, while parked',
    (w) => {
      const segment = w.segmentOf(4);
      w.keep(segment.slice({ start: 0, end: 2 * PAGE_SIZE }));
      parked(w);
      segment.drop();
    },
    'CpuBusy',
  ],
  [
    'drop after detach',
    (w) => {
      const other = detached(w);
      const frame = Frame.fromUnused(other, other.allocator.alloc(Layout.ofFrames(1)));
      w.keep(Frame.fromRaw(w.machine, frame.paddr));
      other.detach();
      frame.drop();
    },
    'CpuBusy',
  ],
  [
    'drop by an observer of the last reference',
    (w) => Frame.fromRaw(Machine.observe(w.machine.handle), w.frame.paddr).drop(),
    'NotBooted',
  ],
  [
    'drop by an observer of one of two',
    (w) => Frame.fromInUse(Machine.observe(w.machine.handle), w.frame.paddr).drop(),
    'fine',
  ],
  [
    'repurpose with',
    (w, meta) => w.unique.repurpose(meta),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'undefined'),
  ],
  [
    'trackHandles',
    (_, value) => trackHandles(value),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'null' && label !== 'a function'),
  ],
];
