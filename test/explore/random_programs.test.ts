import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { H } from '#src/control/words/layout.js';
import { Session } from '#src/explore/scenario/session.js';
import { encode, enumerate, type Instruction, KINDS, RESULTS, type Threads, WIDTHS } from './interpreted.ts';
import { scenario } from './paths.ts';

// The test of soundness: what DPOR leaves out must make no difference. Small programs, drawn at random, of operations
// of every kind and width on the same eight bytes: every outcome that exists is reached, by one execution for each
// class; and where an invariant looks, every state between. All is computed without the explorer.

const THREADS = 3;
type Shared = Record<'code' | 'outcomes' | 'states', Int32Array>;
const sessions = new Map<boolean, Session>();
beforeAll(async () => {
  for (const invariant of [false, true]) {
    const url = scenario('interpreter.mjs');
    if (invariant) url.searchParams.set('invariant', '');
    const session = await Session.open({
      scenario: url.href,
      threads: THREADS,
      seed: 1,
      stepLimit: 1000,
      // Every instruction of a kind is called from the same line: that is no spin loop.
      spinLimit: 1000,
      hangMs: 10_000,
    });
    sessions.set(invariant, session);
  }
});
afterAll(() => Promise.all([...sessions.values()].map((session) => session.close())));

/** The records of a list: its length first, then records every `stride` words. */
function records(list: Int32Array, stride: number, length: number): string[] {
  const seen = new Set<string>();
  for (let i = 0; i < list[0]; i++) seen.add(list.subarray(1 + i * stride, 1 + i * stride + length).join());
  return [...seen].sort();
}

/** @param cut into how many shares the search is cut, and from which step on */
async function compare(
  threads: Threads,
  invariant: boolean,
  timeouts: 'any' | 'last' = 'any',
  cut: { readonly shares: number; readonly frontier: number } = { shares: 1, frontier: 0 },
): Promise<void> {
  const session = sessions.get(invariant) as Session;
  const { code, outcomes, states } = session.shared as Shared;
  const expected = enumerate(threads, invariant, timeouts);
  code.set(encode(threads));
  outcomes[0] = 0;
  states[0] = 0;
  let executions = 0;
  for (let share = 1; share <= cut.shares; share++) {
    const params = { share, ...cut };
    const done = await session.run({ strategy: 'dpor', params, schedules: 4000, timeouts });
    expect(session.words[H.SPACE_DONE]).toBe(1);
    executions += done.executions;
  }
  expect(records(outcomes, 64, 2 + RESULTS * THREADS)).toEqual([...expected.outcomes].sort());
  if (invariant) expect(records(states, 2, 2)).toEqual([...expected.states].sort());
  // Which wait times out first, where nothing else can run, is tried in every way, whether it matters or not.
  if (timeouts === 'any') expect(executions).toBe(expected.classes);
}

function programs(kinds: readonly Instruction['kind'][], views: readonly number[]): fc.Arbitrary<Threads> {
  const instruction = fc
    .record({
      kind: fc.constantFrom(...kinds),
      view: fc.constantFrom(...views),
      slot: fc.nat(7),
      a: fc.nat(2),
      b: fc.nat(2),
    })
    .map(({ kind, view, slot, a, b }): Instruction => {
      // Waits are for words only; a place is one of the first two of its width.
      const fit = (kind === 'wait' || kind === 'notify') && WIDTHS[view] < 4 ? 0 : view;
      return { kind, view: fit, index: WIDTHS[fit] === 8 ? 0 : slot % 2, a, b };
    });
  const thread = (most: number) => fc.array(instruction, { minLength: 1, maxLength: most });
  return fc.oneof(
    fc.tuple(thread(4), thread(4), fc.constant([])),
    fc.tuple(thread(2), thread(2), thread(2)),
    fc.tuple(thread(3), thread(2), thread(1)),
  );
}

const RUNS = Number(process.env.FRAMELAB_PROGRAMS ?? 400);
const groups: Record<string, fc.Arbitrary<Threads>> = {
  'compare-exchanges and loads of one word or two': programs(
    ['compareExchange', 'load', 'compareExchange', 'store'],
    [0],
  ),
  'every operation on words': programs(KINDS.slice(1, 10), [0]),
  'every operation in every width': programs(KINDS.slice(1, 10), [0, 1, 2, 3, 4]),
  'waits and notifies': programs(['wait', 'notify', 'store', 'compareExchange', 'wait', 'notify'], [0, 4]),
};
for (const [name, program] of Object.entries(groups)) {
  for (const invariant of [false, true]) {
    const what = `${name}: ${RUNS} random programs${invariant ? ', with an invariant' : ''}`;
    it(what, { timeout: 120_000 }, async () => {
      const property = fc.asyncProperty(program, (threads) => compare(threads, invariant));
      await fc.assert(property, { seed: 1, numRuns: RUNS });
    });
  }
}

it(`timeouts where nothing else can run: ${RUNS} random programs`, { timeout: 120_000 }, async () => {
  const program = programs(['wait', 'notify', 'store', 'wait', 'compareExchange', 'wait', 'load'], [0]);
  const property = fc.asyncProperty(program, (threads) => compare(threads, false, 'last'));
  await fc.assert(property, { seed: 1, numRuns: RUNS });
});

// Shares of a search know nothing of one another. Together they run what one search runs, and nothing twice.
for (const invariant of [false, true]) {
  for (const timeouts of ['any', 'last'] as const) {
    const runs = Math.ceil(RUNS / 4);
    const what = `a search in shares${invariant ? ', with an invariant' : ''}, timeouts ${timeouts}: ${runs} random programs`;
    it(what, { timeout: 120_000 }, async () => {
      const program = programs(KINDS.slice(1), [0, 4]);
      const cuts = fc.record({
        shares: fc.integer({ min: 2, max: 4 }),
        frontier: fc.integer({ min: 1, max: 12 }),
      });
      const property = fc.asyncProperty(program, cuts, (threads, cut) =>
        compare(threads, invariant, timeouts, cut),
      );
      await fc.assert(property, { seed: 2, numRuns: runs });
    });
  }
}
