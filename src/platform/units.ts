import { LabError } from './error.ts';

/** Suffixes of sizes, largest first. Binary units only: memory comes in powers of two, and `MB` means two things. */
const BYTE_UNITS: readonly (readonly [string, number])[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
];

/** Suffixes of durations in nanoseconds, largest first. */
const DURATION_UNITS: readonly (readonly [string, number])[] = [
  ['h', 3600e9],
  ['m', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

const BYTES_SHAPE = /^(\d+(?:\.\d+)?)\s*(TiB|GiB|MiB|KiB|B)?$/;
const HEX_SHAPE = /^0x[0-9a-f]+$/i;
const DURATION_SHAPE = /^(\d+(?:\.\d+)?)\s*(h|m|s|ms|us|µs|ns)$/;

/**
 * Reads a size or an address: `64MiB`, `1.5GiB`, `4096`, `0x1000`.
 *
 * @returns whole bytes, at most 2^53 - 1
 * @throws `InvalidArgs` for anything else, fractions of a byte and negative numbers included.
 */
export function parseBytes(text: string): number {
  const trimmed = text.trim();
  const bytes = HEX_SHAPE.test(trimmed)
    ? Number(trimmed)
    : scaled(BYTES_SHAPE.exec(trimmed), BYTE_UNITS, 'B');
  if (!Number.isSafeInteger(bytes)) {
    throw new LabError(
      'InvalidArgs',
      `size "${text}": must be whole bytes, as in 4096, 0x1000, 64KiB, 256MiB or 1.5GiB`,
    );
  }
  return bytes;
}

/** A size as people read it, in the largest unit that is not below 1: `64 KiB`, `1.5 GiB`, `100 B`. */
export function formatBytes(bytes: number): string {
  return withUnit(bytes, BYTE_UNITS);
}

/**
 * Reads a duration, unit required: `10s`, `1.5s`, `250ms`, `50us`, `2m`.
 *
 * @returns nanoseconds, whole, at most 2^53 - 1 (104 days)
 * @throws `InvalidArgs` for anything else.
 */
export function parseDuration(text: string): number {
  const ns = scaled(DURATION_SHAPE.exec(text.trim().replace('µ', 'u')), DURATION_UNITS, '');
  if (!Number.isSafeInteger(ns)) {
    throw new LabError(
      'InvalidArgs',
      `duration "${text}": must be a number with a unit (h, m, s, ms, us, ns), as in 10s, 1.5s or 250ms`,
    );
  }
  return ns;
}

/** A duration in nanoseconds as people read it: `10 s`, `1.5 ms`, `480 ns`. */
export function formatDuration(ns: number): string {
  return withUnit(ns, DURATION_UNITS);
}

function scaled(
  match: RegExpExecArray | null,
  units: readonly (readonly [string, number])[],
  fallback: string,
): number {
  if (match === null) return Number.NaN;
  const unit = match[2] ?? fallback;
  for (const [name, factor] of units) {
    if (name === unit) {
      const value = Number(match[1]) * factor;
      const whole = Math.round(value);
      // 1.005 * 1000 is not 1005: a value that misses a whole number only by rounding counts as that number.
      return Math.abs(value - whole) < 1e-9 * whole ? whole : value;
    }
  }
  return Number.NaN;
}

/** At most three significant digits after rounding to the unit, and no trailing zeros. */
function withUnit(value: number, units: readonly (readonly [string, number])[]): string {
  for (const [name, factor] of units) {
    const scaledValue = value / factor;
    if (Math.abs(scaledValue) >= 1 || factor === 1) {
      const digits = Math.abs(scaledValue) >= 100 ? 0 : Math.abs(scaledValue) >= 10 ? 1 : 2;
      return `${Number(scaledValue.toFixed(digits))} ${name}`;
    }
  }
  return `${value}`;
}
