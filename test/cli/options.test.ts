import { describe, expect, test } from 'vitest';
import { type OptionSpec, rangeText } from '#src/cli/option_kinds.js';
import { type Operands, type OptionSpecs, parseOptions, readValue } from '#src/cli/options.js';

// Options as data: what is typed, what a command is given, and what is said of a mistake.

const ONE: Operands = { name: 'FILE', least: 1, most: 1 };
const ANY: Operands = { name: 'FILE', least: 0, most: Number.POSITIVE_INFINITY };
const help = '';

function values<S extends OptionSpecs>(specs: S, ...args: string[]) {
  return parseOptions(args, specs, ANY).values;
}

function mistake(specs: OptionSpecs, ...args: string[]): string {
  try {
    parseOptions(args, specs, ANY);
  } catch (error) {
    expect(error).toMatchObject({ code: 'Usage' });
    return (error as Error).message;
  }
  throw new Error(`${args.join(' ')} was allowed`);
}

describe('a whole number', () => {
  const specs = { jobs: { kind: 'whole', min: 1, max: 64, words: { all: -1 }, help } } as const;

  test.each([
    ['1', 1],
    ['64', 64],
    ['1e1', 10],
    ['0x10', 16],
    ['all', -1],
  ])('%s', (text, value) => {
    expect(values(specs, '--jobs', text).jobs).toBe(value);
  });

  test.each(['0', '65', '1.5', '-1', '1e-1', '', ' ', '1e400', 'constructor'])('no %j', (text) => {
    expect(mistake(specs, `--jobs=${text}`)).toBe(
      `--jobs '${text}': must be a whole number from 1 to 64, or all`,
    );
  });

  test('what was meant', () => {
    expect(mistake(specs, '--jobs', 'al')).toContain("; did you mean 'all'?");
  });
});

describe('a time', () => {
  const specs = { time: { kind: 'duration', min: 1, max: 60_000, whole: true, help } } as const;
  const above = { time: { kind: 'duration', max: 60_000, help } } as const;

  test('is in milliseconds', () => {
    for (const [text, ms] of [
      ['500ms', 500],
      ['1.5s', 1500],
      ['1m', 60_000],
      ['0.5ms', 1],
    ] as const) {
      expect(values(specs, '--time', text).time).toBe(ms);
    }
    expect(values(above, '--time', '1us').time).toBe(1e-3);
  });

  test('has a unit, and bounds', () => {
    expect(mistake(specs, '--time', '10')).toBe(
      "--time '10': must be a time with its unit, 1ms to 1m, as in 500ms, 10s or 2m; did you mean '10s'?",
    );
    for (const text of ['61s', '0ms', 'soon', '-1s']) mistake(specs, '--time', text);
    expect(mistake(above, '--time', '0s')).toContain('above 0');
  });
});

test('a size has bounds, and knows what MB probably means', () => {
  const specs = { memory: { kind: 'size', min: 2 ** 20, max: 2 ** 30, help } } as const;
  expect(values(specs, '--memory', '64MiB').memory).toBe(64 * 2 ** 20);
  expect(mistake(specs, '--memory', '64mb')).toMatch(
    /must be a size from 1MiB to 1GiB, .*did you mean '64MiB'/,
  );
  mistake(specs, '--memory', '2GiB');
});

test('a list has each value once, all of them read', () => {
  const specs = { workers: { kind: 'whole', min: 1, max: 9, list: true, help } } as const;
  expect(values(specs, '--workers', '1, 2,4').workers).toEqual([1, 2, 4]);
  expect(mistake(specs, '--workers', '1,x')).toContain("--workers 'x'");
  expect(mistake(specs, '--workers', '1,01')).toContain('names 1 twice');
});

test('an option counts once, the last time; one that may be repeated, each time', () => {
  const specs = {
    seed: { kind: 'whole', min: 0, max: 9, help },
    param: { kind: 'text', value: 'X', repeated: true, help },
  } as const;
  expect(values(specs, '--seed', '1', '--param', 'a', '--seed', '2', '--param', 'b')).toEqual({
    seed: 2,
    param: ['a', 'b'],
  });
  // An earlier one that is wrong does not count either.
  expect(values(specs, '--seed', 'x', '--seed', '2').seed).toBe(2);
});

test('another name means the same', () => {
  const specs = { json: { kind: 'text', short: 'o', also: 'output', value: 'FILE', help } } as const;
  for (const name of ['--json', '--output', '-o']) expect(values(specs, name, 'f').json).toBe('f');
});

describe('--json of commands that may be given it alone', () => {
  const specs = {
    json: { kind: 'text', value: 'FILE|-', bare: '-', help },
    quiet: { kind: 'switch', short: 'q', help },
  } as const;
  const none: Operands = { name: 'KIND', least: 0, most: 1 };

  test.each<[string, Operands, string, string[]]>([
    ['a.mjs --json', ONE, '-', ['a.mjs']],
    ['--json a.mjs', ONE, '-', ['a.mjs']],
    ['a.mjs --json -', ONE, '-', ['a.mjs']],
    ['--json - a.mjs', ONE, '-', ['a.mjs']],
    ['a.mjs --json out.json', ONE, 'out.json', ['a.mjs']],
    ['--json out.json a.mjs', ONE, 'out.json', ['a.mjs']],
    ['a.mjs --json=out.txt', ONE, 'out.txt', ['a.mjs']],
    // The file that is to be replayed is never written over.
    ['--json find.json', ONE, '-', ['find.json']],
    ['find.json --json -q', ONE, '-', ['find.json']],
    ['--json locks', none, '-', ['locks']],
    ['--json out.json', none, 'out.json', []],
  ])('%s', (line, operands, json, left) => {
    const given = parseOptions(line.split(' '), specs, operands);
    expect([given.values.json, given.operands]).toEqual([json, left]);
  });
});

test('operands are counted', () => {
  const count = (least: number, most: number, ...args: string[]) =>
    parseOptions(args, { quick: { kind: 'switch', help } }, { name: 'FILE', least, most }).operands;
  expect(count(1, 1, 'a')).toEqual(['a']);
  expect(() => count(1, 1)).toThrow('one FILE is needed; given: none');
  expect(() => count(1, 1, 'a', 'b')).toThrow('one FILE is needed; given: a b');
  expect(() => count(0, 1, 'a', 'b')).toThrow('takes one FILE at most; given: a b');
  expect(() => count(1, Number.POSITIVE_INFINITY)).toThrow('at least one FILE is needed');
  expect(() => count(0, 0, 'quick')).toThrow("'quick': options only are taken here; did you mean '--quick'?");
  expect(count(1, 1, '--', '--quick')).toEqual(['--quick']);
});

test('an option without its value, or with one too many, is named', () => {
  const specs = {
    seed: { kind: 'whole', min: 0, max: 9, help },
    quiet: { kind: 'switch', help },
  } as const;
  expect(mistake(specs, '--seed')).toBe('--seed: needs a value, N');
  expect(mistake(specs, '--seed', '--quiet')).toBe('--seed: needs a value, N');
  expect(mistake(specs, '--quiet=yes')).toBe('--quiet=yes: takes no value');
  expect(mistake(specs, '--sede', '3')).toBe("unknown option --sede; did you mean '--seed'?");
  expect(mistake(specs, '--constructor')).toContain('there are --seed, --quiet');
});

test.each<[OptionSpec, string | null]>([
  [{ kind: 'whole', min: 0, max: 2 ** 53 - 1, help }, '0 to 2^53 - 1'],
  [{ kind: 'whole', min: 1, max: 2 ** 48, help }, '1 to 2^48'],
  [{ kind: 'whole', min: 1, max: 12_345_678, help }, '1 to 12345678'],
  [{ kind: 'duration', min: 100, max: 2 ** 31 - 1, help }, '100ms to 596h'],
  [{ kind: 'size', min: 2 ** 23, max: 2 ** 36, help }, '8MiB to 64GiB'],
  [{ kind: 'one-of', value: 'X', of: ['a', 'b'], help }, 'a, b'],
  [{ kind: 'switch', help }, null],
])('the help says the range of %j', (spec, text) => {
  expect(rangeText(spec)).toBe(text);
});

test('a value of no option is read by the same rules', () => {
  const spec = { kind: 'one-of', value: 'X', of: ['churn', 'ktest'], help } as const;
  expect(readValue('workload', spec, 'churn')).toBe('churn');
  expect(() => readValue('workload', spec, 'chrun')).toThrow(
    "workload 'chrun': must be one of churn, ktest; did you mean 'churn'?",
  );
});
