/**
 * Programs for scenarios/interpreter.mjs and their brute-force semantics, independent of the explorer: operations of
 * every kind and width on eight bytes. No program blocks: every wait has a timeout.
 */
export const KINDS = [
  'end',
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'notify',
] as const;

/** Views, as the scenario has them. */
export const WIDTHS = [4, 1, 1, 2, 8] as const;
const SIGNED = [true, true, false, false, true];

export interface Instruction {
  readonly kind: (typeof KINDS)[number];
  readonly view: number;
  readonly index: number;
  readonly a: number;
  readonly b: number;
}

export type Threads = readonly (readonly Instruction[])[];

export interface Enumerated {
  readonly interleavings: number;
  readonly classes: number;
  /** Final memory and results, as `outcome` writes them. */
  readonly outcomes: ReadonlySet<string>;
  /** Memory after every change. */
  readonly states: ReadonlySet<string>;
}

interface Event {
  readonly thread: number;
  readonly index: number;
  readonly kind: Instruction['kind'] | 'wake';
  readonly start: number;
  readonly end: number;
  readonly changed: boolean;
  readonly slept: boolean;
  readonly woke: boolean;
}

interface State {
  readonly memory: Uint8Array;
  readonly results: number[];
  readonly at: number[];
  readonly events: number[];
  /** Asleep in this order, at these addresses. */
  readonly queue: readonly { readonly thread: number; readonly address: number }[];
  /** 0 running, 1 in a wait, 2 notified. */
  readonly waits: number[];
  /** When each thread's wait times out, and what time it is: only timeouts make it pass. */
  readonly due: number[];
  now: number;
}

export const RESULTS = 16;

export function encode(threads: Threads): number[] {
  return threads.flatMap((instructions) => {
    const words = new Array<number>(6 * RESULTS).fill(0);
    instructions.forEach(({ kind, view, index, a, b }, i) => {
      words.splice(6 * i, 5, KINDS.indexOf(kind), view, index, a, b);
    });
    return words;
  });
}

/**
 * Runs every interleaving. Where somebody looks at the states between, the order of any two changes matters. Waits time
 * out at any moment, or only where nothing else can run.
 */
export function enumerate(
  threads: Threads,
  statesMatter: boolean,
  timeouts: 'any' | 'last' = 'any',
): Enumerated {
  const classes = new Set<string>();
  const outcomes = new Set<string>();
  const states = new Set<string>();
  let interleavings = 0;
  const visit = (state: State, trace: readonly Event[]): void => {
    let ran = false;
    const sleeps = (thread: number): boolean => state.waits[thread] === 1;
    const lives = (thread: number): boolean =>
      state.waits[thread] !== 0 || state.at[thread] < threads[thread].length;
    const awake = threads.some((_, thread) => lives(thread) && !sleeps(thread));
    const first = Math.min(...state.due.filter((_, thread) => sleeps(thread)));
    threads.forEach((instructions, thread) => {
      if (!lives(thread)) return;
      if (timeouts === 'last' && sleeps(thread) && (awake || state.due[thread] > first)) return;
      ran = true;
      const next = { ...structuredCloneOf(state) };
      if (timeouts === 'last' && sleeps(thread)) next.now = first;
      const event = step(instructions, next, thread);
      if (event.changed) states.add(new Int32Array(next.memory.buffer).join());
      visit(next, [...trace, event]);
    });
    if (ran) return;
    interleavings++;
    classes.add(classOf(trace, statesMatter));
    const words = new Int32Array(state.memory.buffer);
    outcomes.add([...words, ...state.results].join());
  };
  const zeros = (): number[] => threads.map(() => 0);
  visit(
    {
      memory: new Uint8Array(8),
      results: new Array<number>(RESULTS * threads.length).fill(0),
      at: zeros(),
      events: zeros(),
      queue: [],
      waits: zeros(),
      due: zeros(),
      now: 0,
    },
    [],
  );
  return { interleavings, classes: classes.size, outcomes, states };
}

function structuredCloneOf(state: State): State {
  const { memory, results, at, events, queue, waits, due, now } = state;
  return {
    memory: memory.slice(),
    results: [...results],
    at: [...at],
    events: [...events],
    queue,
    waits: [...waits],
    due: [...due],
    now,
  };
}

function step(
  instructions: readonly Instruction[],
  state: State & { queue: State['queue'] },
  thread: number,
): Event {
  const { kind, view, index, a, b } = instructions[state.at[thread]];
  const bits = 8 * WIDTHS[view];
  const start = index * WIDTHS[view];
  const end = start + WIDTHS[view];
  const event = { thread, index: state.events[thread]++, kind, start, end };
  const quiet = { changed: false, slept: false, woke: false };
  const done = (result: bigint): void => {
    state.results[thread * RESULTS + state.at[thread]++] = Number(BigInt.asIntN(32, result));
  };
  const mutable = state as { queue: State['queue'] };
  if (state.waits[thread] !== 0) {
    done(state.waits[thread] === 2 ? 1n : 2n);
    state.waits[thread] = 0;
    mutable.queue = state.queue.filter((entry) => entry.thread !== thread);
    return { ...event, ...quiet, kind: 'wake' };
  }
  if (kind === 'notify') {
    const woken = state.queue.filter((entry) => entry.address === start).slice(0, a);
    for (const entry of woken) state.waits[entry.thread] = 2;
    mutable.queue = state.queue.filter((entry) => !woken.includes(entry));
    done(BigInt(woken.length));
    return { ...event, ...quiet, woke: woken.length > 0 };
  }
  const operand = (value: number): bigint =>
    BigInt.asUintN(bits, bits === 64 ? BigInt(value) * 0x1_0000_0001n : BigInt(value));
  let before = 0n;
  for (let i = end - 1; i >= start; i--) before = (before << 8n) | BigInt(state.memory[i]);
  if (kind === 'wait') {
    if (before !== operand(a)) {
      done(3n);
      return { ...event, ...quiet };
    }
    state.waits[thread] = 1;
    state.due[thread] = state.now + 1000;
    mutable.queue = [...state.queue, { thread, address: start }];
    return { ...event, ...quiet, slept: true };
  }
  const after = BigInt.asUintN(bits, compute(kind, before, operand(a), operand(b)));
  for (let i = start, rest = after; i < end; i++, rest >>= 8n) state.memory[i] = Number(rest & 255n);
  // A store returns what it was given.
  const returned = kind === 'store' ? BigInt(a) : SIGNED[view] ? BigInt.asIntN(bits, before) : before;
  done(returned);
  return { ...event, ...quiet, changed: after !== before };
}

function compute(kind: Instruction['kind'], before: bigint, a: bigint, b: bigint): bigint {
  switch (kind) {
    case 'store':
    case 'exchange':
      return a;
    case 'add':
      return before + a;
    case 'sub':
      return before - a;
    case 'and':
      return before & a;
    case 'or':
      return before | a;
    case 'xor':
      return before ^ a;
    case 'compareExchange':
      return before === a ? b : before;
    default:
      return before;
  }
}

/** Two interleavings are equivalent if they order all pairs of conflicting events alike. */
function classOf(trace: readonly Event[], statesMatter: boolean): string {
  const pairs: string[] = [];
  trace.forEach((second, j) => {
    for (let i = 0; i < j; i++) {
      const first = trace[i];
      const ordered = conflict(first, second) || (statesMatter && first.changed && second.changed);
      if (first.thread !== second.thread && ordered) {
        pairs.push(`${first.thread}.${first.index}<${second.thread}.${second.index}`);
      }
    }
  });
  return `${trace
    .map((event) => event.thread)
    .sort()
    .join('')} ${pairs.sort().join(' ')}`;
}

/** The table of what is documented, written down pair by pair. */
function conflict(x: Event, y: Event): boolean {
  if (x.end <= y.start || y.end <= x.start) return false;
  const same = x.start === y.start && x.end === y.end;
  const [p, q] = [sort(x), sort(y)].sort();
  switch (`${p} ${q}`) {
    case 'access access':
      if (same) return x.changed || y.changed;
      return x.kind !== 'load' || y.kind !== 'load';
    case 'access wait':
      return same ? x.changed || y.changed : x.kind !== 'load' && y.kind !== 'load';
    case 'wait wait':
      return !same || (x.slept && y.slept);
    case 'notify notify':
      return !same || x.woke || y.woke;
    case 'notify wait':
    case 'notify wake':
      return true;
    default:
      return false;
  }
}

function sort(event: Event): string {
  return event.kind === 'wait' || event.kind === 'notify' || event.kind === 'wake' ? event.kind : 'access';
}
