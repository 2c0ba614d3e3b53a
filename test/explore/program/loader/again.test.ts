import { describe, expect, test } from 'vitest';
import { again, fixture } from './run.ts';

describe('each run', () => {
  test('has new instances of modules of both kinds', async () => {
    const runs = await again({ kind: 'file', url: fixture('state.mjs') });
    for (const run of runs) expect(run.lines).toEqual(['[1,1,true]']);
  });

  test('reads files only the first time, unless it comes to others', async () => {
    const runs = await again({ kind: 'file', url: fixture('late_import.mjs') });
    const names = (urls: readonly string[]): string[] => urls.map((url) => url.replace(/.*\//, ''));
    expect(names(runs[0].read)).toEqual(['late_import.mjs', 'counter.cjs']);
    expect(runs[1].read).toEqual([]);
    expect(runs[2].read).toEqual([]);
  });

  test('finds the realm as the first one found it', async () => {
    const runs = await again({ kind: 'file', url: fixture('changes_realm.mjs') }, { runs: 40 });
    for (const run of runs) {
      expect(run.error).toBeUndefined();
      expect(run.lines).toEqual(runs[0].lines);
    }
    expect(runs[0].lines[0]).not.toContain('mine');
  });

  test('runs what the transformation makes of a source, once for each file', async () => {
    const transform = `globalThis.transformed = (globalThis.transformed ?? 0) + 1;
      return url.endsWith('state.mjs') ? source.replace('count++', 'count += 5') + ';console.log("' + format + '")' :
        url.endsWith('live.mjs') ? source.replace('count++', 'count += 7') : source;`;
    for (const run of await again({ kind: 'file', url: fixture('state.mjs') }, { transform })) {
      expect(run.lines).toEqual(['[7,5,true]', 'module']);
    }
  });
});
