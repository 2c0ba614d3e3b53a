import { Machine } from '#src/index.js';
import { anything, badNumbers, notFunctions, notNumbers, notObjects } from '../bad_values.mjs';

const MIB = 2 ** 20;
const attach = (handle, cpu = 2, options = undefined) => Machine.attach(handle, cpu, options);
/** The machine is as it was, however the attach went. */
const attachAndLeave = (handle, options) => attach(handle, 2, options).detach();
const boot = () => Machine.boot({ memory: MIB, cpus: 3 });

/** Attaches to a machine of which bits were flipped. */
function flipped(flip) {
  return () => {
    const { handle } = boot();
    flip(new Int32Array(handle.ram, 0, 256), new Uint8Array(handle.ram));
    attach({ ram: handle.ram });
  };
}

const bits = Array.from({ length: 32 }, (_, bit) => [`bit ${bit}`, bit]);
const word = (at) => (_, bit) =>
  flipped((words) => {
    words[at] ^= 1 << bit;
  })();

/** Where the configuration is, from the boot words. */
const configAt = (words) => words[6] * 4 + words[4] * 4096;

export const rows = [
  ['attach to', (_, handle) => attach(handle), ['InvalidArgs', 'NotBooted'], anything],
  ['observe', (_, handle) => Machine.observe(handle), ['InvalidArgs', 'NotBooted'], anything],
  ['attach to a handle whose ram is', (_, ram) => attach({ ram }), 'NotBooted', anything],
  ['attach to memory of zeros', () => attach(new SharedArrayBuffer(MIB)), 'NotBooted'],
  ['attach to too little memory', () => attach(new SharedArrayBuffer(64)), 'NotBooted'],
  [
    'attach as CPU',
    (w, cpu) => attach(w.machine.handle, cpu === undefined ? null : cpu),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2), ['3', 3]],
  ],
  ['attach as a CPU that is taken', (w) => attach(w.machine.handle, 0), 'CpuBusy'],
  [
    'attach with options',
    (w, options) => attach(w.machine.handle, 2, options),
    'InvalidArgs',
    notObjects.filter(([label]) => label !== 'undefined'),
  ],
  [
    'attach with decorateLock',
    (w, decorateLock) => attach(w.machine.handle, 2, { decorateLock }),
    'InvalidArgs',
    notFunctions,
  ],
  [
    'attach with decorateAllocator',
    (w, decorateAllocator) => attach(w.machine.handle, 2, { decorateAllocator }),
    'InvalidArgs',
    notFunctions,
  ],
  [
    'attach with a host that is',
    (w, host) => attach({ ...w.machine.handle, host }),
    'InvalidArgs',
    [...anything.filter(([label]) => label !== 'undefined'), ['too small', new SharedArrayBuffer(16)]],
  ],
  [
    'attach with a memory that is',
    (w, memory) => attach({ ...w.machine.handle, memory }),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'undefined'),
  ],
  [
    'attach with another machine’s memory',
    (w) => attach({ ...w.machine.handle, memory: boot().handle.memory }),
    'InvalidArgs',
  ],
  [
    'attach with a like machine’s memory',
    () => attach({ ...boot().handle, memory: boot().handle.memory }),
    'InvalidArgs',
  ],
  ['attach by the handle', (w) => attachAndLeave(w.machine.handle), 'fine'],
  ['attach by the bare RAM', (w) => attachAndLeave(w.machine.handle.ram), 'fine'],
  ['attach after a flip of the magic number,', word(0), 'NotBooted', bits],
  ['attach after a flip of the number of CPUs,', word(2), 'CorruptMachine', bits],
  ['attach after a flip of the number of frames,', word(3), 'CorruptMachine', bits],
  ['attach after a flip of where the kernel is,', word(4), 'CorruptMachine', bits],
  ['attach after a flip of the kernel’s size,', word(5), 'CorruptMachine', bits],
  ['attach after a flip of where the configuration is,', word(6), 'CorruptMachine', bits],
  ['attach after a flip of the configuration’s size,', word(7), 'CorruptMachine', bits],
  ['attach after a flip of where the slots are,', word(8), 'CorruptMachine', bits],
  ['attach after a flip of where the map is,', word(9), 'CorruptMachine', bits],
  ['attach after a flip of a checksum,', word(10), 'CorruptMachine', bits.slice(0, 4)],
  ['attach after a flip of the other checksum,', word(11), 'CorruptMachine', bits.slice(0, 4)],
  [
    'attach after a flip of the phase,',
    word(1),
    'CorruptMachine',
    bits.filter(([, bit]) => bit > 1 && bit !== 8),
  ],
  [
    'attach after a flip in byte',
    (_, byte) =>
      flipped((words, bytes) => {
        bytes[configAt(words) + byte] ^= 4;
      })(),
    'CorruptMachine',
    Array.from({ length: 60 }, (_, i) => [`${i} of the configuration`, i]),
  ],
  [
    'attach after another allocator was written into the configuration',
    flipped((words, bytes) => replaceIn(bytes, configAt(words), '"buddy"', '"bitmp"')),
    'CorruptMachine',
  ],
  [
    'attach after another lock was written into the configuration',
    flipped((words, bytes) => replaceIn(bytes, configAt(words), '"park"', '"ttas"')),
    'CorruptMachine',
  ],
  [
    'attach after the state of a CPU was written over with',
    (_, state) =>
      flipped((words) => {
        words[32 + 2 * 32] = state;
      })(),
    'CorruptMachine',
    [
      ['5', 5],
      ['-1', -1],
      ['2^30', 2 ** 30],
      ['a seizure by nobody', 4],
      ['a seizure by CPU 9', 4 | (10 << 8)],
    ],
  ],
];

function replaceIn(bytes, at, what, by) {
  const text = Buffer.from(bytes.subarray(at, at + 400)).toString();
  const index = text.indexOf(what);
  if (index < 0) throw new Error(`no ${what} in ${text}`);
  for (let i = 0; i < by.length; i++) bytes[at + index + i] = by.charCodeAt(i);
}
