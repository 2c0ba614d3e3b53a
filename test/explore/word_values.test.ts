import { describe, expect, it } from 'vitest';
import { KIND, KIND_NAMES } from '#src/control/words/operation.js';
import { portPlace } from '#src/control/words/place.js';
import type { Step } from '#src/control/words/trace.js';
import { valueAfter, valueBefore } from '#src/explore/picture/word_bits.js';
import { wordValues } from '#src/explore/picture/word_values.js';
import { entryAt } from '#src/page/interleaving/script.js';
import type { ViewedWord } from '#src/results/interleaving_view.js';

function step(kind: number, what: Partial<Step>): Step {
  const nothing = {
    changed: false,
    slept: false,
    timedOut: false,
    woke: false,
    wrote: false,
    preempts: false,
  };
  const place = {
    thread: 0,
    actor: 0,
    buffer: 0,
    offset: 0,
    size: 4,
    by: -1,
    a: 0,
    b: 0,
    result: 0,
    high: 0,
  };
  return { operation: KIND_NAMES[kind], kind, ...place, ...nothing, ...what };
}

const labels = { place: (_: number, offset: number) => `at ${offset}` } as Parameters<typeof wordValues>[1];

/** What the word shows after each step; undefined before its first entry. */
function shown({ values }: ViewedWord, steps: number): (string | null | undefined)[] {
  return Array.from({ length: steps }, (_, i) => entryAt(values, i)?.[1]);
}

describe('the value of a word after a step', () => {
  // Operands, result, and what is there then; one row at least for every operation that touches a word.
  const rows: [keyof typeof KIND, Partial<Step>, number][] = [
    ['LOAD', { result: 7 }, 7],
    ['LOAD', { result: -1 }, 0xffff_ffff],
    ['LOAD', { result: -1, size: 1 }, 0xff],
    ['READ', { result: 7 }, 7],
    ['WRITE', { a: 5, result: 3, changed: true }, 5],
    ['STORE', { a: 5, result: 3, changed: true }, 5],
    ['STORE', { a: 300, result: 3, size: 1, changed: true }, 44],
    ['STORE', { a: -2, result: 3, size: 2, changed: true }, 0xfffe],
    ['ADD', { a: 5, result: 3, changed: true }, 8],
    ['ADD', { a: 1, result: -1, changed: true }, 0],
    ['ADD', { a: 10, result: 250, size: 1, changed: true }, 4],
    ['ADD', { a: 1, result: -1, size: 8, changed: true }, 0],
    ['SUB', { a: 5, result: 3, changed: true }, 0xffff_fffe],
    ['SUB', { a: 5, result: 3, size: 1, changed: true }, 0xfe],
    ['AND', { a: 6, result: 3, changed: true }, 2],
    ['OR', { a: 6, result: 3, changed: true }, 7],
    ['XOR', { a: 6, result: 3, changed: true }, 5],
    ['EXCHANGE', { a: 6, result: 3, changed: true }, 6],
    ['COMPARE_EXCHANGE', { a: 3, b: 9, result: 3, changed: true }, 9],
    ['COMPARE_EXCHANGE', { a: 4, b: 9, result: 3 }, 3],
    ['COMPARE_EXCHANGE', { a: 3, b: 3, result: 3 }, 3],
    ['COMPARE_EXCHANGE', { a: 3, b: 259, result: 3, size: 1, changed: true }, 3],
    ['WAIT', { a: 3, result: 3, slept: true }, 3],
    ['WAIT', { a: 4, result: 3 }, 3],
    ['WAIT_ASYNC', { a: 3, result: 3, slept: true }, 3],
  ];
  for (const [kind, what, after] of rows) {
    it(`${kind} ${JSON.stringify(what)}`, () => {
      expect(valueAfter(step(KIND[kind], what))).toBe(after);
    });
  }

  it('leaves out no operation: those without a row touch no word', () => {
    const without = Object.keys(KIND).filter((kind) => !rows.some(([name]) => name === kind));
    expect(without).toEqual([
      ...['NONE', 'START', 'WAKE', 'NOTIFY', 'IDLE', 'PAUSE'],
      ...['SEND', 'RECEIVE', 'DELIVER', 'CLOSE', 'SPAWN', 'TERMINATE', 'END'],
      ...['FAULT', 'DIED', 'ALLOCATE', 'ARRIVE', 'ENTER'],
    ]);
    for (const kind of without) {
      // What is no operation on memory has a port for its place.
      const place = KIND[kind as keyof typeof KIND] >= KIND.SEND ? { buffer: portPlace(0) } : {};
      const steps = [step(KIND[kind as keyof typeof KIND], { result: 1, changed: true, ...place })];
      expect(wordValues(steps, labels, () => undefined)).toEqual([]);
    }
  });

  it('is told of before, too, without a sign', () => {
    expect(valueBefore(step(KIND.ADD, { result: -3, size: 1 }))).toBe(253);
    expect(valueBefore(step(KIND.ADD, { result: -3, size: 8 }))).toBe(0xffff_fffd);
  });
});

/** Steps as the explorer records them: `change` is done to real memory between looking at it before and after. */
class Recorder {
  readonly steps: Step[] = [];
  readonly memory = new SharedArrayBuffer(16);
  /** Copies of the memory after each step. */
  readonly after: DataView[] = [];

  read(at: { offset: number; size: number }, memory: ArrayBufferLike | DataView = this.memory): bigint {
    const view = memory instanceof DataView ? memory : new DataView(memory);
    let value = 0n;
    for (let i = at.size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at.offset + i));
    return value;
  }

  do(kind: number, at: { offset: number; size: number }, a: bigint, b: bigint, change: () => void): void {
    const before = this.read(at);
    change();
    const after = this.read(at);
    const low = (value: bigint): number => Number(BigInt.asIntN(32, value));
    const upper = (value: bigint): number => (at.size < 8 ? 0 : low(value >> 32n));
    const hash = kind === KIND.LOAD ? upper(before) : upper(before) ^ Math.imul(upper(after), 31);
    this.steps.push(
      step(kind, {
        ...at,
        a: low(a),
        b: low(b),
        result: low(before),
        high: kind === KIND.WAIT ? 1 : hash,
        changed: before !== after,
      }),
    );
    this.after.push(new DataView(new Uint8Array(this.memory).slice().buffer));
  }
}

const NAMES = ['load', 'store', 'add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange'] as const;

describe('the memory after each step', () => {
  it('is what real memory held, for words of all sizes that overlap, in 300 random programs', () => {
    let state = 12345;
    const draw = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % n;
    };
    let known = 0;
    let looked = 0;
    for (let program = 0; program < 300; program++) {
      const recorder = new Recorder();
      const { memory } = recorder;
      for (let i = 0; i < 16; i++) new Uint8Array(memory)[i] = draw(4) === 0 ? draw(256) : 255;
      const views = [new Uint8Array(memory), new Uint16Array(memory), new Int32Array(memory)] as const;
      const wide = new BigUint64Array(memory);
      for (let i = 0; i < 20; i++) {
        const size = [1, 2, 4, 8, 8, 8][draw(6)];
        const offset = draw(16 / size) * size;
        const name = NAMES[draw(NAMES.length)];
        const value = BigInt(draw(3)) * BigInt(draw(1 << 16)) + (BigInt(draw(3)) << 33n);
        const kind = KIND_NAMES.indexOf(name);
        const now = recorder.read({ offset, size });
        const expected = draw(2) === 0 ? now : value;
        const [a, b] = name === 'compareExchange' ? [expected, value] : [value, 0n];
        recorder.do(kind, { offset, size }, a, b, () => {
          const method = Atomics[name] as (...args: unknown[]) => unknown;
          if (size === 8) method(wide, offset / 8, a, b);
          else method(views[size >> 1], offset / size, Number(a & 0xffff_ffffn), Number(b & 0xffff_ffffn));
        });
      }
      const { steps, after } = recorder;
      const words = wordValues(steps, labels, (place) => recorder.read(place));
      for (const word of words) {
        const place = { offset: Number(word.name.slice(3)), size: word.bytes };
        shown(word, steps.length).forEach((value, i) => {
          looked++;
          if (value === null || value === undefined) return;
          known++;
          const bits = recorder.read(place, after[i]);
          expect(BigInt.asUintN(place.size * 8, BigInt(value)), `program ${program}, step ${i}`).toBe(bits);
        });
      }
    }
    // Open are only words before their first touch, and upper halves that nothing tells.
    expect(known / looked).toBeGreaterThan(0.6);
  });

  for (const [told, kinds, loads, hasEnd] of [
    ['from a load on', NAMES, true, false],
    ['up to the end', NAMES.slice(1), false, true],
  ] as const) {
    it(`of 64 bits is known and right ${told}, whatever writes it`, () => {
      let state = 99;
      const draw = (n: number): number => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 8) % n;
      };
      for (let program = 0; program < 100; program++) {
        const recorder = new Recorder();
        const big = new BigInt64Array(recorder.memory);
        const at = { offset: 8, size: 8 };
        big[1] = (BigInt(draw(1 << 20)) << 40n) - BigInt(draw(2));
        if (loads) recorder.do(KIND.LOAD, at, 0n, 0n, () => {});
        for (let i = 0; i < 12; i++) {
          const name = kinds[draw(kinds.length)];
          const value = (BigInt(draw(1 << 16)) << BigInt(draw(40))) - 5n;
          const expected = draw(2) === 0 ? big[1] : 1n;
          const [a, b] = name === 'compareExchange' ? [expected, value] : [value, 0n];
          recorder.do(KIND_NAMES.indexOf(name), at, a, b, () => {
            (Atomics[name] as (...args: unknown[]) => unknown)(big, 1, a, b);
          });
        }
        const end = hasEnd ? recorder.read(at) : undefined;
        const [word] = wordValues(recorder.steps, labels, () => end);
        const real = recorder.after.map((memory) => String(BigInt.asIntN(64, recorder.read(at, memory))));
        expect(shown(word, recorder.steps.length), `program ${program}`).toEqual(real);
      }
    });
  }

  it('of 64 bits is known from the end alone, where nothing but additions touched the word', () => {
    const recorder = new Recorder();
    const big = new BigInt64Array(recorder.memory);
    big[0] = 2n ** 32n - 1n;
    for (let i = 0; i < 3; i++) {
      const a = i === 1 ? 2n ** 40n : 1n;
      recorder.do(KIND.ADD, { offset: 0, size: 8 }, a, 0n, () => Atomics.add(big, 0, a));
    }
    const [word] = wordValues(recorder.steps, labels, (place) => recorder.read(place));
    expect(word.values).toEqual([
      [0, `${2n ** 32n}`, `${2n ** 32n - 1n}`],
      [1, `${2n ** 40n + 2n ** 32n}`, `${2n ** 32n}`],
      [2, `${2n ** 40n + 2n ** 32n + 1n}`, `${2n ** 40n + 2n ** 32n}`],
    ]);
    const [unsure] = wordValues(recorder.steps, labels, () => undefined);
    expect(shown(unsure, 3)).toEqual([null, null, null]);
  });

  it('of 64 bits stays open where the two ends contradict one another: a plain write was in between', () => {
    const recorder = new Recorder();
    const big = new BigInt64Array(recorder.memory);
    const at = { offset: 0, size: 8 };
    recorder.do(KIND.LOAD, at, 0n, 0n, () => {});
    big[0] = 2n ** 35n;
    recorder.do(KIND.ADD, at, 1n, 0n, () => Atomics.add(big, 0, 1n));
    recorder.do(KIND.LOAD, at, 0n, 0n, () => {});
    const [word] = wordValues(recorder.steps, labels, (place) => recorder.read(place));
    expect(shown(word, 3)).toEqual(['0', null, `${2n ** 35n + 1n}`]);
  });

  it('is open between a step and the next that finds another value: a plain write was in between', () => {
    const steps = [
      step(KIND.STORE, { a: 1, changed: true }),
      step(KIND.START, { thread: 1, buffer: -3, size: 0 }),
      step(KIND.LOAD, { result: 5 }),
      step(KIND.LOAD, { result: 6 }),
    ];
    const [word] = wordValues(steps, labels, () => undefined);
    expect(shown(word, 4)).toEqual(['1', null, '5', '6']);
    // Only what a step itself changed is marked.
    expect(word.values.map((value) => value.length)).toEqual([3, 2, 2, 2]);
  });

  it('shows the sign that the steps of a narrow word show', () => {
    const signed = wordValues([step(KIND.LOAD, { size: 1, result: -1 })], labels, () => undefined);
    expect(shown(signed[0], 1)).toEqual(['-1']);
    const unsigned = wordValues(
      [step(KIND.ADD, { size: 1, result: 254, a: -1, changed: true })],
      labels,
      () => undefined,
    );
    expect(shown(unsigned[0], 1)).toEqual(['253']);
  });
});
