import { describe, expect, it } from 'vitest';
import { F32, F64, I32, I64, moduleOf, shared, u, type WasmFunction } from './assembler.ts';
import { type Exports, instantiateRewritten, W } from './rewritten.ts';

// Each instruction that the rewriter changes does what V8 does, in an instance of the module as it was and in one as it is
// rewritten: the same result, the same trap, the same memory.

const PAGES = 2;
const BYTES = PAGES * 65_536;

/** Numbers as in fast-check would do, but so many of them that drawing must cost nothing. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const get = (local: number): number[] => [0x20, local];
const OFFSETS = [0, 4, 3, 65_528, 0x7fff_ffff, 0xffff_ffff];

interface Case {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** The instruction, and what makes its result one that JavaScript can hold. */
  readonly code: (offset: number) => number[];
}

function atomics(): Case[] {
  const all: Case[] = [
    { name: 'notify', parameters: [I32, I32], results: [I32], code: (at) => [0xfe, 0, 2, ...u(at)] },
    // With a timeout of 0, so that none sleeps.
    { name: 'wait32', parameters: [I32, I32], results: [I32], code: (at) => [0x42, 0, 0xfe, 1, 2, ...u(at)] },
    { name: 'wait64', parameters: [I32, I64], results: [I32], code: (at) => [0x42, 0, 0xfe, 2, 3, ...u(at)] },
    { name: 'fence', parameters: [I32], results: [], code: () => [0x1a, 0xfe, 3, 0] },
  ];
  const SIZES = [2, 3, 0, 1, 0, 1, 2];
  const TYPES = [I32, I64, I32, I32, I64, I64, I64];
  for (let sub = 0x10; sub <= 0x4e; sub++) {
    const variant = (sub - 0x10) % 7;
    const group = Math.floor((sub - 0x10) / 7);
    const type = TYPES[variant];
    const operands = group === 0 ? 0 : group === 8 ? 2 : 1;
    all.push({
      name: `atomic 0x${sub.toString(16)}`,
      parameters: [I32, ...Array<number>(operands).fill(type)],
      results: group === 1 ? [] : [type],
      code: (at) => [0xfe, sub, SIZES[variant], ...u(at)],
    });
  }
  return all;
}

/** All that load and store, as they are and those of vectors. */
function plain(): Case[] {
  const all: Case[] = [];
  const LOADS = [I32, I64, F32, F64, I32, I32, I32, I32, I64, I64, I64, I64, I64, I64];
  const whole = [
    { type: I32, after: [] as number[], before: [] as number[] },
    { type: I64, after: [], before: [] },
    { type: F32, after: [0xbc], before: [0xbe] },
    { type: F64, after: [0xbd], before: [0xbf] },
  ];
  const of = (type: number) => whole.find((one) => one.type === type) as (typeof whole)[number];
  const shown = (type: number): number => (type === F32 ? I32 : type === F64 ? I64 : type);
  LOADS.forEach((type, i) => {
    all.push({
      name: `load 0x${(0x28 + i).toString(16)}`,
      parameters: [I32],
      results: [shown(type)],
      code: (at) => [0x28 + i, 0, ...u(at), ...of(type).after],
    });
  });
  [I32, I64, F32, F64, I32, I32, I64, I64, I64].forEach((type, i) => {
    all.push({
      name: `store 0x${(0x36 + i).toString(16)}`,
      parameters: [I32, shown(type)],
      results: [],
      code: (at) => [...of(type).before, 0x36 + i, 0, ...u(at)],
    });
  });
  const sum = [0xfd, 0x1d, 0]; // i64x2.extract_lane 0
  for (const sub of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 92, 93]) {
    all.push({
      name: `v128 load ${sub}`,
      parameters: [I32],
      results: [I64],
      code: (at) => [0xfd, ...u(sub), 0, ...u(at), ...sum],
    });
  }
  const splat = [0xfd, 0x12]; // i64x2.splat
  all.push({
    name: 'v128 store',
    parameters: [I32, I64],
    results: [],
    code: (at) => [...splat, 0xfd, 11, 0, ...u(at)],
  });
  for (let sub = 84; sub < 92; sub++) {
    const loads = sub < 88;
    all.push({
      name: `v128 lane ${sub}`,
      parameters: [I32, I64],
      results: loads ? [I64] : [],
      code: (at) => [...splat, 0xfd, ...u(sub), 0, ...u(at), 0, ...(loads ? sum : [])],
    });
  }
  return all;
}

const functionsOf = (cases: readonly Case[]): WasmFunction[] =>
  cases.flatMap(({ name, parameters, results, code }) =>
    OFFSETS.map((offset) => ({
      name: `${name} +${offset}`,
      parameters,
      results,
      body: [...parameters.flatMap((_, i) => get(i)), ...code(offset)],
    })),
  );

/** memory.copy, memory.fill, memory.init, with constant operands nowhere. */
const BULK: WasmFunction[] = [
  { name: 'copy', code: [0xfc, 10, 0, 0] },
  { name: 'fill', code: [0xfc, 11, 0] },
  { name: 'init', code: [0xfc, 8, 0, 0] },
].map(({ name, code }) => ({
  name,
  parameters: [I32, I32, I32],
  results: [],
  body: [...get(0), ...get(1), ...get(2), ...code],
}));

function outcome(run: () => unknown): string {
  try {
    return String(run());
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

interface Pair {
  readonly native: { readonly exports: Exports; readonly bytes: Uint8Array };
  readonly rewritten: { readonly exports: Exports; readonly bytes: Uint8Array };
}

function pairOf(functions: readonly WasmFunction[], tells: boolean): Pair {
  const bytes = moduleOf(functions, { limits: shared(PAGES, PAGES), data: [[1, 2, 3, 4, 5, 6, 7, 8]] });
  const make = () => new W.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const [ours, theirs] = [make(), make()];
  return {
    native: {
      exports: new W.Instance(new W.Module(bytes), { env: { memory: theirs } }).exports,
      bytes: new Uint8Array(theirs.buffer),
    },
    rewritten: {
      exports: instantiateRewritten(bytes, { env: { memory: ours } }, tells).exports,
      bytes: new Uint8Array(ours.buffer),
    },
  };
}

/** Calls both with the same operands, many times; returns how many calls trapped. */
function compare(
  functions: readonly WasmFunction[],
  { native, rewritten }: Pair,
  times: number,
  seed: number,
): number {
  const next = random(seed);
  for (let i = 0; i < BYTES; i += 7) native.bytes[i] = rewritten.bytes[i] = next(256);
  const address = (): number => {
    const around = [
      0,
      8 * next(16),
      next(BYTES),
      BYTES - next(20),
      -next(20),
      BYTES - 65_528 - next(9),
      0x7fff_ffff,
    ];
    return around[next(around.length)] | 0;
  };
  const operand = (type: number): number | bigint => {
    const word = [0, 1, -1, 0x111, next(256), next(2 ** 32)][next(6)];
    return type === I64 ? BigInt(word) * (next(2) === 0 ? 1n : 0x1_0000_0001n) : word;
  };
  let traps = 0;
  for (let i = 0; i < times; i++) {
    for (const { name, parameters } of functions) {
      const bulk = parameters.length === 3 && BULK.some((one) => one.name === name);
      const operands = bulk
        ? [address(), address(), [next(12), next(BYTES), -1][next(3)]]
        : parameters.map((type, at) => (at === 0 ? address() : operand(type)));
      const expected = outcome(() => native.exports[name](...operands));
      const was = outcome(() => rewritten.exports[name](...operands));
      if (expected !== was) expect(`${name}(${operands}): ${was}`).toBe(`${name}(${operands}): ${expected}`);
      if (expected.includes('RuntimeError')) traps++;
    }
  }
  const differs = native.bytes.findIndex((byte, i) => byte !== rewritten.bytes[i]);
  expect(differs).toBe(-1);
  return traps;
}

describe('a rewritten instruction', () => {
  it.each([false, true])('of each atomic kind does what it did (plain accesses told: %s)', (tells) => {
    const functions = functionsOf(atomics());
    const traps = compare(functions, pairOf(functions, tells), 40, 1);
    expect(traps).toBeGreaterThan(1000);
  });

  it('of each plain kind that is told does what it did', () => {
    const functions = [...functionsOf(plain()), ...BULK];
    const traps = compare(functions, pairOf(functions, true), 60, 2);
    expect(traps).toBeGreaterThan(1000);
  });
});
