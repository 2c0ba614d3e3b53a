import fc from 'fast-check';
import { expect, it } from 'vitest';
import { H } from '#src/control/words/layout.js';
import { Session } from '#src/explore/scenario/session.js';
import { scenario } from './paths.ts';

// Holding spin loops back must lose no outcome: small random programs with loops on one word or two, with and
// without a compare-exchange, against a plain search of all states in which a loop runs as often as it likes.

const KINDS = ['load', 'store', 'add', 'cas', 'await', 'awaitCas', 'awaitThenCas', 'awaitEither'] as const;
type Kind = (typeof KINDS)[number];
type Instruction = readonly [Kind, at: number, a: number, b: number];
type Program = readonly (readonly Instruction[])[];
const THREADS = 3;
const RESULTS = 8;

/** The outcomes; undefined where some thread can be stuck for ever, which the explorer would report. */
function outcomesOf(program: Program): string[] | undefined {
  const outcomes = new Set<string>();
  const seen = new Set<string>();
  let stuck = false;
  // A position counts half instructions: a loop with two operations stands between them at an odd one.
  const visit = (words: readonly number[], at: readonly number[], results: readonly number[]): void => {
    const key = `${words}|${at}|${results}`;
    if (seen.has(key)) return;
    seen.add(key);
    let ran = false;
    const go = (thread: number, position: number, write: number, value: number, result?: number): void => {
      ran = true;
      const kept = RESULTS * thread + (at[thread] >> 1);
      visit(
        words.with(write, value),
        at.with(thread, position),
        result === undefined ? results : results.with(kept, result),
      );
    };
    program.forEach((instructions, thread) => {
      const here = at[thread];
      if (here >> 1 === instructions.length) return;
      const [kind, place, a, b] = instructions[here >> 1];
      const now = words[place];
      const next = (here | 1) + 1;
      const inside = (here & 1) === 1;
      if (kind === 'load') go(thread, next, place, now, now);
      if (kind === 'store') go(thread, next, place, a);
      if (kind === 'add') go(thread, next, place, now + a, now);
      if (kind === 'cas') go(thread, next, place, now === a ? b : now, now);
      if (kind === 'await' && now === a) go(thread, next, place, now);
      if (kind === 'awaitCas' && now === a) go(thread, next, place, b);
      if (kind === 'awaitThenCas' && inside)
        go(thread, now === a ? next : here - 1, place, now === a ? b : now);
      if (kind === 'awaitThenCas' && !inside && now === a) go(thread, here + 1, place, now);
      if (kind === 'awaitEither' && inside) go(thread, words[1 - place] === b ? next : here - 1, place, now);
      if (kind === 'awaitEither' && !inside) go(thread, now === a ? next : here + 1, place, now);
    });
    if (ran) return;
    if (program.some((instructions, thread) => at[thread] >> 1 < instructions.length)) stuck = true;
    else outcomes.add([...words, ...results].join());
  };
  visit([0, 0], [0, 0, 0], new Array<number>(RESULTS * THREADS).fill(0));
  return stuck ? undefined : [...outcomes].sort();
}

const instruction = fc.tuple(fc.constantFrom(...KINDS), fc.nat(1), fc.nat(2), fc.nat(2));
const thread = (least: number, most: number) => fc.array(instruction, { minLength: least, maxLength: most });
const programs: fc.Arbitrary<Program> = fc
  .tuple(thread(1, 3), thread(1, 3), thread(0, 1))
  .filter((program) => program.flat().some(([kind]) => kind.startsWith('await')))
  .filter((program) => (outcomesOf(program)?.length ?? 0) > 1);

for (const spinLimit of [1, 2]) {
  it(`400 random programs, held back after ${spinLimit}`, { timeout: 120_000 }, async () => {
    const session = await Session.open({
      scenario: scenario('spinning.mjs').href,
      threads: THREADS,
      seed: 1,
      stepLimit: 3000,
      spinLimit,
      hangMs: 10_000,
    });
    const { code, outcomes } = session.shared as Record<'code' | 'outcomes', Int32Array>;
    let version = 0;
    let compared = 0;
    const property = fc.asyncProperty(programs, async (program) => {
      code.fill(0);
      code[0] = ++version;
      program.forEach((instructions, t) => {
        instructions.forEach(([kind, ...operands], i) => {
          code.set([KINDS.indexOf(kind) + 1, ...operands], 1 + (t * RESULTS + i) * 5);
        });
      });
      outcomes[0] = 0;
      const { reason } = await session.run({ strategy: 'dpor', schedules: 4000 });
      // Two words that nobody writes any more can be looked at in turns for ever: a livelock, which is found.
      if (reason === 'failed') return;
      compared++;
      expect([reason, session.words[H.BOUNDED_LOOPS]]).toEqual(['exhausted', 0]);
      const found = new Set<string>();
      const length = 2 + RESULTS * THREADS;
      for (let i = 0; i < outcomes[0]; i++) {
        found.add(outcomes.subarray(1 + i * 32, 1 + i * 32 + length).join());
      }
      expect([...found].sort()).toEqual(outcomesOf(program));
    });
    try {
      await fc.assert(property, { seed: 1, numRuns: 400 });
    } finally {
      await session.close();
    }
    expect(compared).toBeGreaterThan(300);
  });
}
