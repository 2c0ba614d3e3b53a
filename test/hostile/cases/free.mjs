import { Frame, Layout, LinkedList, Machine, PAGE_SIZE } from '#src/index.js';
import { badNumbers, notNumbers } from '../bad_values.mjs';

export const neighbour = true;

const dealloc = (w, addr, size = PAGE_SIZE) => w.machine.allocator.dealloc(addr, size);
const byNumber = (w, frame, frames) => w.machine.frameAllocator.deallocFrames(frame, frames);
const frameOf = (paddr) => paddr / PAGE_SIZE;
const REFUSED = ['BadFree', 'NotAligned', 'InvalidArgs'];

/** The block that is rightfully freed afterwards, given as anything but its address. */
const asItsAddress = notNumbers(0).map(([label], i) => [label, (paddr) => notNumbers(paddr)[i][1]]);

export const rows = [
  ['dealloc of a block by', (w, as) => dealloc(w, as(w.block)), 'InvalidArgs', asItsAddress],
  [
    'dealloc of a block with its size as',
    (w, size) => w.machine.allocator.dealloc(w.block, size),
    'InvalidArgs',
    notNumbers(),
  ],
  ['dealloc at address', (w, addr) => dealloc(w, addr), REFUSED, badNumbers],
  [
    'dealloc at an address and',
    (w, by) => dealloc(w, w.block + by),
    REFUSED,
    [
      ['1', 1],
      ['a half', 0.5],
      ['2048', 2048],
      ['4095', 4095],
    ],
  ],
  [
    'dealloc of a block with size',
    (w, size) => w.machine.allocator.dealloc(w.block, size),
    'InvalidArgs',
    badNumbers.filter(([, n]) => n !== 2 ** 43 && n !== 2 ** 53 && n !== 1e300),
  ],
  [
    'dealloc of a block with a size far too large,',
    (w, size) => w.machine.allocator.dealloc(w.block, size),
    ['InvalidArgs', 'BadFree'],
    [
      ['2^43', 2 ** 43],
      ['2^53', 2 ** 53],
      ['1e300', 1e300],
      ['all of RAM', 2 ** 21],
    ],
  ],
  ['dealloc of a block with size 0', (w) => dealloc(w, w.block, 0), 'InvalidArgs'],
  ['dealloc of minus zero', (w) => dealloc(w, -0), 'BadFree'],
  ['dealloc of the kernel', (w) => dealloc(w, 0), 'BadFree'],
  ['dealloc of the metadata', (w) => dealloc(w, w.machine.slots.bytes.byteOffset), 'BadFree'],
  ['dealloc of withheld memory', (w) => dealloc(w, w.machine.hotplug[0].start), 'BadFree'],
  ['dealloc beyond RAM', (w) => dealloc(w, 2 ** 21), 'BadFree'],
  ['dealloc far beyond RAM', (w) => dealloc(w, 2 ** 44), 'BadFree'],
  ['dealloc of a free frame', (w) => dealloc(w, w.freeFrame), 'BadFree'],
  [
    'dealloc twice',
    (w) => {
      const paddr = w.freeFrame;
      dealloc(w, paddr);
    },
    'BadFree',
  ],
  [
    'dealloc of one frame more than allocated',
    (w) => {
      const paddr = w.freeFrame;
      dealloc(w, paddr, 2 * PAGE_SIZE);
    },
    'BadFree',
  ],
  [
    'dealloc of a block in two halves',
    (w) => {
      const paddr = w.machine.allocator.alloc(Layout.ofFrames(2));
      dealloc(w, paddr + PAGE_SIZE);
      dealloc(w, paddr);
    },
    'fine',
  ],
  ['dealloc without arguments', (w) => w.machine.allocator.dealloc(), 'InvalidArgs'],
  ['dealloc of a frame that a Frame owns', (w) => dealloc(w, w.frame.paddr), 'BadFree'],
  ['dealloc of a frame that a UniqueFrame owns', (w) => dealloc(w, w.unique.paddr), 'BadFree'],
  ['dealloc of a frame of a segment', (w) => dealloc(w, w.segmentOf(4).paddr + PAGE_SIZE), 'BadFree'],
  ['dealloc of a whole segment', (w) => dealloc(w, w.segmentOf(4).paddr, 4 * PAGE_SIZE), 'BadFree'],
  ['dealloc of a long segment', (w) => dealloc(w, w.segmentOf(40).paddr, 40 * PAGE_SIZE), 'BadFree'],
  [
    'dealloc of a frame that was given away raw',
    (w) => {
      const paddr = w.options.allocFrame().intoRaw();
      w.keep(Frame.fromRaw(w.machine, paddr));
      dealloc(w, paddr);
    },
    'BadFree',
  ],
  [
    'dealloc of a frame in a linked list',
    (w) => {
      const list = w.keep(new LinkedList(w.machine));
      const { unique } = w;
      const { paddr } = unique;
      list.pushBack(unique);
      dealloc(w, paddr);
    },
    'BadFree',
  ],
  [
    'dealloc of a frame that another CPU owns',
    (w) => {
      const other = Machine.attach(w.machine.handle, 2);
      w.undo.push(() => other.detach());
      const frame = w.keep(Frame.fromUnused(other, other.allocator.alloc(Layout.ofFrames(1))));
      dealloc(w, frame.paddr);
    },
    'BadFree',
  ],
  [
    'dealloc while parked',
    (w) => {
      const paddr = w.block;
      w.machine.park();
      w.undo.push(() => w.machine.unpark());
      dealloc(w, paddr);
    },
    'CpuBusy',
  ],
  [
    'dealloc by an observer',
    (w) => Machine.observe(w.machine.handle).allocator.dealloc(w.block, PAGE_SIZE),
    'NotBooted',
  ],
  [
    'deallocFrames of a block by',
    (w, as) => byNumber(w, as(frameOf(w.block)), 1),
    ['InvalidArgs'],
    notNumbers(0).map(([label], i) => [label, (n) => notNumbers(n)[i][1]]),
  ],
  ['deallocFrames from frame', (w, frame) => byNumber(w, frame, 1), REFUSED, badNumbers],
  ['deallocFrames of 16 from frame', (w, frame) => byNumber(w, frame, 16), REFUSED, badNumbers],
  [
    'deallocFrames with a number of frames that is',
    (w, n) => byNumber(w, frameOf(w.block), n),
    REFUSED,
    [...badNumbers, ...notNumbers(1), ['0', 0]],
  ],
  ['deallocFrames of a frame that a Frame owns', (w) => byNumber(w, frameOf(w.frame.paddr), 1), 'BadFree'],
  [
    'FrameMap.free from frame',
    (w, frame) => w.machine.frameMap.free(frame, 1, 0),
    REFUSED,
    [...badNumbers, ...notNumbers(9999)],
  ],
  [
    'FrameMap.free of a number of frames that is',
    (w, n) => w.machine.frameMap.free(frameOf(w.block), n, 0),
    REFUSED,
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'FrameMap.free by CPU',
    (w, cpu) => w.machine.frameMap.free(frameOf(w.block), 2, cpu),
    'InvalidArgs',
    [['-1', -1], ['500', 500], ['a half', 0.5], ['NaN', Number.NaN], ...notNumbers(1)],
  ],
  [
    'FrameMap.use of frame',
    (w, frame) => w.machine.frameMap.use(frame),
    'OutOfBound',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'FrameMap.lastCpu of frame',
    (w, frame) => w.machine.frameMap.lastCpu(frame),
    'OutOfBound',
    [...badNumbers, ...notNumbers(1)],
  ],
];
