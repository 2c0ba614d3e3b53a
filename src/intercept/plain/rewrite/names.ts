/** The names by which instrumented code calls the runtime: global functions that nobody enumerates. See runtime.ts. */
const PREFIX = '__framelab$';

export const CALL = {
  /** (object, key, site): a read is about to happen; gives the key. */
  READ: `${PREFIX}r`,
  /** (object, key, site, value): a write is about to happen; gives the value. */
  WRITE: `${PREFIX}w`,
  /** (object, key): is this an element of shared memory? Calls nothing of the user's. */
  SHARED: `${PREFIX}q`,
  /** (object, key, site, step, before): adds `step` to an element of shared memory; gives the old value if `before`. */
  UPDATE: `${PREFIX}u`,
  /** (object, key, site): a read and a write are about to happen, with nothing between; gives the key. */
  BOTH: `${PREFIX}b`,
  /** (object, key, site): an object whose `v` is the element, for writing; in sloppy code, and in strict code. */
  TARGET: `${PREFIX}t`,
  STRICT_TARGET: `${PREFIX}ts`,
  /** (argument, constructor, site): the first argument of a constructor; gives it. */
  CONSTRUCTED: `${PREFIX}c`,
  /** (argument, new.target, site): the first argument of `super`; gives it. */
  SUPER: `${PREFIX}n`,
  /** (receiver, method, site): the first argument of `.call` or `.apply`; gives a receiver. */
  RECEIVER: `${PREFIX}m`,
  /** (value): what a method gave back that was called by `.call` or `.apply`. */
  RESULT: `${PREFIX}x`,
  /** (list, method, site): the second argument of `.apply`; gives it. */
  LIST: `${PREFIX}l`,
  /** (value, site): what is spread in an object; gives it. */
  SPREAD: `${PREFIX}s`,
  /** (class): one that has no constructor of its own was made. */
  DERIVED: `${PREFIX}k`,
  /** (value, site, ...keys): the value of an object pattern with these keys; gives it. */
  PATTERN: `${PREFIX}d`,
  /** (site, ...keys): the elements that a pattern reads, -1 for all; gives the name of a property of typed arrays that tells. */
  KEYS: `${PREFIX}j`,
  /** (site, key): the same for a key that was computed, which is kept. */
  KEY: `${PREFIX}h`,
  /** (): the key that was kept last. */
  KEPT: `${PREFIX}g`,
  /** (source): the argument of an `eval`; gives it. */
  EVAL: `${PREFIX}e`,
} as const;

/** A variable of the function itself, for what must be evaluated once. */
export function temporary(number: number): string {
  return `${PREFIX}${number}`;
}

/** A source with this in it cannot be instrumented, or has been. */
export function isTaken(source: string): boolean {
  return source.includes(PREFIX);
}
