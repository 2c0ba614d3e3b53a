import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { runSweep } from '#src/lab/compare/sweep.js';
import { requireSchema } from '#src/report/schema_check.js';
import { realRun } from './real_run.ts';

const SHORT = { seed: 5, operations: 200, workers: 1, memory: 16 * 2 ** 20 };

/** Every place in a value, as a function that puts something else there. */
function* places(value: unknown, depth = 0): Generator<(damage: unknown) => () => void> {
  if (typeof value !== 'object' || value === null || depth > 8) return;
  // Of a long list the first and the last stand for all.
  const keys = Object.keys(value).filter(
    (_, i, all) => !Array.isArray(value) || i === 0 || i === all.length - 1,
  );
  for (const key of keys) {
    const holder = value as Record<string, unknown>;
    yield (damage) => {
      const before = holder[key];
      if (damage === undefined) delete holder[key];
      else holder[key] = damage;
      return () => {
        holder[key] = before;
      };
    };
    yield* places(holder[key], depth + 1);
  }
}

describe.each(['result', 'sweep'] as const)('%s.schema.json', (name) => {
  test('whatever is damaged is found where a full validator finds it, and says where', async () => {
    const written =
      name === 'result'
        ? await realRun({ operations: 200, workers: 1, durationMs: undefined })
        : JSON.parse(JSON.stringify(await runSweep({ base: SHORT, axes: {}, repeat: 2 })));
    requireSchema('f.json', written, name);
    const path = resolve(import.meta.dirname, `../../docs/${name}.schema.json`);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(path, 'utf8')));
    const accepts = () => {
      try {
        requireSchema('f.json', written, name);
        return true;
      } catch (error) {
        expect((error as Error).message).toMatch(/^f\.json: is damaged.*: \S+ (is missing|must (be|have) )/);
        return false;
      }
    };
    let refused = 0;
    for (const put of places(written)) {
      for (const damage of [undefined, null, 'text', -1]) {
        const mend = put(damage);
        const expected = validate(written);
        if (!expected) refused++;
        expect(accepts(), `${JSON.stringify(validate.errors?.[0])}`).toBe(expected);
        mend();
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});
