/**
 * Programs for scenarios/fault-interpreter.mjs and their brute-force semantics, independent of the explorer: every interleaving
 * with every fault is run by a plain interpreter. No program blocks: every wait has a timeout, which ends it at any moment.
 */
export const OPERATIONS = [
  'end',
  'load',
  'store',
  'compareExchange',
  'wait',
  'notify',
  'died',
  'mayFail',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Instruction {
  readonly operation: Operation;
  readonly at: number;
  readonly a: number;
  readonly b: number;
}

export type Threads = readonly (readonly Instruction[])[];

/** Most of each kind. */
export interface Left {
  readonly kill?: number;
  readonly stop?: number;
  readonly spuriousWake?: number;
  readonly noMemory?: number;
}

export const RESULTS = 8;

export function encode(threads: Threads): number[] {
  return threads.flatMap((instructions) => {
    const words = new Array<number>(4 * RESULTS).fill(0);
    instructions.forEach(({ operation, at, a, b }, i) => {
      words.splice(4 * i, 4, OPERATIONS.indexOf(operation), at, a, b);
    });
    return words;
  });
}

interface State {
  memory: number[];
  results: number[];
  /** Its next instruction; -1 before it has started. */
  at: number[];
  /** Who sleeps where, in this order. */
  queue: { thread: number; at: number }[];
  /** 0 running, 1 in a wait, 2 notified. */
  waits: number[];
  killed: number;
  stopped: number;
  refused: number;
  left: { -readonly [Kind in keyof Left]-?: number };
}

/** Every outcome: final memory and results, who was killed, who was stopped. */
export function outcomesOf(threads: Threads, faults: Left): ReadonlySet<string> {
  const outcomes = new Set<string>();
  const seen = new Set<string>();
  const visit = (state: State): void => {
    // What follows depends on the state alone.
    const key = JSON.stringify(state);
    if (seen.has(key)) return;
    seen.add(key);
    let ran = false;
    const goOn = (change: (next: State) => void): void => {
      const next = structuredClone(state);
      change(next);
      visit(next);
    };
    threads.forEach((instructions, thread) => {
      const bit = 1 << thread;
      const gone = ((state.killed | state.stopped) & bit) !== 0;
      const lives = state.waits[thread] !== 0 || state.at[thread] < instructions.length;
      if (gone || !lives) return;
      ran = true;
      goOn((next) => {
        if (next.at[thread] < 0) next.at[thread] = 0;
        else step(instructions[next.at[thread]], next, thread);
      });
      strikes(instructions, state, thread).forEach(goOn);
    });
    if (!ran) outcomes.add([...state.memory, ...state.results, state.killed, state.stopped].join());
  };
  visit({
    memory: [0, 0],
    results: new Array<number>(RESULTS * threads.length).fill(0),
    at: threads.map(() => -1),
    queue: [],
    waits: threads.map(() => 0),
    killed: 0,
    stopped: 0,
    refused: 0,
    left: { kill: 0, stop: 0, spuriousWake: 0, noMemory: 0, ...faults },
  });
  return outcomes;
}

/** What the nemesis can do to a thread. */
function strikes(
  instructions: readonly Instruction[],
  state: State,
  thread: number,
): ((next: State) => void)[] {
  const { left, waits, refused } = state;
  const bit = 1 << thread;
  const all: ((next: State) => void)[] = [];
  if (left.kill > 0)
    all.push((next) => {
      next.left.kill--;
      next.killed |= bit;
      next.queue = next.queue.filter((entry) => entry.thread !== thread);
    });
  if (left.stop > 0)
    all.push((next) => {
      next.left.stop--;
      next.stopped |= bit;
    });
  if (left.spuriousWake > 0 && waits[thread] === 1)
    all.push((next) => {
      next.left.spuriousWake--;
      next.waits[thread] = 2;
      next.queue = next.queue.filter((entry) => entry.thread !== thread);
    });
  const asks = waits[thread] === 0 && instructions[state.at[thread]]?.operation === 'mayFail';
  if (left.noMemory > 0 && asks && (refused & bit) === 0)
    all.push((next) => {
      next.left.noMemory--;
      next.refused |= bit;
    });
  return all;
}

function step({ operation, at, a, b }: Instruction, state: State, thread: number): void {
  const done = (result: number): void => {
    state.results[thread * RESULTS + state.at[thread]++] = result;
  };
  if (state.waits[thread] !== 0) {
    const notified = state.waits[thread] === 2;
    state.waits[thread] = 0;
    state.queue = state.queue.filter((entry) => entry.thread !== thread);
    done(notified ? 1 : 2);
    return;
  }
  const before = state.memory[at];
  if (operation === 'wait' && before === a) {
    state.waits[thread] = 1;
    state.queue = [...state.queue, { thread, at }];
    return;
  }
  if (operation === 'store') state.memory[at] = a;
  if (operation === 'compareExchange' && before === a) state.memory[at] = b;
  const woken = operation === 'notify' ? state.queue.filter((entry) => entry.at === at).slice(0, a) : [];
  for (const entry of woken) state.waits[entry.thread] = 2;
  state.queue = state.queue.filter((entry) => !woken.includes(entry));
  const refused = (state.refused >>> thread) & 1;
  if (operation === 'mayFail') state.refused &= ~(1 << thread);
  const results = {
    end: 0,
    load: before,
    store: a,
    compareExchange: before,
    wait: 3,
    notify: woken.length,
    died: (state.killed >>> a) & 1,
    mayFail: refused,
  } as const;
  done(results[operation]);
}
