import { describe, expect, test } from 'vitest';
import { buddy } from '#src/allocators/buddy/allocator.js';
import { buddyParams } from '#src/allocators/buddy/params.js';
import { remediesOf } from '#src/allocators/remedies.js';
import type { AllocatorRemedy, FrameAllocatorType } from '#src/index.js';
import { run } from '#src/lab/run/run.js';

// What an allocator says that helps it goes into each result: it must be true of that machine.

const shape = { cpus: 2, frames: 65_536, params: {} };

/** An allocator that takes one parameter, `batch`, up to 64. */
function saying(remedies: FrameAllocatorType['remedies']): FrameAllocatorType {
  return {
    name: 'mine',
    description: '',
    locks: [],
    staticWords: ({ params }) => {
      if (Number(params.batch ?? 1) > 64) throw new RangeError('batch ends at 64');
      return 1;
    },
    attach: () => expect.fail('is not attached for that'),
    remedies,
  };
}

const PARAMS: readonly Readonly<Record<string, number>>[] = [
  {},
  { cache1: 2, keepFrames: 0 },
  { cache1: 4095, keepFrames: 2 ** 20 },
  { localOrders: 3 },
];

describe('what buddy says', () => {
  const shapes = [64, 1024, 4096, 65_536, 2 ** 22].flatMap((frames) =>
    [1, 2, 48]
      .filter((cpus) => frames / cpus >= 8)
      .flatMap((cpus) => PARAMS.map((params) => ({ frames, cpus, params }))),
  );

  test('is allowed on every machine, and changes something', () => {
    let said = 0;
    for (const each of shapes) {
      const before = buddyParams(each);
      for (const { params } of remediesOf(buddy, each)) {
        said++;
        const after = buddyParams({ ...each, params: { ...each.params, ...params } });
        expect(after, JSON.stringify({ each, params })).not.toEqual(before);
      }
    }
    expect(said).toBeGreaterThan(shapes.length);
  });

  test('follows itself to an end', () => {
    for (const against of ['shared lock taken often', 'caches too small', 'memory held back by CPUs']) {
      let params = {};
      for (let step = 0; ; step++) {
        const remedy = remediesOf(buddy, { ...shape, params }).find((each) => each.against === against);
        if (remedy === undefined) break;
        expect(step, against).toBeLessThan(12);
        params = { ...params, ...remedy.params };
      }
    }
  });

  test('takes back what was set the wrong way before anything else', () => {
    const said = remediesOf(buddy, { ...shape, params: { localOrders: 3, cache1: 2 } });
    expect(said).toContainEqual({
      against: 'shared lock taken often',
      params: { localOrders: 18 },
      effect: 'as usual for a machine of this size',
    });
    expect(said.filter(({ against }) => against === 'caches too small').map(({ params }) => params)).toEqual([
      { cache1: 128 },
    ]);
  });
});

describe('what a user’s allocator says', () => {
  test('is plain data; nothing is fine', () => {
    const remedy: AllocatorRemedy = { against: 'memory in pieces', params: { batch: 8 }, effect: 'less' };
    expect(
      remediesOf(
        saying(() => [remedy]),
        shape,
      ),
    ).toEqual([remedy]);
    expect(remediesOf(saying(undefined), shape)).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no array', 'larger batches', /gave "larger batches"; it must be an array/],
    ['no problem', [{ against: 'slow', params: { batch: 8 }, effect: '' }], /against="slow"; must be one of/],
    ['nothing', [null], /must be one of/],
    ['no parameter', [{ against: 'memory in pieces', params: {}, effect: '' }], /params=/],
    [
      'no effect',
      [{ against: 'memory in pieces', params: { batch: 8 } }],
      /effect=undefined; must be a string/,
    ],
    [
      'a value that it refuses',
      [{ against: 'memory in pieces', params: { batch: 99 }, effect: '' }],
      /refuses itself: batch ends at 64/,
    ],
  ])('is refused where it is %s', (_what, said, message) => {
    expect(() =>
      remediesOf(
        saying(() => said as AllocatorRemedy[]),
        shape,
      ),
    ).toThrow(message);
  });

  test('is refused where it throws', () => {
    const throws = saying(() => {
      throw new Error('no idea');
    });
    expect(() => remediesOf(throws, shape)).toThrow('allocator mine: its remedies() threw: no idea');
  });
});

test('a result has what its allocator said of its machine', async () => {
  const result = await run({
    workload: 'churn',
    workers: 2,
    memory: 256 * 2 ** 20,
    operations: 1000,
    warmup: 'off',
    seed: 1,
    params: { cache1: 2 },
  });
  expect(result.allocator.remedies).toEqual(remediesOf(buddy, { ...shape, params: { cache1: 2 } }));
  expect(result.memory.filledOnPurpose).toBe(false);
});
