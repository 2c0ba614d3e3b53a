/**
 * The operations that are steps of a schedule: one table. A new one is a number in `KIND` and a row in `OPERATIONS`; what
 * else is asked about kinds derives from these.
 *
 * This file is part of the worker's import graph: it must import nothing but what lies beside it.
 */
import { FAULT, unpackFault } from './fault.ts';

export const KIND = {
  NONE: 0,
  /** A thread begins: touches nothing shared. */
  START: 1,
  LOAD: 2,
  STORE: 3,
  ADD: 4,
  SUB: 5,
  AND: 6,
  OR: 7,
  XOR: 8,
  EXCHANGE: 9,
  COMPARE_EXCHANGE: 10,
  WAIT: 11,
  /** Coming back from Atomics.wait: notified, or timed out. */
  WAKE: 12,
  NOTIFY: 13,
  WAIT_ASYNC: 14,
  /** An asynchronous thread with nothing to do until a waitAsync or a timer of its own fires. */
  IDLE: 15,
  PAUSE: 16,
  /** Plain accesses, where they are steps. */
  READ: 17,
  WRITE: 18,
  /** Messages: into a port, taken out of it by `receiveMessageOnPort`, out of it as an event. */
  SEND: 19,
  RECEIVE: 20,
  DELIVER: 21,
  CLOSE: 22,
  /** Starts a Worker, ends one, and a thread's own end. */
  SPAWN: 23,
  TERMINATE: 24,
  END: 25,
  /** The nemesis does something to a thread. */
  FAULT: 26,
  /** A thread asks whether another one was killed; and for something that may be refused. */
  DIED: 27,
  ALLOCATE: 28,
  /** A thread says that it has come to where it must wait for others, or that it has what it waited for. */
  ARRIVE: 29,
  ENTER: 30,
} as const;

/** What an operation may do to the place it names, as flags: see `strategies/dependence.ts`. */
export const READS = 1;
export const WRITES = 2;
/** Enters the queue of waiters of its address, leaves it, wakes those in it. */
export const ENTERS = 4;
export const LEAVES = 8;
export const WAKES = 16;

/** What is known of a step beside its record: of a message, its value in short and who sent it. */
export interface StepAbout {
  readonly text?: string;
  /** The thread that sent what came, or that ended; where it posts, who hears it. */
  readonly from?: number;
  readonly target?: string;
}

/** A step as far as its label needs it. */
export interface LabelledStep extends StepAbout {
  readonly a: number;
  readonly b: number;
  readonly result: number;
  readonly changed: boolean;
  readonly slept: boolean;
  readonly timedOut: boolean;
  readonly woke: boolean;
}

/**
 * Would the operation act if it were executed now? `now` is what its word holds and `a` its first operand (32 bits each);
 * `found` says whether the whole of memory holds the first operand, `keeps` whether the second operand equals it.
 */
type Acts = (now: number, a: number, found: boolean, keeps: boolean) => boolean;

interface Operation {
  /** As in `Atomics`, where it is one of its methods. */
  readonly name: string;
  readonly effect: number;
  /** An iteration of a loop that makes no progress may consist of it. */
  readonly spins?: true;
  /** Absent: it never changes memory, sleeps or wakes by itself. */
  readonly acts?: Acts;
  /** The lower 32 bits of its word after it; absent for those that leave it as it was. */
  readonly leaves?: (step: LabelledStep) => number;
  /** The step as one would write it; by default `name(place, a) = result`. */
  readonly label?: (step: LabelledStep, place: string) => string;
}

const never: Acts = () => false;
const unlessFound: Acts = (_now, _a, found) => !found;
const ifFound: Acts = (_now, _a, found) => found;
const unlessZero: Acts = (_now, a) => a !== 0;

function wait(name: string): Required<Omit<Operation, 'spins' | 'leaves'>> {
  return {
    name,
    effect: READS | ENTERS,
    acts: ifFound,
    label: ({ a, slept }, place) => `${name}(${place}, ${a})${slept ? ' sleeps' : ' returns at once'}`,
  };
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}

/** What an event that is delivered is called: `message`, `exit`. */
export function eventName(result: number): string {
  const name = Object.entries(EVENT).find(([, number]) => number === result)?.[0];
  return name === undefined ? 'event' : name.toLowerCase();
}

/** An event as its listener hears it: a message, or one of those of a port or a Worker. */
function deliveredText({ result, from, text }: LabelledStep, place: string): string {
  switch (result) {
    case EVENT.EXIT:
    case EVENT.ERROR:
    case EVENT.ONLINE:
      return `'${eventName(result)}' of ${place}${inBrackets(text)}`;
    case EVENT.CLOSE:
      return `'close' of ${place}`;
    default: {
      // Of what has one peer it is plain where it came to.
      const where = /^(port|BroadcastChannel) /.test(place)
        ? ` on ${place.replace(/ of thread \d+$/, '')}`
        : '';
      return `message${where}${from === undefined ? '' : ` from thread ${from}`}${inBrackets(text)}`;
    }
  }
}

/** What a thread is about to do, as one would write it. */
function pendingText(kind: number, a: number, b: number, place: string): string {
  if (kind === KIND.START) return 'before it starts';
  if (kind === KIND.WAKE) return `while it sleeps${place === '' ? '' : ` on ${place}`}`;
  const operands = kind === KIND.COMPARE_EXCHANGE ? `, ${a}, ${b}` : WITH_OPERAND.has(kind) ? `, ${a}` : '';
  return `before ${KIND_NAMES[kind]}(${place}${operands})`;
}

/** What the nemesis does; `place` is what its victim was about to act on. */
function faultText({ a, b, result }: LabelledStep, place: string): string {
  const { fault, target, pending } = unpackFault(result);
  switch (fault) {
    case FAULT.KILL:
      return `kills thread ${target} ${pendingText(pending, a, b, place)}`;
    case FAULT.STOP:
      return `stops thread ${target} for ever ${pendingText(pending, a, b, place)}`;
    case FAULT.SPURIOUS_WAKE:
      return `wakes thread ${target}, which sleeps on ${place} and was not notified`;
    default:
      return `refuses what thread ${target} asks for`;
  }
}

function modify(name: string, acts: Acts, after: (held: number, a: number) => number): Operation {
  const leaves = ({ result, a }: LabelledStep): number => after(result, a) | 0;
  return { name, effect: READS | WRITES, spins: true, acts, leaves };
}

/** In place of a hash in the record of a wait: why it did not sleep, or that it did. */
export const WAIT_NOT_EQUAL = 1;
export const WAIT_TIMED_OUT = 2;
export const WAIT_SLEPT = 3;

/** What a step `deliver` brings, as its result. */
export const EVENT = {
  MESSAGE: 1,
  CLOSE: 2,
  TIMER: 3,
  IMMEDIATE: 4,
  RESUME: 5,
  EXIT: 6,
  ERROR: 7,
  ONLINE: 8,
} as const;

/** Result of the step `idle` where nothing keeps its thread alive. */
export const IDLE_ENDED = 3;

const OPERATIONS: Readonly<Record<keyof typeof KIND, Operation>> = {
  NONE: { name: 'none', effect: 0 },
  START: { name: 'start', effect: 0, label: () => 'starts' },
  LOAD: {
    name: 'load',
    effect: READS,
    spins: true,
    label: ({ result }, place) => `load(${place}) = ${result}`,
  },
  STORE: {
    name: 'store',
    effect: WRITES,
    spins: true,
    acts: unlessFound,
    leaves: ({ a }) => a,
    label: ({ a }, place) => `store(${place}, ${a})`,
  },
  ADD: modify('add', unlessZero, (held, a) => held + a),
  SUB: modify('sub', unlessZero, (held, a) => held - a),
  AND: modify(
    'and',
    (now, a) => (now & a) !== now,
    (held, a) => held & a,
  ),
  OR: modify(
    'or',
    (now, a) => (now | a) !== now,
    (held, a) => held | a,
  ),
  XOR: modify('xor', unlessZero, (held, a) => held ^ a),
  EXCHANGE: modify('exchange', unlessFound, (_held, a) => a),
  COMPARE_EXCHANGE: {
    name: 'compareExchange',
    effect: READS | WRITES,
    spins: true,
    acts: (_now, _a, found, keeps) => found && !keeps,
    leaves: ({ b, result, changed }) => (changed ? b : result),
    label: ({ a, b, result, changed }, place) =>
      `compareExchange(${place}, ${a}, ${b}) = ${result}${changed ? '' : ' (unchanged)'}`,
  },
  WAIT: { ...wait('wait'), spins: true },
  WAKE: {
    name: 'wake',
    effect: LEAVES,
    label: ({ timedOut }, place) => (timedOut ? `wait on ${place} times out` : 'is woken'),
  },
  NOTIFY: {
    name: 'notify',
    effect: WAKES,
    label: ({ a, result }, place) => `notify(${place}${a < 0 ? '' : `, ${a}`}) wakes ${result}`,
  },
  WAIT_ASYNC: wait('waitAsync'),
  IDLE: {
    name: 'idle',
    // Only where its place is ANYWHERE: one of its waits may time out.
    effect: LEAVES,
    label: ({ result, woke }) => {
      if (result === IDLE_ENDED) return 'ends: nothing keeps it alive';
      return woke ? 'resumes: notified' : 'resumes: timer';
    },
  },
  PAUSE: { name: 'pause', effect: 0, spins: true, label: () => 'pause()' },
  SEND: {
    name: 'postMessage',
    effect: WRITES,
    label: ({ target = '', text }) => `postMessage to ${target}${inBrackets(text)}`,
  },
  RECEIVE: {
    name: 'receiveMessageOnPort',
    effect: READS | WRITES,
    spins: true,
    acts: unlessZero,
    label: ({ result, text = 'a message' }, place) =>
      `receiveMessageOnPort(${place}) = ${result === 0 ? 'none' : text}`,
  },
  DELIVER: {
    name: 'deliver',
    effect: READS | WRITES,
    label: deliveredText,
  },
  CLOSE: { name: 'close', effect: WRITES, label: (_step, place) => `close(${place})` },
  SPAWN: {
    name: 'new Worker',
    effect: WRITES,
    label: ({ a, text }) => `new Worker: thread ${a}${inBrackets(text)}`,
  },
  TERMINATE: { name: 'terminate', effect: WRITES, label: ({ a }) => `terminate thread ${a}` },
  END: { name: 'end', effect: WRITES, label: ({ a, text }) => `ends with exit code ${a}${inBrackets(text)}` },
  FAULT: { name: 'fault', effect: 0, label: faultText },
  DIED: {
    name: 'died',
    effect: READS,
    spins: true,
    label: ({ a, result }) => `died(thread ${a}) = ${result !== 0}`,
  },
  ALLOCATE: {
    name: 'mayFail',
    effect: 0,
    label: ({ result, text = '' }) => `mayFail(${text}) = ${result !== 0}`,
  },
  // Their order is all that they are for.
  ARRIVE: { name: 'arrived', effect: READS | WRITES, acts: () => true, label: () => 'arrived()' },
  ENTER: { name: 'entered', effect: READS | WRITES, acts: () => true, label: () => 'entered()' },
  READ: {
    name: 'read',
    effect: READS,
    spins: true,
    label: ({ result }, place) => `${place} is ${result} (plain read)`,
  },
  WRITE: {
    name: 'write',
    effect: WRITES,
    spins: true,
    // What it will write is not known before.
    acts: () => true,
    leaves: ({ a }) => a,
    label: ({ a }, place) => `${place} = ${a} (plain write)`,
  },
};

/** The rows by number. */
const ROWS: readonly Operation[] = Object.entries(KIND)
  .sort(([, a], [, b]) => a - b)
  .map(([name]) => OPERATIONS[name as keyof typeof KIND]);

export const KIND_NAMES: readonly string[] = ROWS.map(({ name }) => name);

/** Kinds that have one operand beside their place. */
const WITH_OPERAND: ReadonlySet<number> = new Set([
  KIND.STORE,
  KIND.ADD,
  KIND.SUB,
  KIND.AND,
  KIND.OR,
  KIND.XOR,
  KIND.EXCHANGE,
  KIND.WAIT,
  KIND.WAIT_ASYNC,
]);

/** The kinds with one of these effects. */
export function kindsWith(effects: number): number[] {
  return Object.values(KIND).filter((kind) => (EFFECT[kind] & effects) !== 0);
}

/** What each kind may do, as flags. */
export const EFFECT = Int32Array.from(ROWS, ({ effect }) => effect);

/** 1 for the kinds that an iteration without progress may consist of. */
export const SPINS = Int32Array.from(ROWS, ({ spins }) => (spins === true ? 1 : 0));

/** By kind: would it act? */
export const ACTS: readonly Acts[] = ROWS.map(({ acts }) => acts ?? never);

/** By kind: would it act, where an atomic write acts that leaves its word as it was, too? */
export const WRITES_WHATEVER: readonly Acts[] = ROWS.map(({ effect, acts }, kind) => {
  if ((effect & WRITES) === 0) return acts ?? never;
  return kind === KIND.COMPARE_EXCHANGE ? ifFound : () => true;
});

/** The lower 32 bits of a step's word after it, of a step whose result or operands tell them. */
export function wordAfter(kind: number, step: LabelledStep): number {
  const { leaves } = ROWS[kind];
  return leaves === undefined ? step.result : leaves(step);
}

/** A step as one would write it: `compareExchange(lock[0], 0, 1) = 0`. */
export function labelOf(kind: number, step: LabelledStep, place: string): string {
  const { name, label } = ROWS[kind];
  return label === undefined ? `${name}(${place}, ${step.a}) = ${step.result}` : label(step, place);
}
