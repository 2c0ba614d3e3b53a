import { describe, expect, it } from 'vitest';
import { Modules } from '#src/intercept/wasm/modules.js';
import { rewrite } from '#src/intercept/wasm/rewrite/rewrite.js';
import {
  body,
  custom,
  F64,
  functionType,
  HEAD,
  I32,
  s,
  section,
  shared,
  text,
  u,
  vector,
} from './assembler.ts';
import { type Exports, instantiateRewritten, real, W } from './rewritten.ts';

// Functions are added behind the imported ones, so that the numbers of all others change: everywhere where they stand.

const get = (local: number): number[] => [0x20, local];
const i32 = (value: number): number[] => [0x41, ...s(value)];
const END = [0x0b];
/** `memory[at] += 1`, atomically; gives what it was. */
const count = (at: number): number[] => [...i32(at), ...i32(1), 0xfe, 0x1e, 2, 0];

// Types: 0 () -> i32, 1 (i32) -> i32, 2 () -> ().
const TYPES = vector([
  functionType({ parameters: [], results: [I32] }),
  functionType({ parameters: [I32], results: [I32] }),
  functionType({ parameters: [], results: [] }),
]);
// Functions: 0 env.twice (imported); then ten, twenty, start, calls, tail, indirect, reference.
const [TEN, TWENTY, START, CALLS, INDIRECT, REFERENCE] = [1, 2, 3, 4, 6, 7];
const NAMES = ['ten', 'twenty', 'start', 'calls', 'tail', 'indirect', 'reference'];

function names(): number[] {
  const functions = vector([[0, ...text('twice')], ...NAMES.map((name, i) => [...u(i + 1), ...text(name)])]);
  const locals = vector([[...u(INDIRECT), ...vector([[0, ...text('which')]])]]);
  return [
    0,
    ...u(7),
    ...text('counts'),
    1,
    ...u(functions.length),
    ...functions,
    2,
    ...u(locals.length),
    ...locals,
  ];
}

/** All eight kinds of table elements; each puts one function where `put` says, or can be put there. */
const ELEMENTS = vector([
  [0, ...i32(0), ...END, ...vector([[TEN]])],
  [1, 0, ...vector([[TWENTY]])],
  [2, 0, ...i32(1), ...END, 0, ...vector([[TWENTY], [0]])],
  [3, 0, ...vector([[CALLS]])],
  [4, ...i32(3), ...END, ...vector([[0xd2, TEN, ...END]])],
  [
    5,
    0x70,
    ...vector([
      [0xd2, TWENTY, ...END],
      [0xd0, 0x70, ...END],
    ]),
  ],
  [6, 0, ...i32(4), ...END, 0x70, ...vector([[0xd2, TWENTY, ...END]])],
  [7, 0x70, ...vector([[0xd2, REFERENCE, ...END]])],
]);

// `reference` keeps a function of its own in the table, and calls it.
const REFERENCE_CODE = [...i32(9), 0xd2, TWENTY, 0x26, 0, ...i32(9), 0x11, 0, 0];

function module(imports: boolean, before: readonly number[] = []): Uint8Array {
  const memory = shared(1, 2);
  const bodies = vector(
    [
      [...count(0), 0x1a, ...i32(10)],
      [...count(4), 0x1a, ...i32(20)],
      [...count(8), 0x1a],
      [0x10, TEN, 0x10, TWENTY, 0x6a, 0x10, 0],
      [0x12, TWENTY],
      [...get(0), 0x11, 0, 0],
      REFERENCE_CODE,
    ].map((code) => body({ body: code })),
  );
  return new Uint8Array([
    ...HEAD,
    ...before,
    ...section(1, TYPES),
    ...section(
      2,
      vector([
        [...text('env'), ...text('twice'), 0, 1],
        ...(imports ? [[...text('env'), ...text('memory'), 2, ...memory]] : []),
      ]),
    ),
    ...custom('between', [1, 2, 3]),
    ...section(3, vector([[0], [0], [2], [0], [0], [1], [0]])),
    ...section(4, vector([[0x70, 0, 10]])),
    ...(imports ? [] : section(5, vector([memory]))),
    ...section(
      6,
      vector([
        [0x70, 0, 0xd2, TEN, ...END],
        [F64, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, ...END],
      ]),
    ),
    ...section(
      7,
      vector([
        ...NAMES.map((name, i) => [...text(name), 0, ...u(i + 1)]),
        [...text('twice'), 0, 0],
        [...text('table'), 1, 0],
        [...text('global'), 3, 0],
        [...text('memory'), 2, 0],
      ]),
    ),
    ...section(8, u(START)),
    ...section(9, ELEMENTS),
    ...section(10, bodies),
    ...custom('name', names()),
    ...custom('after', [9]),
  ]);
}

const TABLE = (exports: Exports): string[] =>
  Array.from({ length: 10 }, (_, i) => {
    const entry: (() => number) | null = exports.table.get(i);
    return entry === null ? '-' : i === 2 ? `imported ${entry.length}` : String(entry());
  });

describe.each([true, false])('a rewritten module (its memory is imported: %s)', (imports) => {
  const bytes = module(imports);
  const make = () => {
    const memory = new W.Memory({ initial: 1, maximum: 2, shared: true } as never);
    return { env: { memory, twice: (value: number) => 2 * value } };
  };

  it('runs as it was, whatever names its functions', () => {
    const all = [new W.Instance(new W.Module(bytes), make()), instantiateRewritten(bytes, make(), true)].map(
      ({ exports: of }) => {
        const exports = of as Exports;
        const words = new Int32Array(exports.memory.buffer);
        return {
          started: words[2],
          keys: Object.keys(exports),
          calls: exports.calls(),
          tail: exports.tail(),
          indirect: [0, 1, 3, 4].map((i) => exports.indirect(i)),
          reference: exports.reference(),
          twice: exports.twice(21),
          global: exports.global.value(),
          table: TABLE(exports),
          counted: [...words.subarray(0, 3)],
        };
      },
    );
    expect(all[0]).toMatchObject({ started: 1, calls: 60, tail: 20, indirect: [10, 20, 10, 20], global: 10 });
    expect(all[1]).toEqual(all[0]);
  });

  it('answers as the original', () => {
    const original = new W.Module(bytes);
    const { module: made } = instantiateRewritten(bytes, make(), false);
    const Module = new Modules(real, false).constructorOf(() => original);
    const sections = (of: object, name: string): number[][] =>
      Module.customSections(of, name).map((buffer) => [...new Uint8Array(buffer)]);
    expect(Module.imports(made)).toEqual(W.Module.imports(original));
    expect(Module.exports(made)).toEqual(W.Module.exports(original));
    for (const name of ['name', 'between', 'after', 'framelab', 'framelab.offsets', 'framelab.names'])
      expect([name, sections(made, name)]).toEqual([name, sections(original, name)]);
    expect(sections(original, 'name')).toEqual([names()]);
  });

  it('keeps the names of functions, for stacks', () => {
    const failing = {
      env: {
        ...make().env,
        twice: () => {
          throw new Error('inside');
        },
      },
    };
    const { exports } = instantiateRewritten(bytes, failing, false);
    let stack = '';
    try {
      exports.calls();
    } catch (error) {
      stack = (error as Error).stack ?? '';
    }
    expect(stack).toMatch(/at (counts\.)?calls \(wasm:/);
  });
});

describe('what is not to be rewritten', () => {
  it('stays as it is: no shared memory, or nothing in it that matters', () => {
    const plain = [...HEAD, ...section(1, TYPES), ...section(5, vector([[1, 1, 2]]))];
    expect(rewrite(new Uint8Array(plain), true)).toBeUndefined();
    const idle = [
      ...HEAD,
      ...section(1, TYPES),
      ...section(3, vector([[2]])),
      ...section(5, vector([shared(1, 1)])),
      ...section(10, vector([body({ body: [0xfe, 3, 0] })])),
    ];
    expect(rewrite(new Uint8Array(idle), true)).toBeUndefined();
  });

  it.each([
    ['types of garbage collection', section(1, vector([[0x5f, 0]])), 'it has types of garbage collection'],
    [
      'an instruction of garbage collection',
      [
        ...section(1, TYPES),
        ...section(3, vector([[2]])),
        ...section(5, vector([shared(1, 1)])),
        ...section(10, vector([body({ body: [0xfb, 1] })])),
      ],
      'it has an instruction of garbage collection (0xfb) that is not known here',
    ],
    [
      'an unknown atomic instruction',
      [
        ...section(1, TYPES),
        ...section(3, vector([[2]])),
        ...section(5, vector([shared(1, 1)])),
        ...section(10, vector([body({ body: [0xfe, 0x4f] })])),
      ],
      'it has an instruction (0xfe 0x4f) that is not known here',
    ],
    ['a memory with pages of its own size', section(5, vector([[11, 1, 1, 0]])), 'a page size of its own'],
  ])('is refused by name: %s', (_, content, says) => {
    expect(() => rewrite(new Uint8Array([...HEAD, ...content]), true)).toThrow(says);
  });

  it('a module that the compiler refuses is left to it, with its own words', () => {
    const wrong = new Uint8Array(module(true));
    // The type of the first own function: there is none of this number.
    const at = wrong.findIndex((byte, i) => byte === 3 && wrong[i + 1] === 8 && wrong[i + 2] === 7);
    wrong[at + 3] = 9;
    const { source } = new Modules(real, false).prepare(wrong);
    expect(source).toBe(wrong);
    expect(() => new W.Module(source)).toThrow(/index 9/);
  });
});

describe('a rewritten module in a thread that is not controlled', () => {
  it('is refused by an error that says what it is', () => {
    const rewritten = rewrite(module(true), false) as Uint8Array;
    const memory = new W.Memory({ initial: 1, maximum: 2, shared: true });
    expect(() => new W.Instance(new W.Module(rewritten), { env: { memory, twice: () => 0 } })).toThrow(
      /framelab rewrote this module for the threads of a scenario: compile the original in any other Worker/,
    );
  });
});
