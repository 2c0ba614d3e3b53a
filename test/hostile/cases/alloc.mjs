import {
  EarlyFrameAllocator,
  FrameAllocOptions,
  getGlobalFrameAllocator,
  Layout,
  Machine,
  MemoryRegion,
  PAGE_SIZE,
} from '#src/index.js';
import { anything, badNumbers, notFunctions, notNumbers } from '../bad_values.mjs';
import { Page, Typed } from '../world.mjs';

export const neighbour = true;

const lookalikes = [
  [
    'an object with a layout’s fields',
    { size: 4096, align: 4096, frames: 1, alignFrames: 1, plainFrames: 1, isWholeFrames: true },
  ],
  ['an object of a layout’s prototype', Object.create(Layout.prototype)],
  [
    'fields that lie',
    Object.assign(Object.create(Layout.prototype), {
      size: 4096,
      frames: 2 ** 20,
      plainFrames: 1,
      alignFrames: 0,
      isWholeFrames: true,
    }),
  ],
];

export const rows = [
  ['alloc of', (w, layout) => w.machine.allocator.alloc(layout), 'InvalidArgs', [...anything, ...lookalikes]],
  [
    'allocFrames of',
    (w, layout) => w.machine.frameAllocator.allocFrames(layout),
    'InvalidArgs',
    [...anything, ...lookalikes],
  ],
  ['alloc of no bytes', (w) => w.machine.allocator.alloc(Layout.fromSizeAlign(0, 1)), 'InvalidArgs'],
  ['alloc of half a page', (w) => w.machine.allocator.alloc(Layout.fromSizeAlign(2048, 4096)), 'InvalidArgs'],
  [
    'alloc of more than there is',
    (w) => {
      if (w.machine.allocator.alloc(Layout.ofFrames(2 ** 30)) !== null) throw new Error('not null');
    },
    'fine',
  ],
  [
    'alloc at a larger alignment than RAM',
    (w) => {
      if (w.machine.allocator.alloc(Layout.fromSizeAlign(4096, 2 ** 40)) !== null)
        throw new Error('not null');
    },
    'fine',
  ],
  [
    'alloc while parked',
    (w) => {
      w.machine.park();
      w.undo.push(() => w.machine.unpark());
      w.machine.allocator.alloc(Layout.ofFrames(1));
    },
    'CpuBusy',
  ],
  [
    'alloc by an observer',
    (w) => Machine.observe(w.machine.handle).allocator.alloc(Layout.ofFrames(1)),
    'NotBooted',
  ],
  ['Layout.ofFrames', (_, n) => Layout.ofFrames(n), 'InvalidArgs', [...badNumbers, ...notNumbers(1)]],
  [
    'Layout of size',
    (_, size) => Layout.fromSizeAlign(size, PAGE_SIZE),
    'InvalidArgs',
    [...badNumbers, ...notNumbers()],
  ],
  [
    'Layout of alignment',
    (_, align) => Layout.fromSizeAlign(PAGE_SIZE, align),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(), ['0', 0], ['3', 3]],
  ],
  ['a Layout by its constructor', () => new Layout(0.5, 3), 'InvalidArgs'],
  ['options for', (_, machine) => new FrameAllocOptions(machine), 'InvalidArgs', anything],
  ['the global allocator of', (_, machine) => getGlobalFrameAllocator(machine), 'InvalidArgs', anything],
  [
    'zeroed',
    (w, value) => w.options.zeroed(value),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'true'),
  ],
  [
    'allocSegment of',
    (w, n) => w.options.allocSegment(n),
    ['InvalidArgs'],
    [...badNumbers, ...notNumbers(1), ['0', 0], ['minus zero', -0]],
  ],
  ['allocSegment of more than RAM', (w) => w.options.allocSegment(2 ** 30), 'NoMemory'],
  [
    'tryAllocSegment of',
    (w, n) => w.options.tryAllocSegment(n),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'allocFrameWith',
    (w, meta) => w.options.allocFrameWith(meta),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'undefined'),
  ],
  [
    'allocSegmentWith metadata by',
    (w, fn) => w.options.allocSegmentWith(2, fn),
    'InvalidArgs',
    [...notFunctions, ['undefined', undefined]],
  ],
  [
    'allocSegmentWith metadata that is',
    (w, meta) => w.options.allocSegmentWith(3, () => meta),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'undefined'),
  ],
  [
    'allocSegmentWith two types',
    (w) => w.options.allocSegmentWith(4, (paddr) => ((paddr / PAGE_SIZE) % 2 === 0 ? Page() : Typed())),
    'InvalidArgs',
  ],
  [
    'allocSegmentWith a type and none',
    (w) => {
      let n = 0;
      w.options.allocSegmentWith(4, () => (++n > 2 ? undefined : Page()));
    },
    'InvalidArgs',
  ],
  [
    'allocSegmentWith none and a type',
    (w) => {
      let n = 0;
      w.options.allocSegmentWith(4, () => (++n > 2 ? Page() : undefined));
    },
    'InvalidArgs',
  ],
  ['earlyAlloc after the boot', (w) => w.machine.earlyAlloc(Layout.ofFrames(1)), 'EarlyAllocatorRetired'],
  ['earlyAlloc of', (_, layout) => earlyKeepsItsMark(layout), 'fine', [...anything, ...lookalikes]],
  [
    'an early allocator for',
    (_, regions) => new EarlyFrameAllocator(regions),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'an array of the number'),
  ],
  [
    'an early allocator for a list of',
    (_, region) => new EarlyFrameAllocator([region]),
    'InvalidArgs',
    anything,
  ],
  [
    'an early allocator on words',
    (_, words) => new EarlyFrameAllocator([MemoryRegion.usable(0, 8192)], words),
    'InvalidArgs',
    [...anything.filter(([label]) => label !== 'undefined'), ['too few', new Int32Array(2)]],
  ],
  [
    'an early allocator at word',
    (_, base) => new EarlyFrameAllocator([MemoryRegion.usable(0, 8192)], new Int32Array(16), base),
    'InvalidArgs',
    [...badNumbers, ['10 of 16', 10], ['a string', '0']],
  ],
];

/** A refused early allocation leaves the mark where it was. */
function earlyKeepsItsMark(layout) {
  const machine = Machine.powerOn({ memory: 2 ** 20, cpus: 1 });
  machine.initEarlyAllocator();
  const before = machine.earlyAlloc(Layout.ofFrames(1));
  let code = null;
  try {
    machine.earlyAlloc(layout);
  } catch (error) {
    code = error.code;
  }
  if (code !== 'InvalidArgs') throw new Error(`code ${code}`);
  const after = machine.earlyAlloc(Layout.ofFrames(1));
  if (after !== before + PAGE_SIZE) throw new Error(`${before}, then ${after}`);
}
