import { describe, expect, test } from 'vitest';
import {
  abortSignal,
  anyFunction,
  anyText,
  checkOptions,
  type OptionRules,
  oneOfThese,
  refuseUnknown,
  trueOrFalse,
  wholeNumber,
} from '#src/platform/options_check.js';

interface Options {
  readonly workers?: number;
  readonly stepLimit?: number;
  readonly mode?: string;
  readonly signal?: AbortSignal;
}
const RULES: OptionRules<Options> = {
  workers: wholeNumber(1, 16),
  stepLimit: wholeNumber(16, 1000),
  mode: oneOfThese(['any', 'never']),
  signal: abortSignal,
};
const check = (given: unknown) => () => checkOptions(given, RULES, 'work()', { steps: 'stepLimit' });

describe('options of a function', () => {
  test('what is right passes, and undefined counts as not given', () => {
    check({})();
    check({ workers: 16, stepLimit: 16, mode: 'never', signal: new AbortController().signal })();
    check({ workers: undefined })();
  });

  test('an unknown name is refused with the one that was probably meant', () => {
    expect(check({ Workers: 2 })).toThrow("work() has no option 'Workers'; did you mean 'workers'?");
    expect(check({ worker: 2 })).toThrow("did you mean 'workers'?");
    expect(check({ steps: 100 })).toThrow("did you mean 'stepLimit'?");
    expect(check({ colour: 1 })).toThrow(
      "work() has no option 'colour'; there are workers, stepLimit, mode, signal",
    );
    // Names of Object.prototype are no options, and mean nothing elsewhere.
    expect(check({ constructor: 1 })).toThrow("no option 'constructor'; there are");
    expect(check({ colour: undefined })).toThrow("no option 'colour'");
  });

  test.each([['churn'], [null], [5], [[]], [() => {}], [undefined]])(
    '%s is no object of options',
    (given) => {
      expect(() => refuseUnknown(given, ['a'], 'run()')).toThrow(/run\(\) takes an object of options, not /);
    },
  );

  test.each([
    [{ workers: 0 }, 'workers is 0; allowed: whole numbers from 1 to 16'],
    [{ workers: 1.5 }, 'workers is 1.5'],
    [{ workers: Number.NaN }, 'workers is NaN'],
    [{ workers: '2' }, 'workers is "2"'],
    [{ workers: 2n }, 'workers is 2n'],
    [{ workers: null }, 'workers is null'],
    [{ mode: 'last' }, 'mode is "last"; allowed: any, never'],
    [{ signal: {} }, 'signal is an object; allowed: an AbortSignal'],
  ])('%o is refused', (given, message) => {
    expect(check(given)).toThrow(message);
  });

  test('the code is Usage', () => {
    expect(check({ workers: 0 })).toThrow(expect.objectContaining({ code: 'Usage' }));
    expect(check(null)).toThrow(expect.objectContaining({ code: 'Usage' }));
  });

  test('the other rules', () => {
    expect(anyText('')).toBeDefined();
    expect(anyText(1)).toBeDefined();
    expect(anyText('a')).toBeUndefined();
    expect(trueOrFalse(0)).toBeDefined();
    expect(trueOrFalse(false)).toBeUndefined();
    expect(anyFunction({})).toBeDefined();
    expect(anyFunction(() => {})).toBeUndefined();
  });
});
