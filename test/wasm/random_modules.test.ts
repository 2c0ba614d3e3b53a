import { expect, it } from 'vitest';
import { F64, I32, I64, moduleOf, s, shared, u, V128, type WasmFunction } from './assembler.ts';
import { type Exports, instantiateRewritten, W } from './rewritten.ts';

// Random programs: functions that call one another, with blocks, branches, locals of every type, and accesses of every kind in
// between. What each gives, where it traps, and what is in memory afterwards is as it was.

type Draw = (below: number) => number;

function random(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

// Locals: 0 and 1 are the parameters (i32, i64), then two more i32, an f64, a v128.
const [A, WIDE, B, COUNT, F, V] = [0, 1, 2, 3, 4, 5];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = (value: number): number[] => [0x41, ...s(value)];

/** An address: mostly inside and aligned. */
const address = (draw: Draw): number[] =>
  draw(40) === 0 ? get(A) : [...get(draw(2) === 0 ? A : B), ...i32(0xfff8), 0x71];

const SIZES = [2, 3, 0, 1, 0, 1, 2];

function atomic(draw: Draw): number[] {
  const sub = 0x10 + draw(63);
  const variant = (sub - 0x10) % 7;
  const group = Math.floor((sub - 0x10) / 7);
  const wide = [1, 4, 5, 6].includes(variant);
  const operand = get(wide ? WIDE : B);
  const operands = Array.from({ length: group === 0 ? 0 : group === 8 ? 2 : 1 }, () => operand).flat();
  const result = group === 1 ? [] : set(wide ? WIDE : A);
  return [...address(draw), ...operands, 0xfe, sub, SIZES[variant], ...u(8 * draw(3)), ...result];
}

function plain(draw: Draw): number[] {
  const offset = u(draw(20));
  const all = [
    () => [...address(draw), 0x28, 0, ...offset, ...set(B)],
    () => [...address(draw), ...get(A), 0x3a, 0, ...offset],
    () => [...address(draw), 0x29, 0, ...offset, ...set(WIDE)],
    () => [...address(draw), ...get(WIDE), 0x37, 0, ...offset],
    () => [...address(draw), ...get(F), 0x39, 0, ...offset],
    () => [...address(draw), 0xfd, 0, 0, ...offset, ...set(V)],
    () => [...address(draw), ...get(V), 0xfd, 11, 0, ...offset],
    () => [...address(draw), ...get(V), 0xfd, 86, 0, ...offset, 1, ...set(V)],
    () => [...address(draw), ...address(draw), ...i32(draw(64)), 0xfc, 10, 0, 0],
    () => [...address(draw), ...get(A), ...i32(draw(64)), 0xfc, 11, 0],
    () => [...get(WIDE), 0xb9, ...set(F)],
  ];
  return all[draw(all.length)]();
}

/** @param callable functions with smaller numbers, which take (i32, i64) and give an i32 */
function statements(draw: Draw, count: number, depth: number, callable: number): number[] {
  const code: number[] = [];
  for (let i = 0; i < count; i++) {
    const kind = draw(depth > 2 ? 6 : 10);
    const inner = () => statements(draw, 1 + draw(4), depth + 1, callable);
    if (kind < 3) code.push(...atomic(draw));
    else if (kind < 6) code.push(...plain(draw));
    else if (kind === 6) code.push(...get(A), 0x04, 0x40, ...inner(), 0x05, ...inner(), 0x0b);
    else if (kind === 7) code.push(0x02, 0x40, ...get(B), 0x0d, 0, ...inner(), 0x0b);
    else if (kind === 8) {
      // At most a few times round, whatever is within it.
      code.push(...i32(1 + draw(3)), ...set(COUNT), 0x03, 0x40, ...statements(draw, 1 + draw(3), 3, 0));
      code.push(...get(COUNT), ...i32(1), 0x6b, 0x22, COUNT, 0x0d, 0, 0x0b);
    } else if (callable > 0) code.push(...get(B), ...get(WIDE), 0x10, ...u(draw(callable)), ...set(A));
  }
  return code;
}

function program(seed: number): WasmFunction[] {
  const draw = random(seed);
  return Array.from({ length: 1 + draw(6) }, (_, i) => ({
    name: `f${i}`,
    parameters: [I32, I64],
    results: [I32],
    locals: [
      [2, I32],
      [1, F64],
      [1, V128],
    ],
    body: [...statements(draw, 3 + draw(12), 0, i), ...get(A)],
  }));
}

function outcome(exports: Exports, name: string, a: number, wide: bigint): string {
  try {
    return String(exports[name](a, wide));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

it.each([false, true])('120 random programs do what they did (plain accesses told: %s)', (tells) => {
  let traps = 0;
  let rewritten = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const functions = program(seed);
    const bytes = moduleOf(functions, { limits: shared(1, 1) });
    expect([seed, W.validate(bytes)]).toEqual([seed, true]);
    const make = () => new W.Memory({ initial: 1, maximum: 1, shared: true } as never);
    const [ours, theirs] = [make(), make()];
    let exports: Exports;
    try {
      ({ exports } = instantiateRewritten(bytes, { env: { memory: ours } }, tells));
    } catch (error) {
      expect((error as Error).message).toBe('nothing was rewritten');
      continue;
    }
    rewritten++;
    const native: Exports = new W.Instance(new W.Module(bytes), { env: { memory: theirs } }).exports;
    const draw = random(seed);
    for (let i = 0; i < 12; i++) {
      const name = `f${draw(functions.length)}`;
      const [a, wide] = [draw(2 ** 32) | 0, BigInt(draw(2 ** 32)) * 0x1_0001n];
      const expected = outcome(native, name, a, wide);
      expect([seed, i, outcome(exports, name, a, wide)]).toEqual([seed, i, expected]);
      if (expected.startsWith('RuntimeError')) traps++;
    }
    expect([seed, Buffer.compare(Buffer.from(ours.buffer), Buffer.from(theirs.buffer))]).toEqual([seed, 0]);
  }
  expect(rewritten).toBeGreaterThan(100);
  expect(traps).toBeGreaterThan(20);
});
