/**
 * Small programs and their brute-force semantics, independent of the explorer: every interleaving is run by
 * a plain interpreter, one after the other.
 */
export type Operation = readonly [
  'load' | 'store' | 'add' | 'cas' | 'bump' | 'wait' | 'notify' | 'spin',
  number,
  ...number[],
];

export interface Program {
  readonly threads: readonly (readonly Operation[])[];
  /** Words and values that together are the failure. Words from 16 on are what threads have read, 8 each. */
  readonly bad?: readonly (readonly [number, number])[];
}

const READS = 16;
const READS_PER_THREAD = 8;
/** The explorer holds a spin loop back after this many fruitless iterations (its default). */
const SPIN_LIMIT = 2;

interface Event {
  readonly thread: number;
  /** Which event of its thread. */
  readonly index: number;
  readonly place: number;
  readonly kind: Operation[0] | 'wake';
  /** It left memory with another value, went to sleep, woke somebody. */
  readonly took: boolean;
}

interface State {
  readonly words: number[];
  readonly at: number[];
  readonly last: number[];
  readonly reads: number[];
  readonly events: number[];
  /** Fruitless loads of the spin loop that each thread is in. */
  readonly spins: number[];
  /** Asleep on this word, or -1; woken but not yet back: -2. */
  readonly asleep: number[];
}

export interface BruteForce {
  /** Interleavings. */
  readonly total: number;
  /** Classes of interleavings that differ only in the order of independent operations. */
  readonly classes: number;
  /** The fewest preemptions of an interleaving with the bad outcome; undefined if there is none. */
  readonly preemptions: number | undefined;
  /** Final memories (first 16 words and reads). */
  readonly outcomes: ReadonlySet<string>;
}

/** Runs every interleaving. */
export function bruteForce(program: Program): BruteForce {
  const classes = new Set<string>();
  const outcomes = new Set<string>();
  let total = 0;
  let preemptions: number | undefined;
  const count = program.threads.length;

  const ended = (state: State, thread: number): boolean => {
    return state.at[thread] >= program.threads[thread].length && state.asleep[thread] === -1;
  };
  const enabled = (state: State, thread: number): boolean => {
    if (state.asleep[thread] >= 0) return false;
    if (state.asleep[thread] === -2) return true;
    if (state.at[thread] >= program.threads[thread].length) return false;
    const [kind, place, value] = program.threads[thread][state.at[thread]];
    return !(kind === 'spin' && state.words[place] !== value && state.spins[thread] >= SPIN_LIMIT);
  };

  const visit = (state: State, trace: readonly Event[], current: number, preempted: number): void => {
    let ran = false;
    for (let thread = 0; thread < count; thread++) {
      if (!enabled(state, thread)) continue;
      ran = true;
      const next = clone(state);
      const event = execute(program, next, thread);
      const preempts = current >= 0 && current !== thread && enabled(state, current);
      visit(next, [...trace, event], thread, preempted + (preempts ? 1 : 0));
    }
    if (ran) return;
    for (let thread = 0; thread < count; thread++) {
      if (!ended(state, thread)) throw new Error('this program can block: the explorer would stop there');
    }
    total++;
    classes.add(classOf(trace));
    outcomes.add(state.words.join());
    if (program.bad?.every(([at, value]) => state.words[at] === value)) {
      if (preemptions === undefined || preempted < preemptions) preemptions = preempted;
    }
  };

  const zeros = (): number[] => new Array<number>(count).fill(0);
  const words = new Array<number>(64).fill(0);
  visit(
    {
      words,
      at: zeros(),
      last: zeros(),
      reads: zeros(),
      events: zeros(),
      spins: zeros(),
      asleep: zeros().map(() => -1),
    },
    [],
    -1,
    0,
  );
  return { total, classes: classes.size, preemptions, outcomes };
}

function clone(state: State): State {
  const { words, at, last, reads, events, spins, asleep } = state;
  return {
    words: [...words],
    at: [...at],
    last: [...last],
    reads: [...reads],
    events: [...events],
    spins: [...spins],
    asleep: [...asleep],
  };
}

function execute(program: Program, state: State, thread: number): Event {
  const index = state.events[thread]++;
  if (state.asleep[thread] === -2) {
    // Coming back from a wait touches nothing.
    state.asleep[thread] = -1;
    state.at[thread]++;
    return { thread, index, place: -1, kind: 'wake', took: false };
  }
  const [kind, place, a, b] = program.threads[thread][state.at[thread]];
  const before = state.words[place];
  const read = (): void => {
    state.last[thread] = before;
    state.words[READS + thread * READS_PER_THREAD + state.reads[thread]++] = before;
  };
  const write = (value: number): void => {
    state.words[place] = value;
    if (value === before) return;
    // Whoever spins on this word starts counting anew.
    program.threads.forEach((operations, other) => {
      const [otherKind, otherPlace] = operations[state.at[other]] ?? [];
      if (otherKind === 'spin' && otherPlace === place) state.spins[other] = 0;
    });
  };
  let stays = false;
  let woke = false;
  switch (kind) {
    case 'load':
      read();
      break;
    case 'store':
      write(a);
      break;
    case 'add':
      read();
      write(before + a);
      break;
    case 'cas':
      read();
      if (before === a) write(b);
      break;
    case 'bump':
      write(state.last[thread] + 1);
      break;
    case 'wait':
      if (before === a) {
        state.asleep[thread] = place;
        stays = true;
      }
      break;
    case 'notify':
      state.asleep.forEach((asleep, other) => {
        if (asleep !== place) return;
        state.asleep[other] = -2;
        woke = true;
      });
      break;
    case 'spin':
      stays = before !== a;
      state.spins[thread] = stays ? state.spins[thread] + 1 : 0;
      break;
  }
  if (!stays) state.at[thread]++;
  const took = state.words[place] !== before || state.asleep[thread] >= 0 || woke;
  return { thread, index, place, kind, took };
}

/** Whether the order of two events on one word makes a difference. All words are accessed whole. */
function conflict(first: Event, second: Event): boolean {
  const kinds = [first.kind, second.kind];
  const notifies = kinds.filter((kind) => kind === 'notify').length;
  if (notifies === 2) return first.took || second.took;
  if (notifies === 1) return kinds.includes('wait');
  const changed = (event: Event): boolean => event.took && event.kind !== 'wait';
  if (changed(first) || changed(second)) return true;
  return first.took && second.took;
}

/** Two interleavings are equivalent if they order all pairs of dependent events alike. */
function classOf(trace: readonly Event[]): string {
  const pairs: string[] = [];
  trace.forEach((second, j) => {
    pairs.push(`${second.thread}.${second.index}@${second.place}`);
    for (let i = 0; i < j; i++) {
      const first = trace[i];
      if (first.thread === second.thread || first.place !== second.place) continue;
      if (conflict(first, second))
        pairs.push(`${first.thread}.${first.index}<${second.thread}.${second.index}`);
    }
  });
  return pairs.sort().join(' ');
}

/** A program out of a seed: two or three threads of two or three operations on two words. */
export function randomProgram(seed: number): Program {
  let state = seed * 2654435761;
  const below = (n: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % n;
  };
  const kinds = ['load', 'store', 'add', 'cas', 'load', 'store'] as const;
  const threads = Array.from({ length: 2 + below(2) }, () => {
    return Array.from({ length: 2 + below(2) }, (): Operation => {
      const kind = kinds[below(kinds.length)];
      const place = below(2);
      if (kind === 'load') return [kind, place];
      if (kind === 'cas') return [kind, place, below(2), 1 + below(3)];
      return [kind, place, 1 + below(3)];
    });
  });
  return { threads };
}
