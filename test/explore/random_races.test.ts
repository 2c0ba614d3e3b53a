import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FAIL } from '#src/control/words/layout.js';
import { Session } from '#src/explore/scenario/session.js';
import { scenario } from './paths.ts';

// The race detector against the memory model, played through by hand: small programs, drawn at random, of plain and atomic
// accesses of two words. It must find a race exactly where some interleaving has two accesses that nothing orders.

const THREADS = 3;
const KINDS = ['read', 'write', 'load', 'store', 'add', 'cas', 'until'] as const;

interface Operation {
  readonly kind: (typeof KINDS)[number];
  readonly word: number;
  readonly a: number;
  readonly b: number;
}

interface Access {
  readonly thread: number;
  readonly word: number;
  readonly plain: boolean;
  readonly writes: boolean;
  /** Accesses that happen before it, as a set of indices. */
  readonly before: ReadonlySet<number>;
}

interface State {
  readonly words: readonly number[];
  readonly at: readonly number[];
  readonly accesses: readonly Access[];
  /** By thread and by word: the index of the last access, and of the last write; -1 for none. */
  readonly last: readonly number[];
  readonly written: readonly number[];
}

/** Whether some interleaving of the program has a data race. */
function hasRace(program: readonly (readonly Operation[])[]): boolean {
  const open: State[] = [
    {
      words: [0, 0],
      at: program.map(() => 0),
      accesses: [],
      last: program.map(() => -1),
      written: [-1, -1],
    },
  ];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (let thread = 0; thread < program.length; thread++) {
      const operation = program[thread][state.at[thread]];
      if (operation === undefined) continue;
      const next = step(state, thread, operation, program[thread].length);
      const access = next.accesses.length - 1;
      if (next.accesses.some((_, other) => races(next.accesses, other, access))) return true;
      open.push(next);
    }
  }
  return false;
}

function races(accesses: readonly Access[], other: number, access: number): boolean {
  const [a, b] = [accesses[other], accesses[access]];
  return (
    a.thread !== b.thread &&
    a.word === b.word &&
    (a.writes || b.writes) &&
    (a.plain || b.plain) &&
    !b.before.has(other)
  );
}

function step(state: State, thread: number, { kind, word, a, b }: Operation, length: number): State {
  const { accesses, last, written, words } = state;
  const held = words[word];
  const plain = kind === 'read' || kind === 'write';
  const reads = kind !== 'write' && kind !== 'store';
  const found = kind === 'cas' && held === a;
  const writes = kind === 'write' || kind === 'store' || kind === 'add' || found;
  const before = new Set<number>();
  const comesAfter = (index: number): void => {
    if (index < 0) return;
    before.add(index);
    for (const earlier of accesses[index].before) before.add(earlier);
  };
  comesAfter(last[thread]);
  // An atomic read synchronises with the atomic write that it reads from.
  if (reads && !plain && written[word] >= 0 && !accesses[written[word]].plain) comesAfter(written[word]);
  const value = kind === 'add' ? held + a : kind === 'cas' ? b : a;
  const index = accesses.length;
  const replace = (list: readonly number[], at: number, by: number): number[] =>
    list.map((old, i) => (i === at ? by : old));
  const stops = kind === 'until' && held !== a;
  return {
    words: writes ? replace(words, word, value) : words,
    at: replace(state.at, thread, stops ? length : state.at[thread] + 1),
    accesses: [...accesses, { thread, word, plain, writes, before }],
    last: replace(last, thread, index),
    written: writes ? replace(written, word, index) : written,
  };
}

let session: Session;
beforeAll(async () => {
  session = await Session.open({
    scenario: scenario('races/interpreter.mjs').href,
    seed: 1,
    races: true,
    stepLimit: 1000,
    // Every operation of a kind is called from the same line: that is no spin loop.
    spinLimit: 1000,
    hangMs: 10_000,
  });
});
afterAll(() => session.close());

async function findsRace(program: readonly (readonly Operation[])[]): Promise<boolean> {
  const { code } = session.shared as { code: Int32Array };
  code.fill(0);
  program.forEach((operations, thread) => {
    operations.forEach(({ kind, word, a, b }, i) => {
      code.set([KINDS.indexOf(kind) + 1, word, a, b], (thread * 8 + i) * 4);
    });
  });
  const outcome = await session.run({ strategy: 'dpor', schedules: 10_000 });
  if (outcome.failure === FAIL.RACE) return true;
  expect(outcome.reason).toBe('exhausted');
  return false;
}

const operation = fc.record({
  kind: fc.constantFrom(...KINDS),
  word: fc.integer({ min: 0, max: 1 }),
  a: fc.integer({ min: 0, max: 2 }),
  b: fc.integer({ min: 0, max: 2 }),
});

it('finds a race exactly where some interleaving has one', async () => {
  const found = { yes: 0, no: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operation, { maxLength: 3 }), { minLength: THREADS, maxLength: THREADS }),
      async (program) => {
        const expected = hasRace(program);
        found[expected ? 'yes' : 'no']++;
        expect(await findsRace(program)).toBe(expected);
      },
    ),
    { numRuns: 600, seed: 20 },
  );
  expect(Math.min(found.yes, found.no)).toBeGreaterThan(100);
}, 120_000);

// Data in one word, and all that is done to publish it in the other.
it('of data that are published by all kinds of atomic operations', async () => {
  const data = fc.record({
    kind: fc.constantFrom('read' as const, 'write' as const),
    word: fc.constant(0),
    a: fc.constant(1),
    b: fc.constant(0),
  });
  const atomic = fc.record({
    kind: fc.constantFrom(
      'load' as const,
      'store' as const,
      'add' as const,
      'cas' as const,
      'until' as const,
    ),
    word: fc.constant(1),
    a: fc.integer({ min: 0, max: 1 }),
    b: fc.integer({ min: 0, max: 1 }),
  });
  const found = { yes: 0, no: 0 };
  const half = fc.tuple(fc.array(atomic, { maxLength: 2 }), data, fc.array(atomic, { maxLength: 2 }));
  await fc.assert(
    fc.asyncProperty(half, half, fc.array(atomic, { maxLength: 2 }), async (one, other, third) => {
      const program = [one.flat(), other.flat(), third];
      const expected = hasRace(program);
      found[expected ? 'yes' : 'no']++;
      expect(await findsRace(program)).toBe(expected);
    }),
    { numRuns: 600, seed: 21 },
  );
  expect(Math.min(found.yes, found.no)).toBeGreaterThan(50);
}, 120_000);
