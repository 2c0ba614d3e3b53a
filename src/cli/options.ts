import { parseArgs } from 'node:util';
import { LabError } from '../platform/error.ts';
import { nearest } from '../platform/nearest.ts';
import { type OptionSpec, placeholder, readerOf, type ValueOf } from './option_kinds.ts';

/** The options of a command, by long name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a command takes beside its options, such as files. */
export interface Operands {
  /** What the help calls one of them. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

/** The options given: checked and parsed values, by the option's long name. */
export interface Given<S extends OptionSpecs = OptionSpecs> {
  /** An option that was not given is absent. */
  readonly values: { readonly [Name in keyof S]?: ValueOf<S[Name]> };
  readonly operands: readonly string[];
}

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];

/** @throws `Usage`, naming the option, the value and what is allowed. */
export function parseOptions<S extends OptionSpecs>(
  args: readonly string[],
  specs: S,
  allowed: Operands,
): Given<S> {
  const texts = new Map<string, string[]>();
  const tokens = tokensOf(args, specs);
  const operands = tokens.flatMap((token) => (token.kind === 'positional' ? [token] : []));
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const found = specOf(token.name, specs);
    if (found === null) throw unknownOption(token.rawName, specs);
    const [name, spec] = found;
    if (spec.kind === 'text' && spec.bare !== undefined && token.value === undefined) {
      const next = operands.findIndex((operand) => operand.index === token.index + 1);
      const takesNext =
        next >= 0 && operands.length > allowed.least && /^-$|\.json$/i.test(operands[next].value);
      const [value] = takesNext ? operands.splice(next, 1).map((operand) => operand.value) : [spec.bare];
      add(texts, name, value);
    } else {
      add(texts, name, textOf(token, spec));
    }
  }
  const given = operands.map((operand) => operand.value);
  checkOperands(given, allowed, specs);
  const values = [...texts].map(([name, all]) => [name, readAll(name, specs[name], all)]);
  return { values: Object.fromEntries(values), operands: given };
}

/** Reads a value outside options, such as an operand, by the same rules. @throws `Usage` */
export function readValue<S extends OptionSpec>(name: string, spec: S, text: string): ValueOf<S> {
  const { read, must, meant } = readerOf(spec);
  const value = read(text);
  if (value !== undefined) return value as ValueOf<S>;
  throw new LabError('Usage', `${name} '${text}': must be ${must}${hint(meant(text))}`);
}

/** `; did you mean 'x'?`, or nothing if no name is close. */
export function didYouMean(text: string, allowed: readonly string[]): string {
  return hint(nearest(text, allowed));
}

function hint(meant: string | null): string {
  return meant === null ? '' : `; did you mean '${meant}'?`;
}

/** Whether a switch was given, whatever else is wrong with the arguments. */
export function isGiven(args: readonly string[], specs: OptionSpecs, name: string): boolean {
  return tokensOf(args, specs).some((token) => token.kind === 'option' && token.name === name);
}

function tokensOf(args: readonly string[], specs: OptionSpecs) {
  const options = Object.entries(specs).flatMap(([name, spec]) => {
    const isSwitch = spec.kind === 'switch' || (spec.kind === 'text' && spec.bare !== undefined);
    const type = isSwitch ? ('boolean' as const) : ('string' as const);
    const own = [name, spec.short === undefined ? { type } : { type, short: spec.short }] as const;
    return spec.also === undefined ? [own] : [own, [spec.also, { type }] as const];
  });
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function specOf(name: string, specs: OptionSpecs): readonly [string, OptionSpec] | null {
  if (Object.hasOwn(specs, name)) return [name, specs[name]];
  return Object.entries(specs).find(([, spec]) => spec.also === name) ?? null;
}

function textOf(token: Token & { kind: 'option' }, spec: OptionSpec): string {
  const { rawName, value, inlineValue } = token;
  if (spec.kind === 'switch') {
    if (value !== undefined) throw new LabError('Usage', `${rawName}=${value}: takes no value`);
    return '';
  }
  // A word that looks like an option is not a value, unless given as one: --name=--value.
  const isNextOption = !inlineValue && /^--?[a-z]/i.test(value ?? '');
  if (value === undefined || isNextOption) {
    throw new LabError('Usage', `${rawName}: needs a value, ${placeholder(spec)}`);
  }
  return value;
}

function add(texts: Map<string, string[]>, name: string, text: string): void {
  texts.set(name, [...(texts.get(name) ?? []), text]);
}

function readAll(name: string, spec: OptionSpec, texts: readonly string[]): unknown {
  const read = (text: string): unknown => readValue(`--${name}`, spec, text);
  if (spec.repeated) return texts.map(read);
  const last = texts[texts.length - 1];
  if (!spec.list) return read(last);
  const values = last.split(',').map((text) => read(text.trim()));
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new LabError('Usage', `--${name} '${last}': names ${twice} twice`);
  return values;
}

function checkOperands(given: readonly string[], { name, least, most }: Operands, specs: OptionSpecs): void {
  if (given.length >= least && given.length <= most) return;
  const [first] = given;
  if (most === 0) {
    const meant = nearest(
      `--${first}`,
      Object.keys(specs).map((option) => `--${option}`),
    );
    throw new LabError('Usage', `'${first}': options only are taken here${hint(meant)}`);
  }
  const count = most === 1 ? 'one' : most === Number.POSITIVE_INFINITY ? 'at least one' : `${most}`;
  const needs = least === 0 ? `takes ${count} ${name} at most` : `${count} ${name} is needed`;
  throw new LabError('Usage', `${needs}; given: ${given.join(' ') || 'none'}`);
}

function unknownOption(rawName: string, specs: OptionSpecs): LabError {
  const names = Object.entries(specs).flatMap(([name, { also }]) =>
    also === undefined ? [`--${name}`] : [`--${name}`, `--${also}`],
  );
  const meant = didYouMean(rawName, names);
  return new LabError(
    'Usage',
    `unknown option ${rawName}${meant === '' ? `: there are ${names.join(', ')}` : meant}`,
  );
}
