import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { allowedCores, OtherWork, pin } from '#src/platform/cores.js';
import { ownTask } from '#src/platform/tasks.js';

describe('the cores that may be used', () => {
  test.each([
    ['0', [0]],
    ['0-3', [0, 1, 2, 3]],
    ['1,4-5,8', [1, 4, 5, 8]],
  ])('%s', (list, cores) => {
    expect(allowedCores(() => `Name:\tnode\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`)).toEqual(cores);
  });

  test('are not known where the system does not tell', () => {
    expect(allowedCores(() => 'Name:\tnode\n')).toBeNull();
    expect(
      allowedCores(() => {
        throw new Error('no such file');
      }),
    ).toBeNull();
  });
});

describe("others' work", () => {
  /** Ticks of two cores that are ours and of one that is not, and the CPU time of this process. */
  const machine = { busy: [0, 0], idle: [0, 0], ownMs: 0 };
  const stat = (): string =>
    [
      'cpu  9 9 9 9 9 9 9 9 9 9',
      ...machine.busy.map((busy, i) => `cpu${i} ${busy} 0 0 ${machine.idle[i]} 0 0 0 0 0 0`),
      'cpu12 99999 0 0 0 0 0 0 0 0 0',
    ].join('\n');
  const pass = (busy: readonly number[], ticks: number, ownMs: number): void => {
    busy.forEach((each, i) => {
      machine.busy[i] += each;
      machine.idle[i] += ticks - each;
    });
    machine.ownMs += ownMs;
  };

  test('is what the cores do beyond this process', () => {
    const work = new OtherWork([0, 1], stat, () => machine.ownMs);
    expect(work.taken).toBeNull();
    pass([100, 50], 100, 1000);
    expect(work.taken).toBeCloseTo(0.5);
    pass([100, 100], 100, 0);
    expect(work.taken).toBeCloseTo(2);
    pass([0, 0], 100, 0);
    expect(work.taken).toBe(0);
  });

  test('stays as it was until half a second has gone by', () => {
    const work = new OtherWork([0, 1], stat, () => machine.ownMs);
    pass([60, 0], 60, 0);
    expect(work.taken).toBeCloseTo(1);
    pass([0, 0], 10, 0);
    expect(work.taken).toBeCloseTo(1);
    pass([0, 0], 50, 0);
    expect(work.taken).toBe(0);
  });

  test('is not known where a core is not listed', () => {
    expect(new OtherWork([0, 7], stat).taken).toBeNull();
  });
});

const task = ownTask();
const cores = allowedCores();
const canPin = spawnSync('taskset', ['--version']).status === 0;
describe.skipIf(task === null || cores === null || !canPin)('a thread of this process', () => {
  test('is put on one core, and let go again', async () => {
    const last = cores!.at(-1)!;
    expect(await pin([task!], [last])).toBe(true);
    expect(allowedCores()).toEqual([last]);
    expect(await pin([task!], cores!)).toBe(true);
    expect(allowedCores()).toEqual(cores);
  });

  test('that is not there cannot be', async () => {
    expect(await pin([2 ** 22 - 3], cores!)).toBe(false);
  });
});
