import { nearest } from '../platform/nearest.ts';
import { parseBytes, parseDuration } from '../platform/units.ts';

// What an option's value may be, as data: reading it, the words of the error and the range in the help all come from here.

interface Option {
  /** One letter. */
  readonly short?: string;
  /** Another long name that means the same. */
  readonly also?: string;
  readonly help: string;
  /** The default, as the help shows it. */
  readonly default?: string | number;
  /** Takes several values, separated by commas, each only once. */
  readonly list?: true;
  /** May be given several times, each adding a value; otherwise the last one counts. */
  readonly repeated?: true;
}

/** A switch: given or not. */
export interface Switch extends Option {
  readonly kind: 'switch';
}

/** A whole number from `min` to `max`, or a word that stands for a number. */
export interface Whole extends Option {
  readonly kind: 'whole';
  readonly min: number;
  readonly max: number;
  readonly words?: Readonly<Record<string, number>>;
}

/** A time with its unit, in milliseconds, from `min` to `max`; without `min`, above 0. */
export interface Duration extends Option {
  readonly kind: 'duration';
  readonly min?: number;
  readonly max: number;
  /** Rounded to whole milliseconds. */
  readonly whole?: true;
}

/** A size in bytes. */
export interface Size extends Option {
  readonly kind: 'size';
  readonly min?: number;
  readonly max?: number;
}

/** One of several words. */
export interface OneOf extends Option {
  readonly kind: 'one-of';
  /** Its placeholder in the help. */
  readonly value: string;
  readonly of: readonly string[];
  /** Tells whether a text names a file instead, and what the help and the error call that. */
  readonly orFile?: { readonly is: (text: string) => boolean; readonly called: string };
}

/** Any text that is not empty, such as the name of a file. */
export interface Text extends Option {
  readonly kind: 'text';
  readonly value: string;
  /**
   * The value if the option is given without one. The next word is then its value only if it is `-` or ends in `.json`,
   * and the command still has the operands that it needs; the VALUE of `--name=VALUE` always is.
   */
  readonly bare?: string;
}

/** A value that no other kind can read. */
export interface Custom extends Option {
  readonly kind: 'custom';
  readonly value: string;
  /** Undefined if it is not allowed. */
  read(text: string): unknown;
  /** What is allowed, as in "a lock and a time". */
  readonly must: string;
  /** Words that may have been meant. */
  readonly near?: readonly string[];
}

export type OptionSpec = Switch | Whole | Duration | Size | OneOf | Text | Custom;

type One<S extends OptionSpec> = S extends { kind: 'switch' }
  ? true
  : S extends { kind: 'whole' | 'duration' | 'size' }
    ? number
    : S extends { kind: 'one-of'; of: readonly (infer Word)[] }
      ? Word
      : S extends { kind: 'custom'; read(text: string): infer Value }
        ? Exclude<Value, undefined>
        : string;

/** The value that an option yields. */
export type ValueOf<S extends OptionSpec> = S extends { list: true } | { repeated: true }
  ? readonly One<S>[]
  : One<S>;

/** How the values of one option are read. */
export interface Reader {
  /** Undefined if the text is not allowed. */
  read(text: string): unknown;
  /** What is allowed, after "must be". */
  readonly must: string;
  /** What was probably meant, or null. */
  meant(text: string): string | null;
}

const nothingMeant = () => null;

export function readerOf(spec: OptionSpec): Reader {
  switch (spec.kind) {
    case 'switch':
      return { read: () => true, must: 'given without a value', meant: nothingMeant };
    case 'whole':
      return wholeReader(spec);
    case 'duration':
      return durationReader(spec);
    case 'size':
      return sizeReader(spec);
    case 'one-of':
      return oneOfReader(spec);
    case 'text':
      return { read: (text) => text || undefined, must: spec.value, meant: nothingMeant };
    case 'custom':
      return {
        read: (text) => spec.read(text),
        must: spec.must,
        meant: (text) => nearest(text, spec.near ?? []),
      };
  }
}

function wholeReader({ min, max, words = {} }: Whole): Reader {
  const names = Object.keys(words);
  return {
    read(text) {
      if (Object.hasOwn(words, text)) return words[text];
      const value = /^(0x[\da-f]+|\d+(\.\d+)?(e\d+)?)$/i.test(text) ? Number(text) : Number.NaN;
      return Number.isSafeInteger(value) && value >= min && value <= max ? value : undefined;
    },
    must: [`a whole number from ${min} to ${max}`, ...names].join(', or '),
    meant: (text) => nearest(text, names),
  };
}

function durationReader(spec: Duration): Reader {
  const { min = 0, max, whole } = spec;
  return {
    read(text) {
      const exact = attempt(() => parseDuration(text) / 1e6);
      if (exact === undefined) return undefined;
      const ms = whole ? Math.round(exact) : exact;
      return ms > 0 && ms >= min && ms <= max ? ms : undefined;
    },
    must: `a time with its unit, ${timesText(spec)}, as in 500ms, 10s or 2m`,
    meant: (text) => (/^\d+(\.\d+)?$/.test(text) ? `${text}s` : null),
  };
}

function sizeReader({ min = 0, max = Number.MAX_SAFE_INTEGER }: Size): Reader {
  const range = max === Number.MAX_SAFE_INTEGER ? '' : ` from ${sizeText(min)} to ${sizeText(max)}`;
  return {
    read(text) {
      const bytes = attempt(() => parseBytes(text));
      return bytes !== undefined && bytes >= min && bytes <= max ? bytes : undefined;
    },
    must: `a size${range}, as in 4096, 64KiB, 256MiB or 1.5GiB`,
    meant(text) {
      const unit = /^(\d+(?:\.\d+)?)\s*([kmgt])i?b?$/i.exec(text);
      return unit === null ? null : `${unit[1]}${unit[2].toUpperCase()}iB`;
    },
  };
}

function oneOfReader({ of, orFile }: OneOf): Reader {
  return {
    read: (text) => (of.includes(text) || orFile?.is(text) ? text : undefined),
    must: `one of ${of.join(', ')}${orFile === undefined ? '' : `, or ${orFile.called}`}`,
    meant: (text) => nearest(text, of),
  };
}

/** The range of an option's values as the help shows it, or null if its placeholder says everything. */
export function rangeText(spec: OptionSpec): string | null {
  switch (spec.kind) {
    case 'whole':
      return [`${numberText(spec.min)} to ${numberText(spec.max)}`, ...Object.keys(spec.words ?? {})].join(
        ', or ',
      );
    case 'duration':
      return timesText(spec);
    case 'size':
      return spec.max === undefined ? null : `${sizeText(spec.min ?? 0)} to ${sizeText(spec.max)}`;
    case 'one-of':
      return spec.orFile === undefined
        ? spec.of.join(', ')
        : `a name from \`framelab list\`, or ${spec.orFile.called}`;
    default:
      return null;
  }
}

/** A value's placeholder in the help; null for a switch. */
export function placeholder(spec: OptionSpec): string | null {
  const one = { switch: null, whole: wholePlaceholder(spec), duration: 'TIME', size: 'SIZE' };
  const text = 'value' in spec ? spec.value : one[spec.kind as keyof typeof one];
  return text !== null && spec.list ? `${text},...` : text;
}

function wholePlaceholder(spec: OptionSpec): string {
  return ['N', ...Object.keys((spec.kind === 'whole' && spec.words) || {})].join('|');
}

/** Bounds that are powers of two are easier to read in that form. */
function numberText(value: number): string {
  const power = Math.round(Math.log2(value));
  if (value <= 1e7 || value < 2 ** power - 1 || value > 2 ** power) return String(value);
  return value === 2 ** power ? `2^${power}` : `2^${power} - 1`;
}

const TIMES = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

function timesText({ min, max }: Duration): string {
  return min === undefined ? `above 0, up to ${timeText(max)}` : `${timeText(min)} to ${timeText(max)}`;
}

/** In the largest unit that is not below 1, rounded down. */
function timeText(ms: number): string {
  const [unit, size] = TIMES.find(([, size]) => ms >= size) ?? ['ms', 1];
  return `${Math.floor(ms / size)}${unit}`;
}

function sizeText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  return `${bytes / 2 ** (10 * power)}${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
