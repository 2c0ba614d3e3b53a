import { describe, expect, test } from 'vitest';
import { again, fixture, natively } from './run.ts';

describe('a program run again and again prints each time what it prints in Node.js', () => {
  test.each([
    ['live bindings and assignments of every form', 'live.mjs'],
    ['default exports and their names', 'defaults.mjs'],
    ['modules that import one another', 'cycle.mjs'],
    ['export *, re-exports, ambiguous and missing names', 'stars.mjs'],
    ['top-level await, its order, in cycles, its errors', 'await.mjs'],
    ['what cannot be found or loaded', 'failures.mjs'],
    ['import.meta, URL queries, package exports and imports', 'meta.mjs'],
    ['dynamic import in modules, scripts, eval and new Function', 'dynamic.cjs'],
    ['require, its cache, module objects, cycles', 'scripts.cjs'],
    ['modules and scripts and JSON together', 'interop.mjs'],
    ['lines and columns of errors', 'stack.mjs'],
  ])('%s', async (_what, name) => {
    const entry = { kind: 'file', url: fixture(name) } as const;
    const [native, runs] = await Promise.all([natively(entry), again(entry)]);
    expect(native.length).toBeGreaterThan(0);
    for (const run of runs) {
      expect(run.error).toBeUndefined();
      expect(run.lines).toEqual(native);
    }
  });
});
