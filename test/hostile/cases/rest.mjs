import {
  allocatorTypes,
  BuddySet,
  buddySetWords,
  createLogger,
  FrameMap,
  greaterOrderOf,
  Histogram,
  lesserOrderOf,
  MetaSlots,
  maxOrderFrom,
  PAGE_SIZE,
  Random,
  sizeOfOrder,
  splitToChunks,
  splitToOrder,
} from '#src/index.js';
import { anything, badNumbers, notFunctions, notNumbers } from '../bad_values.mjs';

const set = (frames = 64) => BuddySet.newEmpty(6, frames);
const slots = () => new MetaSlots(new SharedArrayBuffer(64 * 64), 0, 64);
const notUndefined = (values) => values.filter(([label]) => label !== 'undefined');
/** What a set holds after a refused call is what it held before. */
const unchanged = (call) => (_, value) => {
  const s = set();
  s.insertChunk(0, 3);
  let refusal = null;
  try {
    call(s, value);
  } catch (error) {
    refusal = error;
  }
  const problems = s.audit('set', () => {});
  if (problems.length > 0 || s.totalFrames() !== 8) throw new Error(`${problems}: ${s.totalFrames()} frames`);
  if (refusal !== null) throw refusal;
};

const shape = { frames: 512, cpus: 2, params: {} };
const allocatorsWith = (change) => () => {
  for (const type of allocatorTypes()) type.staticWords(change(shape));
};

export const rows = [
  ['staticWords of', (_, it) => allocatorsWith(() => it)(), 'InvalidArgs', anything],
  [
    'staticWords for frames',
    (_, frames) => allocatorsWith((s) => ({ ...s, frames }))(),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(512)],
  ],
  [
    'staticWords for CPUs',
    (_, cpus) => allocatorsWith((s) => ({ ...s, cpus }))(),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => n !== 2 ** 43), ...notNumbers(2)],
  ],
  ['frames of use', (w, use) => w.machine.frameMap.count(use), 'InvalidArgs', anything],
  ['ranges of use', (w, use) => w.machine.frameMap.ranges(use), 'InvalidArgs', anything],
  ['sizeOfOrder', (_, order) => sizeOfOrder(order), 'InvalidArgs', [...badNumbers, ...notNumbers(1)]],
  ['greaterOrderOf', (_, size) => greaterOrderOf(size), 'InvalidArgs', [...badNumbers, ...notNumbers()]],
  [
    'lesserOrderOf',
    (_, size) => lesserOrderOf(size),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(), ['0', 0]],
  ],
  ['maxOrderFrom', (_, addr) => maxOrderFrom(addr), 'InvalidArgs', [...badNumbers, ...notNumbers()]],
  [
    'splitToChunks at',
    (_, addr) => [...splitToChunks(addr, PAGE_SIZE)],
    'InvalidArgs',
    [...badNumbers, ...notNumbers()],
  ],
  [
    'splitToChunks of',
    (_, size) => [...splitToChunks(0, size)],
    'InvalidArgs',
    [...badNumbers, ...notNumbers()],
  ],
  [
    'splitToOrder at',
    (_, addr) => [...splitToOrder(addr, 1, 0)],
    'InvalidArgs',
    [...badNumbers, ...notNumbers()],
  ],
  [
    'splitToOrder of order',
    (_, order) => [...splitToOrder(0, order, 0)],
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'splitToOrder to order',
    (_, target) => [...splitToOrder(0, 2, target)],
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['3', 3]],
  ],
  [
    'buddySetWords',
    (_, order) => buddySetWords(order),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['32', 32]],
  ],
  [
    'a set of orders',
    (_, order) => BuddySet.newEmpty(order, 64),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'a set over',
    (_, memory) => BuddySet.newEmpty(3, memory),
    'InvalidArgs',
    [...anything.filter(([label]) => label !== 'a number'), ...badNumbers],
  ],
  ['a set on slots', (_, s) => new BuddySet(s, new Int32Array(64), 0, 6, 1), 'InvalidArgs', anything],
  [
    'a set on words',
    (_, words) => new BuddySet(slots(), words, 0, 6, 1),
    'InvalidArgs',
    [...anything, ['too few', new Int32Array(4)]],
  ],
  [
    'a set at word',
    (_, base) => new BuddySet(slots(), new Int32Array(64), base, 6, 1),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1)],
  ],
  [
    'a set of id',
    (_, id) => new BuddySet(slots(), new Int32Array(64), 0, 6, id),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['0', 0]],
  ],
  [
    'insertChunk at',
    unchanged((s, addr) => s.insertChunk(addr, 0)),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(2 ** 17), ['the end', 64 * PAGE_SIZE]],
  ],
  [
    'insertChunk of order',
    unchanged((s, order) => s.insertChunk(32 * PAGE_SIZE, order)),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['6', 6]],
  ],
  ['insertChunk of what is there', unchanged((s) => s.insertChunk(0, 3)), 'BadFree'],
  ['insertChunk of a part of what is there', unchanged((s) => s.insertChunk(4 * PAGE_SIZE, 1)), 'BadFree'],
  ['insertChunk around what is there', unchanged((s) => s.insertChunk(0, 4)), 'BadFree'],
  [
    'allocChunk of order',
    unchanged((s, order) => s.allocChunk(order)),
    'InvalidArgs',
    [...badNumbers.filter(([, n]) => !Number.isInteger(n)), ...notNumbers(1)],
  ],
  [
    'allocChunk of an order that there is not,',
    unchanged((s, order) => {
      if (s.allocChunk(order) !== null) throw new Error('not null');
    }),
    'fine',
    [
      ['-1', -1],
      ['2^53', 2 ** 53],
    ],
  ],
  [
    'a histogram on',
    (_, words) => new Histogram(words),
    'InvalidArgs',
    [...notUndefined(anything), ['too few words', new Int32Array(8)]],
  ],
  [
    'a histogram at word',
    (_, base) => new Histogram(new Int32Array(2048), base),
    'InvalidArgs',
    [...badNumbers, ['1', 1]],
  ],
  ['record of', (_, value) => new Histogram().record(value), 'InvalidArgs', notNumbers()],
  [
    'quantile',
    (_, p) => new Histogram().quantile(p),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-0.1', -0.1], ['50', 50], ...notNumbers(1)],
  ],
  ['merge of', (_, other) => new Histogram().merge(other), 'InvalidArgs', anything],
  [
    'a generator of seed',
    (_, seed) => new Random(seed),
    'InvalidArgs',
    [['NaN', Number.NaN], ...notNumbers(1)],
  ],
  [
    'a generator of stream',
    (_, stream) => new Random(1, stream),
    'InvalidArgs',
    [...badNumbers, ...notUndefined(notNumbers(1))],
  ],
  [
    'below',
    (_, bound) => new Random(1).below(bound),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-1', -1], ...notNumbers(5)],
  ],
  [
    'chance of',
    (_, p) => new Random(1).chance(p),
    'InvalidArgs',
    [['NaN', Number.NaN], ['-1', -1], ...notNumbers(1)],
  ],
  [
    'shuffle of',
    (_, array) => new Random(1).shuffle(array),
    'InvalidArgs',
    anything.filter(([label]) => label !== 'an array of the number'),
  ],
  [
    'a logger of level',
    (_, level) => createLogger(level, () => {}),
    'InvalidArgs',
    [...anything, ['loud', 'loud']],
  ],
  ['a logger that writes by', (_, write) => createLogger('info', write), 'InvalidArgs', notFunctions],
  ['a frame map in', (_, buffer) => new FrameMap(buffer, 0, 1), 'InvalidArgs', anything],
  [
    'a frame map at',
    (_, base) => new FrameMap(new SharedArrayBuffer(64), base, 4),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(4), ['62', 62]],
  ],
  [
    'a frame map of frames',
    (_, frames) => new FrameMap(new SharedArrayBuffer(64), 0, frames),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(4), ['65', 65]],
  ],
];
