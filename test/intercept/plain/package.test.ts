import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import { beforeAll, expect, test } from 'vitest';
import { installPlain, instrumentScript } from './told.ts';

// Published code that is instrumented works as it does without.

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const FAST_URI = join(MODULES, 'fast-uri/test');
const TAPE = fileURLToPath(new URL('tape.cjs', import.meta.url));
const PRELOAD = new URL('package_preload.mjs', import.meta.url).href;

function ownTests(): string[] {
  const names = readdirSync(FAST_URI).filter((name) => name.endsWith('.test.js'));
  return names.map((name) => join(FAST_URI, name));
}

/** Runs them in one process; gives what it printed. */
async function run(nodeArgs: readonly string[]): Promise<string> {
  const code = ownTests()
    .map((file) => `require(${JSON.stringify(file)});`)
    .join('');
  const args = [...nodeArgs, '--require', TAPE, '-e', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return stdout;
}

const counted = (output: string, what: string): number =>
  Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1]);

test("fast-uri's own tests pass instrumented", async () => {
  const [native, mine] = await Promise.all([run([]), run(['--import', PRELOAD])]);
  expect(counted(native, 'pass')).toBeGreaterThan(1000);
  expect(counted(mine, 'pass')).toBe(counted(native, 'pass'));
  expect(counted(mine, 'fail')).toBe(0);
  // The package itself and its tests.
  expect(counted(mine, 'instrumented')).toBeGreaterThan(3);
});

beforeAll(installPlain);

test('acorn, instrumented, reads the same trees', () => {
  interface Parser {
    parse(source: string, options: object): unknown;
  }
  const path = join(MODULES, 'acorn/dist/acorn.js');
  const source = readFileSync(path, 'utf8');
  const code = instrumentScript(`(function (exports, module) {${source}\n})`, path);
  expect(code).not.toBe(source);
  const module = { exports: {} as Parser };
  (runInThisContext(code) as (exports: object, module: object) => void)(module.exports, module);
  const native = createRequire(import.meta.url)('acorn') as Parser;
  const files = ['ajv/dist/compile', 'fast-uri/lib'].flatMap((name) => sources(join(MODULES, name)));
  expect(files.length).toBeGreaterThan(20);
  const options = { ecmaVersion: 'latest', allowHashBang: true, allowReturnOutsideFunction: true };
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const sourceType = /^(import|export)\b/m.test(text) ? 'module' : 'script';
    const mine = JSON.stringify(module.exports.parse(text, { ...options, sourceType }), plainly);
    expect(mine === JSON.stringify(native.parse(text, { ...options, sourceType }), plainly), file).toBe(true);
  }
});

function plainly(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?js$/.test(name) && !/test|acorn\.|bin/.test(name))
    .map((name) => join(folder, name));
}
