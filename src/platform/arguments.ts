import { LabError } from './error.ts';

// What callers give is checked here at the edges of the public interface, so that a wrong argument is a `LabError` that
// shows it. Types say the same, but they do not stop JavaScript callers, fractions or NaN.

const SHOWN_MAX = 60;

/** A value as a message shows it, whatever it is: runs none of its code, and so never throws. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'string':
      return `'${value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX - 3)}...` : value}'`;
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** What was thrown, in words: anything can be thrown. */
export function causeText(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cause : shown(cause);
  try {
    return String(cause.message);
  } catch {
    return 'an error whose message cannot be read';
  }
}

/** @throws `InvalidArgs` unless `value` is a number, NaN excluded. */
export function assertNumber(value: unknown, what: string): asserts value is number {
  if (typeof value === 'number' && !Number.isNaN(value)) return;
  throw new LabError('InvalidArgs', `${what} ${shown(value)}: must be a number`);
}

/** @throws `InvalidArgs` unless `value` is a whole number from `min` to `max`. */
export function assertWhole(
  value: unknown,
  what: string,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
  const upTo = max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`;
  throw new LabError('InvalidArgs', `${what} ${shown(value)}: must be a whole number from ${min}${upTo}`);
}

/** @throws `InvalidArgs` unless `value` is a number from 0 on, not NaN. `Infinity` is allowed. */
export function assertDuration(value: unknown, what: string): asserts value is number {
  if (typeof value === 'number' && value >= 0) return;
  throw new LabError('InvalidArgs', `${what} ${shown(value)}: must be a number of milliseconds from 0`);
}

/** @throws `InvalidArgs` unless `value` is an object: not a function, not null. */
export function assertObject(value: unknown, what: string): asserts value is object {
  if (typeof value === 'object' && value !== null) return;
  throw new LabError('InvalidArgs', `${what}: must be an object, is ${shown(value)}`);
}

/** @throws `InvalidArgs` unless `value` is a function. */
export function assertFunction(value: unknown, what: string): void {
  if (typeof value === 'function') return;
  throw new LabError('InvalidArgs', `${what}: must be a function, is ${shown(value)}`);
}

/** `assertFunction`; undefined is allowed, too. */
export function assertFunctionOrNone(value: unknown, what: string): void {
  if (value !== undefined) assertFunction(value, what);
}

/** @throws `InvalidArgs` unless `value` is a string. */
export function assertString(value: unknown, what: string): asserts value is string {
  if (typeof value === 'string') return;
  throw new LabError('InvalidArgs', `${what}: must be a string, is ${shown(value)}`);
}

/** @throws `InvalidArgs` unless `value` was made by that class. */
export function assertInstance<T>(
  value: unknown,
  type: abstract new (...args: never[]) => T,
  what: string,
): asserts value is T {
  if (value instanceof type) return;
  throw new LabError('InvalidArgs', `${what}: must be a ${type.name}, is ${shown(value)}`);
}

/**
 * @param words how many words from `base` on must be there
 * @param shared whether threads must be able to wait on them
 * @throws `InvalidArgs` unless `value` is a view of 32-bit words that has them.
 */
export function assertWords(
  value: unknown,
  base: unknown,
  words: number,
  what: string,
  shared: boolean,
): void {
  assertInstance(value, Int32Array, `${what}: its words`);
  if (shared && !(value.buffer instanceof SharedArrayBuffer)) {
    throw new LabError('InvalidArgs', `${what}: its words must be in a SharedArrayBuffer`);
  }
  if (!Number.isSafeInteger(base) || (base as number) < 0 || (base as number) + words > value.length) {
    throw new LabError(
      'InvalidArgs',
      `${what}: takes ${words} words from word ${shown(base)}; its memory has ${value.length}`,
    );
  }
}
