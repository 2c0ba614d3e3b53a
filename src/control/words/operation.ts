/** The operations that are scheduling points. This file is part of the worker's import graph: it imports nothing. */

export const KIND = {
  NONE: 0,
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
} as const;

/** In place of a buffer: the operation may concern any place. */
export const ANYWHERE = -1;

export const KIND_NAMES: readonly string[] = [
  'none',
  'start',
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
  'wake',
  'notify',
  'waitAsync',
  'idle',
  'pause',
];
