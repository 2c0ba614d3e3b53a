import { runInThisContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { FORMS, WORLD } from './forms.ts';
import { installPlain, instrumentScript } from './told.ts';

// Instrumented code does what the code itself does: the same value, the same effects in the same order, the same
// exception with the same message; in sloppy and in strict code, on shared and on other arrays.

beforeAll(installPlain);

async function outcomeOf(
  form: string,
  strict: boolean,
  change: (source: string) => string,
): Promise<unknown> {
  const prologue = strict ? '"use strict";' : '';
  const source = `(function () {${prologue}${WORLD}\nreturn (async function* () {${form}\n}).call(self)})`;
  const make = runInThisContext(`(function (log, trace, self) { return ${change(source)} })`) as (
    ...args: unknown[]
  ) => () => AsyncGenerator;
  const effects: string[] = [];
  const log = (name: string, value: unknown): unknown => {
    effects.push(name);
    return value;
  };
  const trace = (value: unknown): void => {
    effects.push(shown(value));
  };
  return run(make(log, trace, { me: true })).then(
    (value) => ({ effects, value: shown(value) }),
    (error: unknown) => ({ effects, thrown: String(error) }),
  );
}

async function run(make: () => AsyncGenerator): Promise<unknown> {
  const generator = make();
  let step = await generator.next();
  while (step.done !== true) step = await generator.next(step.value);
  return step.value;
}

function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name}`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
}

for (const strict of [false, true]) {
  test(`${strict ? 'strict' : 'sloppy'} forms behave as without`, async () => {
    const different: unknown[] = [];
    let instrumented = 0;
    for (const form of FORMS) {
      if (strict && /\bwith \(|arguments\.callee/.test(form)) continue;
      const native = await outcomeOf(form, strict, (source) => source);
      let code = '';
      const mine = await outcomeOf(form, strict, (source) => {
        code = instrumentScript(source);
        if (code !== source) instrumented++;
        return code;
      }).catch((error: unknown) => ({ error: String(error), code }));
      if (JSON.stringify(native) !== JSON.stringify(mine)) different.push({ form, native, mine });
    }
    expect(different).toEqual([]);
    expect(instrumented).toBeGreaterThan(FORMS.length / 2);
  });
}
