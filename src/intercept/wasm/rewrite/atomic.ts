/** The atomic instructions (threads proposal): what stands behind the prefix 0xFE says what is done, and on how many bytes. */

export const NOTIFY = 0;
export const WAIT_32 = 1;
export const WAIT_64 = 2;
export const FENCE = 3;

/** The first that accesses a word; from there on they stand in groups of seven, one group for each method of `Atomics`. */
const FIRST = 0x10;
const METHODS = ['load', 'store', 'add', 'sub', 'and', 'or', 'xor', 'exchange', 'compareExchange'] as const;
export type Method = (typeof METHODS)[number];

/** Within a group: i32, i64, i32 of 8 and 16 bits, i64 of 8, 16 and 32 bits. */
const BYTES = [4, 8, 1, 2, 1, 2, 4] as const;
const IS_64 = [false, true, false, false, true, true, true] as const;

export interface AtomicAccess {
  readonly method: Method;
  readonly bytes: 1 | 2 | 4 | 8;
  /** Its value has the type i64. */
  readonly is64: boolean;
}

/** Of one that accesses a word: not a wait, notify or fence. */
export function atomicAccess(sub: number): AtomicAccess {
  const variant = (sub - FIRST) % 7;
  return {
    method: METHODS[Math.floor((sub - FIRST) / 7)],
    bytes: BYTES[variant],
    is64: IS_64[variant],
  };
}

/** Bytes that must be aligned. */
export function bytesOf(sub: number): number {
  return sub >= FIRST ? atomicAccess(sub).bytes : sub === WAIT_64 ? 8 : 4;
}
