import { parseArgs } from 'node:util';
import { LabError } from '../platform/error.ts';
import { nearest } from '../platform/nearest.ts';

/** One option of a command. */
export interface OptionSpec {
  readonly short?: string;
  /** What stands for its value in the help; a switch where there is none. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What was given, by long name: the last of each, or all of a multiple one. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  has(name: string): boolean;
  text(name: string): string | undefined;
  all(name: string): readonly string[];
}

/** @throws `Usage` for an unknown option, and for one that lacks its value or should have none. */
export function parseOptions(args: readonly string[], specs: OptionSpecs): ParsedArguments {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [
        name,
        {
          type: spec.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(spec.short === undefined ? {} : { short: spec.short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = specs[token.name];
    if (spec === undefined) throw unknownOption(token.rawName, specs);
    // What looks like the next option is no value, unless it was given as one: --name=--value.
    const isNextOption = !token.inlineValue && /^--?[a-z]/i.test(token.value ?? '');
    if (spec.value !== undefined && (token.value === undefined || isNextOption)) {
      throw new LabError('Usage', `${token.rawName}: needs a value, ${spec.value}`);
    }
    if (spec.value === undefined && token.value !== undefined) {
      throw new LabError('Usage', `${token.rawName}=${token.value}: takes no value`);
    }
    const values = given.get(token.name) ?? [];
    values.push(token.value ?? '');
    given.set(token.name, values);
  }
  return {
    positionals,
    has: (name) => given.has(name),
    text: (name) => given.get(name)?.at(-1),
    all: (name) => given.get(name) ?? [],
  };
}

/** A whole number. @throws `Usage` */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new LabError('Usage', `--${option} '${text}': must be a whole number from ${min} to ${max}`);
  }
  return value;
}

/** One of several words. @throws `Usage`, with the nearest of them */
export function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found !== undefined) return found;
  throw new LabError(
    'Usage',
    `${option} '${text}': must be one of ${allowed.join(', ')}${didYouMean(text, allowed)}`,
  );
}

/** A value with a unit, by a parser that says what is allowed. @throws `Usage` */
export function withUnit(option: string, text: string, parse: (text: string) => number): number {
  try {
    return parse(text);
  } catch (cause) {
    throw new LabError('Usage', `--${option}: ${(cause as Error).message}`, { cause });
  }
}

/** `; did you mean 'x'?`, or nothing where nothing is close. */
export function didYouMean(text: string, allowed: readonly string[]): string {
  const near = nearest(text, allowed);
  return near === null ? '' : `; did you mean '${near}'?`;
}

/** The lines of a help text that list options. */
export function optionLines(specs: OptionSpecs): string {
  const left = Object.entries(specs).map(([name, spec]) => {
    const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
    return `${short}--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`;
  });
  const width = Math.max(...left.map((text) => text.length));
  return Object.values(specs)
    .map(
      (spec, i) => `  ${left[i].padEnd(width)}  ${spec.help.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}`,
    )
    .join('\n');
}

function unknownOption(rawName: string, specs: OptionSpecs): LabError {
  const names = Object.keys(specs).map((name) => `--${name}`);
  const hint = didYouMean(rawName, names);
  return new LabError(
    'Usage',
    `unknown option ${rawName}${hint === '' ? `: there are ${names.join(', ')}` : hint}`,
  );
}
