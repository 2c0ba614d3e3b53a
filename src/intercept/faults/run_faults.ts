import { LabError } from '../../platform/error.ts';
import { nearest } from '../../platform/nearest.ts';
import { parseDuration } from '../../platform/units.ts';

// The faults that a run can be asked to inject, as text and as plain data:
//
//   kill-worker[:WORKER]@WHEN            ends a worker's thread
//   pause-worker[:WORKER]@WHEN+TIME      a worker stands still for so long
//   oom[:WORKER]@WHEN+LENGTH             allocations find no memory for so long
//   kill-holder[:WORKER]@LOCK[:N]        ends a worker's thread while it holds that lock, for the N-th time
//   throw-in[:WORKER]@PLACE[:N]          throws in an operation of that kind, or while a lock is held
//
// WHEN is a time since the first measured operation (`2s`), or a number of the worker's own measured operations
// (`5000ops`); a LENGTH is either. Without WORKER or N, the run's seed draws it; `oom` without WORKER is for all.

/** When: milliseconds since the first measured operation, or the number of the worker's own one, from 1. */
export type Moment = { readonly ms: number } | { readonly operations: number };

/** Ends a worker's thread. */
export interface KillWorker {
  readonly kind: 'kill-worker';
  readonly worker?: number;
  readonly at: Moment;
}

/** A worker stands still. */
export interface PauseWorker {
  readonly kind: 'pause-worker';
  readonly worker?: number;
  readonly at: Moment;
  readonly forMs: number;
}

/** Allocations of a worker, or of all, find no memory. */
export interface OutOfMemory {
  readonly kind: 'oom';
  readonly worker?: number;
  readonly at: Moment;
  readonly for: Moment;
}

/** Ends a worker's thread while it holds a lock that it took for the `nth` time. */
export interface KillHolder {
  readonly kind: 'kill-holder';
  readonly worker?: number;
  readonly lock: string;
  readonly nth?: number;
}

/** Throws inside the `nth` operation of that kind, or while the lock of that name is held for the `nth` time. */
export interface ThrowIn {
  readonly kind: 'throw-in';
  readonly worker?: number;
  readonly place: string;
  readonly nth?: number;
}

export type RunFault = KillWorker | PauseWorker | OutOfMemory | KillHolder | ThrowIn;

interface Shape {
  /** What comes after the `@`, for messages. */
  readonly where: string;
  readonly example: string;
}

const SHAPES: Readonly<Record<RunFault['kind'], Shape>> = {
  'kill-worker': { where: 'WHEN', example: 'kill-worker@2s or kill-worker:1@5000ops' },
  'pause-worker': { where: 'WHEN+TIME', example: 'pause-worker:1@3s+500ms' },
  oom: { where: 'WHEN+LENGTH', example: 'oom@2s+200ms or oom:3@5000ops+100ops' },
  'kill-holder': { where: 'LOCK[:N]', example: 'kill-holder@global-pool or kill-holder:1@global-pool:40' },
  'throw-in': { where: 'OPERATION|LOCK[:N]', example: 'throw-in@alloc or throw-in:1@global-pool:40' },
};

/** The kinds of faults, in the order of lists. */
const RUN_FAULT_KINDS = Object.keys(SHAPES) as readonly RunFault['kind'][];

const NUMBER_MAX = 2 ** 48;
const MS_MAX = 30 * 86_400_000;

/**
 * Reads a fault.
 *
 * @throws `Usage`, with what was given, what is allowed and what was probably meant
 */
export function parseRunFault(text: string): RunFault {
  const refuse = refusal(text);
  const at = text.indexOf('@');
  const [kindText, ...workers] = (at < 0 ? text : text.slice(0, at)).split(':');
  const kind = kindOf(kindText, refuse);
  const { where, example } = SHAPES[kind];
  if (at < 0) throw refuse(`it lacks @${where}, as in ${example}`);
  const rest = text.slice(at + 1);
  const worker = workers.length === 0 ? {} : { worker: workerOf(workers.join(':'), refuse) };
  switch (kind) {
    case 'kill-worker':
      return { kind, ...worker, at: momentOf(rest, refuse) };
    case 'pause-worker': {
      const [when, length] = halves(rest, refuse, where, example);
      return { kind, ...worker, at: momentOf(when, refuse), forMs: timeOf(length, refuse) };
    }
    case 'oom': {
      const [when, length] = halves(rest, refuse, where, example);
      return { kind, ...worker, at: momentOf(when, refuse), for: momentOf(length, refuse) };
    }
    case 'kill-holder': {
      const { name, nth } = placeOf(rest, refuse, where, example);
      return { kind, ...worker, lock: name, ...nth };
    }
    case 'throw-in': {
      const { name, nth } = placeOf(rest, refuse, where, example);
      return { kind, ...worker, place: name, ...nth };
    }
  }
}

/** The fault as text, in the one way in which results and commands have it. `parseRunFault` reads it back. */
export function runFaultText(fault: RunFault): string {
  const who = fault.worker === undefined ? fault.kind : `${fault.kind}:${fault.worker}`;
  switch (fault.kind) {
    case 'kill-worker':
      return `${who}@${momentText(fault.at)}`;
    case 'pause-worker':
      return `${who}@${momentText(fault.at)}+${msText(fault.forMs)}`;
    case 'oom':
      return `${who}@${momentText(fault.at)}+${momentText(fault.for)}`;
    case 'kill-holder':
      return `${who}@${fault.lock}${fault.nth === undefined ? '' : `:${fault.nth}`}`;
    case 'throw-in':
      return `${who}@${fault.place}${fault.nth === undefined ? '' : `:${fault.nth}`}`;
  }
}

/**
 * A fault that was given as text or as data, checked.
 *
 * @throws `Usage` as `parseRunFault` does
 */
export function asRunFault(given: unknown): RunFault {
  if (typeof given === 'string') return parseRunFault(given);
  if (typeof given !== 'object' || given === null || !('kind' in given)) {
    throw new LabError(
      'Usage',
      `fault ${shown(given)}: must be a text, as in ${SHAPES['kill-worker'].example}, or an object with a kind`,
    );
  }
  const text = textOfUnchecked(given as Readonly<Record<string, unknown>>);
  const fault = parseRunFault(text);
  const known = new Set(Object.keys(fault));
  const unknown = Object.keys(given).find(
    (name) => !known.has(name) && Reflect.get(given, name) !== undefined,
  );
  if (unknown === undefined) return fault;
  const near = nearest(unknown, FIELDS);
  throw refusal(text)(`it has no '${unknown}'${near === null ? '' : `; did you mean '${near}'?`}`);
}

type Refuse = (why: string) => LabError;

const FIELDS = ['kind', 'worker', 'at', 'for', 'forMs', 'lock', 'place', 'nth'];

function refusal(text: string): Refuse {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return (why) => new LabError('Usage', `fault '${short}': ${why}`);
}

/** Data as the text that it would be, whatever is in it: reading that text says what is wrong. */
function textOfUnchecked(data: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown, before: string) => (value === undefined ? '' : `${before}${shown(value)}`);
  const moment = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return shown(value);
    const { ms, operations } = value as { ms?: unknown; operations?: unknown };
    if (ms !== undefined && operations !== undefined) return 'a time and a number';
    return ms === undefined ? `${shown(operations)}ops` : `${shown(ms)}ms`;
  };
  const who = `${shown(data.kind)}${part(data.worker, ':')}`;
  switch (data.kind) {
    case 'pause-worker':
      return `${who}@${moment(data.at)}+${shown(data.forMs)}ms`;
    case 'oom':
      return `${who}@${moment(data.at)}+${moment(data.for)}`;
    case 'kill-holder':
      return `${who}@${shown(data.lock)}${part(data.nth, ':')}`;
    case 'throw-in':
      return `${who}@${shown(data.place)}${part(data.nth, ':')}`;
    default:
      return data.at === undefined ? who : `${who}@${moment(data.at)}`;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? 'an object' : String(value);
}

function kindOf(text: string, refuse: Refuse): RunFault['kind'] {
  const kind = RUN_FAULT_KINDS.find((each) => each === text);
  if (kind !== undefined) return kind;
  const near = nearest(text, RUN_FAULT_KINDS);
  const hint = near === null ? '' : `; did you mean '${near}'?`;
  throw refuse(`there is no fault '${text}', but ${RUN_FAULT_KINDS.join(', ')}${hint}`);
}

function workerOf(text: string, refuse: Refuse): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw refuse(`its worker is '${text}'; it must be a worker's number, as in kill-worker:1@2s`);
}

function halves(text: string, refuse: Refuse, where: string, example: string): readonly [string, string] {
  const parts = text.split('+');
  if (parts.length === 2) return [parts[0], parts[1]];
  throw refuse(`after the @ must be ${where}, as in ${example}`);
}

function placeOf(
  text: string,
  refuse: Refuse,
  where: string,
  example: string,
): { readonly name: string; readonly nth: { readonly nth?: number } } {
  const [name, ...numbers] = text.split(':');
  if (name === '' || numbers.length > 1) throw refuse(`after the @ must be ${where}, as in ${example}`);
  if (numbers.length === 0) return { name, nth: {} };
  const nth = wholeOf(numbers[0]);
  if (nth === null) throw refuse(`'${numbers[0]}' must be a whole number from 1, as in ${example}`);
  return { name, nth: { nth } };
}

function momentOf(text: string, refuse: Refuse): Moment {
  const [, count] = /^(.*)ops?$/.exec(text) ?? [];
  if (count !== undefined) {
    const operations = wholeOf(count);
    if (operations !== null) return { operations };
  }
  const ms = msOf(text);
  if (ms !== null) return { ms };
  const bare = /^\d+$/.test(text) ? `; did you mean '${text}ops' or '${text}s'?` : '';
  throw refuse(
    `'${text}' must be a time above 0, as in 500ms or 2s, or a number of operations from 1, as in 5000ops${bare}`,
  );
}

function timeOf(text: string, refuse: Refuse): number {
  const ms = msOf(text);
  if (ms !== null) return ms;
  const bare = /^\d+$/.test(text) ? `; did you mean '${text}ms'?` : '';
  throw refuse(`'${text}' must be a time above 0, as in 500ms or 2s${bare}`);
}

/** Null for anything but a time above 0, up to 30 days. */
function msOf(text: string): number | null {
  try {
    const ms = parseDuration(text) / 1e6;
    return ms > 0 && ms <= MS_MAX ? ms : null;
  } catch {
    return null;
  }
}

/** Null for anything but a whole number from 1. */
function wholeOf(text: string): number | null {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= NUMBER_MAX ? value : null;
}

function momentText(moment: Moment): string {
  return 'ms' in moment ? msText(moment.ms) : `${moment.operations}ops`;
}

/** Exact, in the largest unit that divides it. */
function msText(ms: number): string {
  const ns = Math.round(ms * 1e6);
  for (const [unit, size] of [
    ['s', 1e9],
    ['ms', 1e6],
    ['us', 1e3],
  ] as const) {
    if (ns % size === 0) return `${ns / size}${unit}`;
  }
  return `${ns}ns`;
}
