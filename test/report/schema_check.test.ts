import { describe, expect, test } from 'vitest';
import { runSweep } from '#src/lab/sweep/run_sweep.js';
import { requireSchema } from '#src/results/schema_check.js';
import { realRun } from './real_run.ts';

const SHORT = { seed: 5, operations: 200, warmup: { operations: 100 }, workers: 1, memory: 16 * 2 ** 20 };

type Place = Record<string, unknown>;

/** Every place in a value; of a list the first and the last stand for all. */
function* places(value: unknown, path = ''): Generator<{ holder: Place; key: string; path: string }> {
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [i, key] of Object.keys(value).entries()) {
    if (isList && i !== 0 && i !== value.length - 1) continue;
    const at = isList ? `${path}[${key}]` : `${path}.${key}`;
    yield { holder: value as Place, key, path: at };
    yield* places((value as Place)[key], at);
  }
}

function refusal(value: unknown, name: 'result' | 'sweep'): string | null {
  try {
    requireSchema('f.json', value, name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(['result', 'sweep'] as const)('%s.schema.json', (name) => {
  test('what is damaged is named, with where it is', async () => {
    const written =
      name === 'result'
        ? await realRun({ operations: 200, workers: 1, durationMs: undefined })
        : JSON.parse(JSON.stringify(await runSweep({ base: SHORT, axes: {}, repeat: 2 })));
    expect(refusal(written, name)).toBeNull();
    let missing = 0;
    let wrong = 0;
    for (const { holder, key, path } of places(written)) {
      const before = holder[key];
      const named = path.slice(1);
      if (!Array.isArray(holder)) {
        delete holder[key];
        const message = refusal(written, name);
        if (message !== null) {
          missing++;
          expect(message).toBe(`f.json: is damaged, or was written by another version: ${named} is missing`);
        }
      }
      holder[key] = typeof before === 'object' ? 'text' : {};
      const message = refusal(written, name);
      if (message !== null) {
        wrong++;
        expect(message).toContain(` ${named} must be `);
      }
      holder[key] = before;
    }
    expect(missing).toBeGreaterThan(100);
    expect(wrong).toBeGreaterThan(100);
    expect(refusal(null, name)).toContain('it must be object');
    expect(refusal(written, name)).toBeNull();
  });

  test('a choice is told with what may be chosen', async () => {
    const written =
      name === 'result'
        ? await realRun({ operations: 200, workers: 1, durationMs: undefined })
        : JSON.parse(JSON.stringify(await runSweep({ base: SHORT, axes: {}, repeat: 1 })));
    const configuration = name === 'result' ? written.configuration : written.cells[0].configuration;
    configuration.stats = 'some';
    expect(refusal(written, name)).toMatch(/configuration\.stats must be .*: off, counts, sampled, full$/);
  });
});
