import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DwarfLines } from '#src/intercept/wasm/dwarf_lines.js';
import { Sources, shortPlace } from '#src/verdicts/source.js';
import { I32, moduleOf, s, shared, u, V128 } from './assembler.ts';
import { instantiateRewritten, W } from './rewritten.ts';

// Where a step of WebAssembly is, by the lines of its source or by the bytes of the module that was given.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-wasm-places-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const folder = new URL('../explore/scenarios/wasm/', import.meta.url);

async function places(name: string): Promise<{ text: string; place: string; line: number }[]> {
  const options = { seed: 1, strategy: 'dpor', directory } as const;
  const error = await explore(new URL(name, folder), options).catch((reason) => reason);
  if (!(error instanceof ScheduleFailed)) throw error;
  const { steps, sites, labels } = error.failure;
  const sources = new Sources();
  return steps.flatMap((step, i) => {
    const [place] = sources.frames(sites.get(i) ?? '');
    if (place === undefined) return [];
    return [{ text: labels.step(step), place: shortPlace(place), line: place.line }];
  });
}

describe('a step', () => {
  it('has the line of the source that the module tells, and names by exported addresses', async () => {
    const source = readFileSync(new URL('c/spin.c', folder), 'utf8').split('\n');
    const all = await places('spin.mjs?bug=split');
    expect(all.length).toBeGreaterThan(9);
    const lines = new Set(
      all.map(
        ({ text, place, line }) => `${text.split('(')[0]} ${place.split(':')[0]} ${source[line - 1].trim()}`,
      ),
    );
    expect([...lines].sort()).toEqual([
      'load spin.c int now = atomic_load(&counter);',
      'load spin.c while (atomic_load(&lock) != 0) {',
      'store spin.c atomic_store(&counter, now + 1);',
      'store spin.c atomic_store(&lock, 1);',
      'store spin.c static void release(void) { atomic_store(&lock, 0); }',
    ]);
    expect(all.map(({ text }) => text.replace(/, \d\)|\) = \d/, ''))).toContain('load(counter');
  });

  it('without lines has the name of its function and the byte in the module as it was given', async () => {
    const bytes = readFileSync(new URL('as-lock.wasm', folder));
    const all = await places('as-lock.mjs?bug');
    expect(all.length).toBeGreaterThan(9);
    for (const { place, line } of all) {
      expect(place).toBe(`lock/increment@0x${line.toString(16)}`);
      // An atomic instruction begins there.
      expect(bytes[line]).toBe(0xfe);
    }
  });
});

describe('lines of version 5', () => {
  it('have folders and files by the texts of other sections', () => {
    const strings = [...new TextEncoder().encode('/src\0a.c\0lib\0')];
    const tables = [
      ...[1, 1, 0x1f, 2, 0, 0, 0, 0, 9, 0, 0, 0], // folders: path by line_strp
      ...[2, 1, 0x1f, 2, 0x0b, 1, 5, 0, 0, 0, 1], // files: path, folder by a byte
    ];
    const program = [0, 5, 2, 0x10, 0, 0, 0, 4, 0, 3, 6, 5, 7, 1, 2, 8, 3, 0, 1, 2, 4, 0, 1, 1];
    const header = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, ...tables];
    const unit = [5, 0, 4, 0, header.length, 0, 0, 0, ...header, ...program];
    const section = new Uint8Array([unit.length, 0, 0, 0, ...unit]);
    const lines = new DwarfLines(section, { lines: new Uint8Array(strings), texts: new Uint8Array() });
    expect(lines.at(0x0f)).toBeUndefined();
    expect(lines.at(0x12)).toMatchObject({ file: '/src/lib/a.c', line: 7, column: 7 });
    expect(lines.at(0x18)).toMatchObject({ line: 7 });
    expect(lines.at(0x1c)).toBeUndefined();
  });
});

describe('plain accesses are told before they happen', () => {
  const get = (local: number): number[] => [0x20, local];
  const splat = [0xfd, 0x12];
  // Instruction, what is told of it at address 100: kind, offset, bytes.
  const CASES: [string, number[], [string, number, number][]][] = [
    ['i32.load8_u offset=3', [...get(0), 0x2d, 0, ...u(3), 0x1a], [['read', 103, 1]]],
    ['i64.load', [...get(0), 0x29, 0, 0, 0x1a], [['read', 100, 8]]],
    ['f64.load', [...get(0), 0x2b, 0, 0, 0x1a], [['read', 100, 8]]],
    ['i32.store16', [...get(0), ...get(0), 0x3b, 0, 0], [['write', 100, 2]]],
    ['f32.store', [...get(0), 0x43, 0, 0, 0, 0, 0x38, 0, 0], [['write', 100, 4]]],
    ['v128.load', [...get(0), 0xfd, 0, 0, 0, 0x1a], [['read', 100, 16]]],
    ['v128.load16_splat', [...get(0), 0xfd, 8, 0, 0, 0x1a], [['read', 100, 2]]],
    ['v128.store', [...get(0), 0x42, 1, ...splat, 0xfd, 11, 0, 0], [['write', 100, 16]]],
    ['v128.store32_lane', [...get(0), 0x42, 1, ...splat, 0xfd, 90, 0, 0, 1], [['write', 100, 4]]],
    ['v128.load64_lane', [...get(0), 0x42, 1, ...splat, 0xfd, 87, 0, 0, 1, 0x1a], [['read', 100, 8]]],
    ['v128.load64_zero', [...get(0), 0xfd, 93, 0, 0, 0x1a], [['read', 100, 8]]],
    [
      'memory.copy',
      [...get(0), 0x41, 8, 0x41, 5, 0xfc, 10, 0, 0],
      [
        ['read', 8, 5],
        ['write', 100, 5],
      ],
    ],
    ['memory.fill', [...get(0), 0x41, 8, 0x41, 5, 0xfc, 11, 0], [['write', 100, 5]]],
    ['memory.init', [...get(0), 0x41, 0, 0x41, 2, 0xfc, 8, 0, 0], [['write', 100, 2]]],
    ['i32.load, out of bounds', [0x41, ...s(-4), 0x28, 0, 0, 0x1a], []],
    ['memory.fill of nothing', [...get(0), 0x41, 8, 0x41, 0, 0xfc, 11, 0], []],
  ];

  it.each(CASES)('%s', (name, code, wanted) => {
    const bytes = moduleOf(
      [{ name: 'run', parameters: [I32], results: [], locals: [[1, V128]], body: code }],
      {
        limits: shared(1, 1),
        data: [[1, 2, 3]],
      },
    );
    const memory = new W.Memory({ initial: 1, maximum: 1, shared: true } as never);
    const { exports, told } = instantiateRewritten(bytes, { env: { memory } }, true);
    if (name.includes('out of bounds')) expect(() => exports.run(100)).toThrow('memory access out of bounds');
    else exports.run(100);
    expect(told.map(({ kind, offset, bytes: size }) => [kind, offset, size])).toEqual(wanted);
    // The place is the instruction's own in the original.
    const PLAIN = (opcode: number): boolean =>
      (opcode >= 0x28 && opcode <= 0x3e) || opcode === 0xfc || opcode === 0xfd;
    for (const { column } of told) expect(PLAIN(bytes[column])).toBe(true);
  });

  it('is left out where nobody asks for it', () => {
    const bytes = moduleOf(
      [
        {
          name: 'run',
          parameters: [I32],
          results: [I32],
          body: [...get(0), 0xfe, 0x10, 2, 0, ...get(0), 0x28, 0, 0, 0x6a],
        },
      ],
      { limits: shared(1, 1) },
    );
    const memory = new W.Memory({ initial: 1, maximum: 1, shared: true } as never);
    const { exports, told } = instantiateRewritten(bytes, { env: { memory } }, false);
    exports.run(8);
    expect(told).toEqual([]);
  });
});
