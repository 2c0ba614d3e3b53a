import fc from 'fast-check';
import { expect, it } from 'vitest';
import { H } from '#src/control/words/layout.js';
import { Session } from '#src/explore/scenario/session.js';
import {
  encode,
  type Instruction,
  type Left,
  type Operation,
  outcomesOf,
  type Threads,
} from './fault_programs.ts';

// The test of soundness: small programs, drawn at random, with every fault at every moment. What dpor leaves out must make no
// difference: every outcome that exists is reached, and no other. All is computed without the explorer.

const RUNS = Number(process.env.FRAMELAB_PROGRAMS ?? 15);

type Shared = Record<'code' | 'outcomes', Int32Array>;

async function open(threads: number, faults: Left): Promise<Session> {
  return Session.open({
    scenario: new URL('scenarios/fault-interpreter.mjs', import.meta.url).href,
    threads,
    faults,
    seed: 1,
    stepLimit: 1000,
    // Every instruction of a kind is called from the same line: that is no spin loop.
    spinLimit: 1000,
    hangMs: 10_000,
  });
}

function reached({ outcomes }: Shared, threads: number): string[] {
  const seen = new Set<string>();
  for (let i = 0; i < outcomes[0]; i++) {
    const at = 1 + i * 64;
    seen.add(outcomes.subarray(at, at + 2 + 8 * threads + 2).join());
  }
  return [...seen].sort();
}

async function compare(session: Session, threads: Threads, faults: Left, strategy: string): Promise<void> {
  const shared = session.shared as Shared;
  shared.code.set(encode(threads));
  shared.outcomes[0] = 0;
  const params: Record<string, number> = strategy === 'dfs' ? { preemptions: -1 } : {};
  await session.run({ strategy, params, schedules: 15_000, timeouts: 'any' });
  expect(session.words[H.SPACE_DONE]).toBe(1);
  expect(reached(shared, threads.length)).toEqual([...outcomesOf(threads, faults)].sort());
}

function programs(threads: number, operations: readonly Operation[]): fc.Arbitrary<Threads> {
  const instruction: fc.Arbitrary<Instruction> = fc
    .record({ operation: fc.constantFrom(...operations), at: fc.nat(1), a: fc.nat(2), b: fc.nat(2) })
    .map(({ operation, at, a, b }) => {
      const waits = operation === 'wait' || operation === 'notify';
      return { operation, at: waits ? 0 : at, a: operation === 'died' ? a % threads : a, b };
    });
  const thread = (most: number) => fc.array(instruction, { minLength: 1, maxLength: most });
  return threads === 2 ? fc.tuple(thread(4), thread(3)) : fc.tuple(thread(2), thread(2), thread(1));
}

const memory: readonly Operation[] = ['load', 'store', 'compareExchange', 'store'];
const waiting: readonly Operation[] = ['wait', 'notify', 'store', 'wait', 'notify'];
const groups: readonly (readonly [
  name: string,
  threads: number,
  faults: Left,
  operations: readonly Operation[],
])[] = [
  ['one kill, memory', 2, { kill: 1 }, [...memory, 'died', 'died']],
  ['two kills, memory', 3, { kill: 2 }, [...memory, 'died']],
  ['one kill, waits', 3, { kill: 1 }, [...waiting, 'died']],
  ['one stop, waits', 2, { stop: 1 }, waiting],
  ['spurious wakes', 2, { spuriousWake: 2 }, waiting],
  ['refusals', 2, { noMemory: 2 }, [...memory, 'mayFail', 'mayFail']],
  ['a kill, a stop and a spurious wake', 2, { kill: 1, stop: 1, spuriousWake: 1 }, [...waiting, 'died']],
];
for (const [name, threads, faults, operations] of groups) {
  it(`dpor reaches every outcome: ${name}, ${RUNS} random programs`, { timeout: 300_000 }, async () => {
    const session = await open(threads, faults);
    try {
      const property = fc.asyncProperty(programs(threads, operations), (program) =>
        compare(session, program, faults, 'dpor'),
      );
      await fc.assert(property, { seed: 1, numRuns: RUNS });
    } finally {
      await session.close();
    }
  });
}

it('dpor sees what a fault that did not happen would have come before', { timeout: 60_000 }, async () => {
  const faults = { kill: 2 };
  const instruction = (operation: Operation, a = 0): Instruction => ({ operation, at: 0, a, b: 0 });
  const program = [
    [instruction('load'), instruction('load')],
    [instruction('store', 1), instruction('load')],
    [instruction('died', 1)],
  ];
  const session = await open(3, faults);
  try {
    await compare(session, program, faults, 'dpor');
  } finally {
    await session.close();
  }
});

it('dfs without a bound reaches every outcome, too', { timeout: 300_000 }, async () => {
  const faults = { kill: 1 };
  const session = await open(2, faults);
  try {
    const thread = fc.array(
      fc.record<Instruction>({
        operation: fc.constantFrom('store', 'load', 'died'),
        at: fc.nat(1),
        a: fc.nat(1),
        b: fc.nat(1),
      }),
      { minLength: 1, maxLength: 2 },
    );
    const program = fc.tuple(thread, thread);
    const property = fc.asyncProperty(program, (threads) => compare(session, threads, faults, 'dfs'));
    await fc.assert(property, { seed: 1, numRuns: Math.min(RUNS, 20) });
  } finally {
    await session.close();
  }
});
