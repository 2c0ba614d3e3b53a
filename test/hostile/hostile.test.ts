import { MessageChannel, Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { loadAllocator } from '#src/index.js';
import { areas, casesOf } from './case_table.mjs';

// Every call of the public interface with what it is not meant for. Each case has a machine of its own, where it matters
// with a neighbour CPU at work. It must end, with a named error or right; then the machine must be sound, and nothing lost,
// and the neighbour must go on. The tables are in cases/, by area.

/** No case takes a second; this is for machines where twenty others run. */
const HANG_MS = 45_000;
const CASES_MIN = 300;

/** Every area on the default allocator, and what reaches allocators on all of them. */
const PLACES = [
  ...areas.map((area) => [area, 'buddy'] as const),
  ...['free', 'alloc', 'add'].flatMap((area) => [[area, 'global-buddy'] as const, [area, 'bitmap'] as const]),
];

const control = new SharedArrayBuffer(12);
const neighbourErrors: string[] = [];
const neighbour = new Worker(new URL('./neighbour_worker.mjs', import.meta.url), {
  workerData: { control },
});
neighbour.on('message', (error) => neighbourErrors.push(error));

afterAll(async () => {
  await neighbour.terminate();
});

interface Outcome {
  readonly index: number;
  readonly problems: string[];
}

/** Runs an area's cases from `from` on; ends early with the case that hangs. */
async function runFrom(area: string, allocator: string, from: number, outcomes: Outcome[]): Promise<number> {
  const count = casesOf(area).cases.length;
  const { port1, port2 } = new MessageChannel();
  neighbour.postMessage(port1, [port1]);
  const worker = new Worker(new URL('./subject_worker.mjs', import.meta.url), {
    workerData: { area, from, allocator, control, port: port2 },
    transferList: [port2],
  });
  let next = from;
  await new Promise<void>((resolve) => {
    let timer = setTimeout(hung, HANG_MS);
    function hung() {
      outcomes.push({ index: next++, problems: [`it hangs: no end within ${HANG_MS} ms`] });
      resolve();
    }
    worker.on('message', (outcome: Outcome) => {
      clearTimeout(timer);
      outcomes.push(outcome);
      next = outcome.index + 1;
      if (next === count) resolve();
      else timer = setTimeout(hung, HANG_MS);
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      outcomes.push({ index: next++, problems: [`its thread ended: ${error}`] });
      resolve();
    });
  });
  await worker.terminate();
  return next;
}

describe('hostile calls', () => {
  test('are at least as many as were promised', () => {
    const total = areas.reduce((sum, area) => sum + casesOf(area).cases.length, 0);
    expect(total).toBeGreaterThanOrEqual(CASES_MIN);
  });

  test('to load an allocator reject with a code', async () => {
    for (const choice of [null, 5, Symbol('x'), {}, '', 'budy', './none.js', 'file://host/x.js'])
      await expect(loadAllocator(choice as never)).rejects.toMatchObject({ code: 'InvalidArgs' });
  });

  test.each(PLACES)(
    'of area %s, on %s, end with a named error, or right, and leave the machine sound',
    async (area, allocator) => {
      const { cases } = casesOf(area);
      const outcomes: Outcome[] = [];
      for (let next = 0; next < cases.length; ) {
        next = await runFrom(area, allocator, next, outcomes);
      }
      const bad = outcomes
        .filter(({ problems }) => problems.length > 0)
        .map(({ index, problems }) => `${cases[index].name}: ${problems.join('; ')}`);
      expect([...bad, ...neighbourErrors]).toEqual([]);
      expect(outcomes.length).toBe(cases.length);
    },
    600_000,
  );
});
