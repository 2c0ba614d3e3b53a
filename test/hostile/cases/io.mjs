import { PAGE_SIZE, Ram, VmReader, VmWriter } from '#src/index.js';
import { anything, badNumbers, notNumbers } from '../bad_values.mjs';

const notBytes = [
  ...anything,
  ['words', new Int32Array(4)],
  ['a buffer', new ArrayBuffer(8)],
  ['numbers', [1, 2, 3]],
];
const lengths = [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers()];
const OUT = ['InvalidArgs', 'OutOfBound'];

export const rows = [
  ['fillZeros of', (w, size) => w.frame.writer().fillZeros(size), 'InvalidArgs', lengths],
  ['fillZeros of minus zero', (w) => w.frame.writer().fillZeros(-0), 'fine'],
  [
    'fillZeros of more than there is',
    (w) => {
      if (w.frame.writer().fillZeros(2 ** 43) !== PAGE_SIZE) throw new Error('size');
    },
    'fine',
  ],
  [
    'fill with',
    (w, byte) => w.frame.writer().fill(byte),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['256', 256]],
  ],
  ['a writer limited to', (w, max) => w.frame.writer().limit(max).fill(0), 'InvalidArgs', lengths],
  ['a reader limited to', (w, max) => w.frame.reader().limit(max).collect(), 'InvalidArgs', lengths],
  ['skip of', (w, bytes) => w.frame.reader().skip(bytes), 'OutOfBound', [...badNumbers, ...notNumbers()]],
  ['read to', (w, target) => w.frame.reader().read(target), 'InvalidArgs', notBytes],
  ['write from', (w, source) => w.frame.writer().write(source), 'InvalidArgs', notBytes],
  [
    'a reader given to write to a reader',
    (w) => w.frame.reader().read(VmReader.from(new Uint8Array(4))),
    'InvalidArgs',
  ],
  ['VmReader.from', (_, bytes) => VmReader.from(bytes), 'InvalidArgs', notBytes],
  ['VmWriter.from', (_, bytes) => VmWriter.from(bytes), 'InvalidArgs', notBytes],
  ['a reader of space', (_, space) => new VmReader(space, 0, 8), 'InvalidArgs', anything],
  ['a writer at address', (w, address) => new VmWriter(w.machine.ram, address, 8), 'InvalidArgs', lengths],
  ['a writer of size', (w, size) => new VmWriter(w.machine.ram, 0, size), 'InvalidArgs', lengths],
  ['a reader beyond RAM', (w) => new VmReader(w.machine.ram, 2 ** 40, 8).collect(), 'OutOfBound'],
  [
    'readBytes at',
    (w, offset) => w.frame.readBytes(offset, new Uint8Array(1)),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(0)],
  ],
  ['readBytes to', (w, target) => w.frame.readBytes(0, target), 'InvalidArgs', notBytes],
  ['readBytes of more than a frame', (w) => w.frame.readBytes(1, new Uint8Array(PAGE_SIZE)), 'InvalidArgs'],
  [
    'writeBytes at',
    (w, offset) => w.segmentOf(2).writeBytes(offset, new Uint8Array(1)),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 4096.5), ...notNumbers(0)],
  ],
  ['writeBytes from', (w, source) => w.frame.writeBytes(0, source), 'InvalidArgs', notBytes],
  [
    'readVal at',
    (w, offset) => w.frame.readVal(offset, 'u32'),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(0), ['the last byte', 4095]],
  ],
  [
    'readVal of kind',
    (w, kind) => w.frame.readVal(0, kind),
    'InvalidArgs',
    [...anything, ['u7', 'u7'], ['a method’s name', 'toString'], ['the prototype', '__proto__']],
  ],
  [
    'writeVal of a u8 of',
    (w, value) => w.frame.writeVal(0, 'u8', value),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'writeVal of a u64 of',
    (w, value) => w.frame.writeVal(0, 'u64', value),
    'InvalidArgs',
    [
      ['a number', 5],
      ['-1', -1n],
      ['2^64', 2n ** 64n],
    ],
  ],
  [
    'a reader after the drop',
    (w) => {
      const { frame } = w;
      const reader = frame.reader();
      frame.drop();
      reader.collect();
    },
    'UseAfterDrop',
  ],
  [
    'a writer after the drop',
    (w) => {
      const { frame } = w;
      const writer = frame.writer();
      frame.drop();
      writer.fillZeros(8);
    },
    'UseAfterDrop',
  ],
  [
    'copying from a dropped frame',
    (w) => {
      const { frame } = w;
      const reader = frame.reader();
      frame.drop();
      w.frame.writer().write(reader);
    },
    'UseAfterDrop',
  ],
  [
    'Ram.zero at',
    (w, paddr) => w.machine.ram.zero(paddr, PAGE_SIZE),
    OUT,
    [...badNumbers, ...notNumbers(), ['4', 4]],
  ],
  [
    'Ram.zero of',
    (w, size) => w.machine.ram.zero(w.block, size),
    OUT,
    [...badNumbers, ...notNumbers(), ['4', 4]],
  ],
  ['Ram.bytes at', (w, paddr) => w.machine.ram.bytes(paddr, 8), OUT, [...badNumbers, ...notNumbers()]],
  ['Ram.bytes of', (w, size) => w.machine.ram.bytes(0, size), OUT, [...badNumbers, ...notNumbers()]],
  [
    'Ram.windowOf',
    (w, paddr) => w.machine.ram.windowOf(paddr),
    OUT,
    [...badNumbers.filter(([, n]) => !(n > 0 && n < 5000)), ...notNumbers()],
  ],
  [
    'Ram.read at',
    (w, paddr) => w.machine.ram.read(paddr, new Uint8Array(8)),
    OUT,
    [...badNumbers, ...notNumbers()],
  ],
  ['Ram.read to', (w, target) => w.machine.ram.read(0, target), OUT, notBytes],
  ['Ram.write from', (w, source) => w.machine.ram.write(w.block, source), OUT, notBytes],
  [
    'Ram.allocate',
    (_, size) => Ram.allocate(size),
    ['InvalidArgs', 'HostRefused'],
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(), ['0', 0]],
  ],
  [
    'a Ram of',
    (_, handle) => new Ram(handle, PAGE_SIZE),
    'InvalidArgs',
    [
      ...anything,
      ['a handle of nothing', { ram: null }],
      ['a handle of a foreign memory', { ram: new SharedArrayBuffer(65536), memory: {} }],
    ],
  ],
  [
    'a Ram of size',
    (_, size) => new Ram({ ram: new SharedArrayBuffer(65536) }, size),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(), ['more than there is', 2 ** 20]],
  ],
];
