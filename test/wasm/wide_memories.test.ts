import { describe, expect, it } from 'vitest';
import { body, functionType, HEAD, I32, I64, section, text, u, vector } from './assembler.ts';
import { type Exports, instantiateRewritten, W } from './rewritten.ts';

// 64-bit addresses, and several memories: what Node.js 24 has without a flag. Where the host does not compile such a module
// there is nothing to compare with.

const get = (local: number): number[] => [0x20, local];
/** Memory 0 is shared, memory 1 shared with 64-bit addresses, memory 2 the instance's own. `at` is the offset of `add64`. */
function functions(at: bigint): [name: string, parameters: number[], results: number[], code: number[]][] {
  const two = [...get(0), ...get(1)];
  return [
    ['add64', [I64, I32], [I32], [...two, 0xfe, 0x1e, 0x42, 1, ...u(at)]],
    ['add0', [I32, I32], [I32], [...two, 0xfe, 0x1e, 2, 4]],
    ['add2', [I32, I32], [I32], [...two, 0xfe, 0x1e, 0x42, 2, 4]],
    ['load64', [I64], [I32], [...get(0), 0x28, 0x42, 1, 8]],
    ['store64', [I64, I32], [], [...two, 0x36, 0x42, 1, 8]],
    ['copy', [I64, I32, I32], [], [...two, ...get(2), 0xfc, 10, 1, 0]],
    ['back', [I32, I64, I32], [], [...two, ...get(2), 0xfc, 10, 2, 1]],
    ['fill', [I64, I32, I64], [], [...two, ...get(2), 0xfc, 11, 1]],
    ['grow', [I64], [I64], [...get(0), 0x40, 1]],
    ['notify', [I64, I32], [I32], [...two, 0xfe, 0, 0x42, 1, 0]],
  ];
}

function module(at: bigint): Uint8Array {
  const all = functions(at);
  return new Uint8Array([
    ...HEAD,
    ...section(1, vector(all.map(([, parameters, results]) => functionType({ parameters, results })))),
    ...section(
      2,
      vector([
        [...text('e'), ...text('m0'), 2, 3, 1, 2],
        [...text('e'), ...text('m1'), 2, 7, 1, 2],
      ]),
    ),
    ...section(3, vector(all.map((_, i) => u(i)))),
    ...section(5, vector([[1, 1, 2]])),
    ...section(7, vector(all.map(([name], i) => [...text(name), 0, ...u(i)]))),
    ...section(10, vector(all.map(([, , , code]) => body({ body: code })))),
  ]);
}

const A64 = [0n, 8n, 65_532n, 65_533n, 65_536n, 1n, 2n ** 40n, 2n ** 63n, 2n ** 64n - 4n, 2n ** 64n - 1n];
const A32 = [0, 4, 65_528, 65_532, 65_535, -4, 1];

function calls(): [string, ...(number | bigint)[]][] {
  const all: [string, ...(number | bigint)[]][] = [];
  for (const at of A64) {
    for (const value of [1, -7])
      all.push(['add64', at, value], ['store64', at, value], ['notify', at, value]);
    for (const other of A32) all.push(['copy', at, other, 9], ['back', other, at, 3]);
    all.push(['load64', at], ['fill', at, 5, 12n], ['fill', at, 5, 2n ** 40n]);
  }
  for (const at of A32) for (const value of [1, 3]) all.push(['add0', at, value], ['add2', at, value]);
  for (const pages of [0n, 1n, 5n, 1n, 2n ** 50n]) all.push(['grow', pages]);
  return [...all, ['add64', 65_536n, 1]];
}

function outcome(exports: Exports, [name, ...operands]: [string, ...(number | bigint)[]]): string {
  try {
    return String(exports[name](...operands));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe.skipIf(!W.validate(module(0n)))('64-bit addresses and several memories', () => {
  it.each([0n, 4n, 2n ** 32n, 2n ** 64n - 4n])('do what they did, with an offset of %s', (offset) => {
    const bytes = module(offset);
    const wide = { initial: 1n, maximum: 2n, shared: true, address: 'i64' };
    const make = () => ({
      e: { m0: new W.Memory({ initial: 1, maximum: 2, shared: true }), m1: new W.Memory(wide) },
    });
    const [theirs, ours] = [make(), make()];
    const native = new W.Instance(new W.Module(bytes), theirs).exports;
    const { exports, told } = instantiateRewritten(bytes, ours, true);
    for (const call of calls())
      expect([...call, outcome(exports, call)]).toEqual([...call, outcome(native, call)]);
    for (const name of ['m0', 'm1'] as const) {
      expect(Buffer.compare(Buffer.from(ours.e[name].buffer), Buffer.from(theirs.e[name].buffer))).toBe(0);
    }
    expect(told.length).toBeGreaterThan(40);
  });
});
