import { defineFrameMeta, MetaSlots, scanSlots } from '#src/index.js';
import { anything, badNumbers, notFunctions, notNumbers, notObjects } from '../bad_values.mjs';
import { Page, Typed } from '../world.mjs';

const Wide = defineFrameMeta({
  name: 'HostileWide',
  fields: { a: 'u8', b: 'i64', c: 'bool', d: 'paddr', e: 'f32' },
});
const notA = (...labels) => anything.filter(([label]) => !labels.includes(label));

export const rows = [
  ['defineFrameMeta', (_, definition) => defineFrameMeta(definition), 'InvalidArgs', anything],
  [
    'a type named',
    (_, name) => defineFrameMeta({ name }),
    'InvalidArgs',
    [...notA(), ['nothing', ''], ['two words', 'a b'], ['65 letters', 'a'.repeat(65)]].filter(
      ([, v]) => typeof v !== 'string' || !/^\S{1,64}$/.test(v),
    ),
  ],
  [
    'a type with fields',
    (_, fields) => defineFrameMeta({ name: 'HostileA', fields }),
    'InvalidArgs',
    [
      ...notObjects.filter(([label]) => label !== 'undefined'),
      ['of no kind', { a: 'u7' }],
      ['of a symbol', { a: Symbol('u8') }],
      ['of null', { a: null }],
      ['of an array', { a: ['u8'] }],
      ['too large', { a: 'u64', b: 'u64', c: 'u64', d: 'u64', e: 'u64', f: 'u8' }],
      ['with a bad name', { 'a-b': 'u8' }],
      ['named as a method', { isUntyped: 'u8' }],
    ],
  ],
  [
    'a type with onDrop',
    (_, onDrop) => defineFrameMeta({ name: 'HostileB', onDrop }),
    'InvalidArgs',
    notFunctions,
  ],
  [
    'a type that is untyped',
    (_, untyped) => defineFrameMeta({ name: 'HostileC', untyped }),
    'InvalidArgs',
    notA('undefined', 'true'),
  ],
  [
    'a name defined twice, differently',
    () => {
      defineFrameMeta({ name: 'HostileD' });
      defineFrameMeta({ name: 'HostileD', fields: { x: 'u8' } });
    },
    'InvalidArgs',
  ],
  [
    'metadata of values',
    (_, values) => Typed(values),
    'InvalidArgs',
    notObjects.filter(([label]) => label !== 'undefined'),
  ],
  ['an unknown field', () => Typed({ valu: 1 }), 'InvalidArgs'],
  ['a u32 of', (_, value) => Typed({ value }), 'InvalidArgs', [...badNumbers, ...notNumbers(1)]],
  ['a u8 of', (_, a) => Wide({ a }), 'InvalidArgs', [...badNumbers, ['256', 256]]],
  [
    'an i64 of',
    (_, b) => Wide({ b }),
    'InvalidArgs',
    [
      ['a number', 5],
      ['2^63', 2n ** 63n],
      ['a string', '5'],
    ],
  ],
  ['a bool of', (_, c) => Wide({ c }), 'InvalidArgs', notA('true')],
  ['an address of', (_, d) => Wide({ d }), 'InvalidArgs', badNumbers.filter(([, n]) => n !== 2 ** 43)],
  [
    'a float of',
    (_, e) => Wide({ e }),
    'InvalidArgs',
    [
      ['0.1', 0.1],
      ['1e300', 1e300],
      ['a string', '1'],
    ],
  ],
  [
    'a value that changes its mind',
    () => {
      let reads = 0;
      Typed({
        get value() {
          return reads++ === 0 ? 7 : 'x';
        },
      });
    },
    'fine',
  ],
  [
    'changing metadata to',
    (w, value) => {
      w.keep(w.options.allocFrameWith(Typed({ value: 1 }))).dynMeta().value = value;
    },
    'named',
    [],
  ],
  [
    'reading metadata of a dropped frame',
    (w) => {
      const frame = w.keep(w.options.allocFrameWith(Typed({ value: 1 })));
      const meta = frame.meta();
      frame.drop();
      return meta.value;
    },
    'UseAfterDrop',
  ],
  ['a writer to typed memory', (w) => w.keep(w.options.allocFrameWith(Typed())).writer(), 'MetaTypeMismatch'],
  ['a frame as another type', (w) => w.keep(w.options.allocFrameWith(Typed())).as(Page), 'MetaTypeMismatch'],
  ['slots in memory', (_, buffer) => new MetaSlots(buffer, 0, 1), 'InvalidArgs', anything],
  [
    'slots at',
    (_, base) => new MetaSlots(new SharedArrayBuffer(4096), base, 1),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(), ['2', 2]],
  ],
  [
    'slots for frames',
    (_, frames) => new MetaSlots(new SharedArrayBuffer(4096), 0, frames),
    'InvalidArgs',
    [...badNumbers, ...notNumbers(1), ['65', 65]],
  ],
  [
    'the frame of address',
    (w, paddr) => w.machine.slots.frameOf(paddr),
    ['InvalidArgs', 'NotAligned', 'OutOfBound'],
    [...badNumbers, ...notNumbers()],
  ],
  ['scanSlots of', (_, slots) => scanSlots(slots), 'InvalidArgs', anything],
  [
    'scanSlots of range',
    (w, range) => scanSlots(w.machine.slots, range),
    ['InvalidArgs', 'OutOfBound'],
    [
      ...notA('undefined'),
      ['beyond RAM', { start: 0, end: 2 ** 40 }],
      ['fractions', { start: 0.5, end: 4096 }],
      ['minus a page', { start: -4096, end: 4096 }],
    ],
  ],
  [
    'scanSlots listing',
    (w, max) => scanSlots(w.machine.slots, undefined, max),
    'InvalidArgs',
    [['NaN', Number.NaN], ...notNumbers(1).filter(([label]) => label !== 'undefined')],
  ],
];
