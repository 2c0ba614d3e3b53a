import { explore } from 'framelab/explore';
import { describe, expect, it } from 'vitest';
import { programUrl, scenario } from './paths.ts';
import { bruteForce, type Program } from './program.ts';

const chosen: Record<string, Program> = {
  'independent words': { threads: [[['store', 0, 1]], [['store', 1, 1]]] },
  'two writers of one word': { threads: [[['store', 0, 1]], [['store', 0, 2]]] },
  'two readers': { threads: [[['load', 0]], [['load', 0]]] },
  'store buffering': {
    threads: [
      [
        ['store', 0, 1],
        ['load', 1],
      ],
      [
        ['store', 1, 1],
        ['load', 0],
      ],
    ],
  },
  'message passing': {
    threads: [
      [
        ['store', 0, 1],
        ['store', 1, 1],
      ],
      [
        ['load', 1],
        ['load', 0],
      ],
    ],
  },
  'three writers': { threads: [[['store', 0, 1]], [['store', 0, 2]], [['store', 0, 3]]] },
  'a reader and two writers': { threads: [[['store', 0, 1]], [['load', 0]], [['store', 0, 2]]] },
  'readers of a word that one writes twice': {
    threads: [
      [
        ['store', 0, 1],
        ['store', 0, 2],
      ],
      [['load', 0]],
      [['load', 0]],
    ],
  },
  'the last zero, three threads': {
    // The example by which source sets are usually explained (lastzero).
    threads: [
      [
        ['load', 2],
        ['load', 1],
      ],
      [
        ['load', 0],
        ['store', 1, 1],
      ],
      [
        ['load', 1],
        ['store', 2, 1],
      ],
    ],
  },
  'three independent pairs': {
    threads: [
      [
        ['add', 0, 1],
        ['add', 1, 1],
      ],
      [
        ['add', 2, 1],
        ['add', 3, 1],
      ],
      [
        ['add', 4, 1],
        ['add', 5, 1],
      ],
    ],
  },
  'a cycle of three': {
    threads: [
      [
        ['store', 0, 1],
        ['load', 1],
      ],
      [
        ['store', 1, 1],
        ['load', 2],
      ],
      [
        ['store', 2, 1],
        ['load', 0],
      ],
    ],
  },
  'wait and notify': {
    threads: [
      [['wait', 0, 0]],
      [
        ['store', 0, 1],
        ['notify', 0],
      ],
    ],
  },
  'two sleepers': {
    threads: [
      [['wait', 0, 0]],
      [['wait', 0, 0]],
      [
        ['store', 0, 1],
        ['notify', 0],
      ],
    ],
  },
  'a spin loop': { threads: [[['spin', 0, 1]], [['store', 0, 1]]] },
  'a spin loop with work around it': {
    threads: [
      [
        ['load', 1],
        ['spin', 0, 2],
        ['load', 1],
      ],
      [
        ['store', 1, 1],
        ['add', 0, 1],
        ['add', 0, 1],
      ],
    ],
  },
  'two spin loops after one another': {
    threads: [
      [
        ['spin', 0, 1],
        ['store', 1, 1],
      ],
      [
        ['store', 0, 1],
        ['spin', 1, 1],
      ],
    ],
  },
  'a compare-exchange that can only fail, and a reader': {
    threads: [[['cas', 0, 1, 2]], [['load', 0]], [['cas', 0, 3, 4]]],
  },
  'compare-exchanges of which one succeeds': {
    threads: [[['cas', 0, 0, 1]], [['cas', 0, 0, 2]], [['cas', 0, 0, 3]]],
  },
  'a chain of compare-exchanges': {
    threads: [
      [
        ['cas', 0, 0, 1],
        ['cas', 0, 2, 3],
      ],
      [
        ['cas', 0, 1, 2],
        ['cas', 0, 3, 0],
      ],
    ],
  },
  'a compare-exchange that sleeps while a reader comes and goes': {
    threads: [
      [['cas', 0, 1, 2]],
      [
        ['load', 0],
        ['store', 1, 1],
        ['load', 0],
      ],
      [
        ['load', 1],
        ['store', 0, 1],
      ],
    ],
  },
  'a word that comes back to its value': {
    threads: [
      [
        ['cas', 0, 0, 1],
        ['cas', 0, 1, 0],
      ],
      [
        ['cas', 0, 0, 1],
        ['cas', 0, 1, 0],
      ],
    ],
  },
  'stores of the value already there': {
    threads: [
      [
        ['store', 0, 0],
        ['load', 0],
      ],
      [
        ['store', 0, 0],
        ['store', 0, 1],
      ],
      [['store', 0, 1]],
    ],
  },
  'waits that do not sleep': {
    threads: [[['wait', 0, 1]], [['wait', 0, 2]], [['notify', 0]]],
  },
  'notifies that wake nobody': {
    threads: [
      [
        ['notify', 0],
        ['load', 1],
      ],
      [
        ['notify', 0],
        ['store', 1, 1],
      ],
      [['notify', 0]],
    ],
  },
};

describe('DPOR runs one execution for each class of equivalent interleavings', () => {
  for (const [name, program] of Object.entries(chosen)) {
    it(name, async () => {
      const expected = bruteForce(program);
      const result = await explore(programUrl(program), { strategy: 'dpor', schedules: 100_000, seed: 1 });
      expect(result.atomicsComplete).toBe(true);
      expect(result.executions).toBe(expected.classes);
    });
  }
});

describe('depth-first search runs every interleaving', () => {
  it('of two threads of three steps: 20', async () => {
    // A start and two operations each: 6! / (3! 3!).
    const program: Program = {
      threads: [
        [
          ['add', 0, 1],
          ['add', 0, 1],
        ],
        [
          ['add', 0, 1],
          ['add', 0, 1],
        ],
      ],
    };
    const result = await explore(programUrl(program), { strategy: 'dfs', preemptions: -1, seed: 1 });
    expect([result.atomicsComplete, result.executions]).toEqual([true, 20]);
  });

  it('with no preemption: one for each order of the threads', async () => {
    const program: Program = {
      threads: [
        [
          ['add', 0, 1],
          ['add', 0, 1],
        ],
        [['add', 0, 1]],
        [['add', 0, 1]],
      ],
    };
    const result = await explore(programUrl(program), { strategy: 'dfs', preemptions: 0, seed: 1 });
    expect(result.executions).toBe(6);
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks).toContain('all orders of Atomics operations with at most 0 preemptions were run');
  });
});

describe('with an invariant, which sees the states between, all writes are dependent', () => {
  it('so that DPOR finds the one order of independent writes that breaks it', async () => {
    const failing = explore(scenario('verdicts/invariant.mjs'), {
      strategy: 'dpor',
      seed: 1,
      directory: '.framelab/test',
    });
    await expect(failing).rejects.toThrow('invariant() broken');
  });
});

describe('loops that end by themselves', () => {
  it('after a few looks are run in all ways, whatever the spin limit', async () => {
    for (const spinLimit of [1, 2, 12]) {
      const result = await explore(scenario('bounded-loop.mjs'), { strategy: 'dpor', seed: 1, spinLimit });
      expect([result.atomicsComplete, result.executions]).toEqual([true, 1]);
    }
  });

  it('after many looks are held, which is said with the limit that would not', async () => {
    const long = scenario('bounded-loop.mjs?looks=40');
    const result = await explore(long, { strategy: 'dpor', seed: 1 });
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks.join()).toMatch(
      /not complete: the loop .*bounded-loop\.mjs:\d+.* ends by itself after 40 iterations.*--spin 40 or more would/,
    );
    for (const spinLimit of [39, 40]) {
      const result = await explore(long, { strategy: 'dpor', seed: 1, spinLimit });
      expect(result.atomicsComplete).toBe(spinLimit === 40);
    }
  });
});

describe('a search in shares', () => {
  const ticket = scenario('locks/ticket.mjs');
  const searched = (params: Record<string, number>, jobs?: number, schedules = 100_000) =>
    explore(ticket, { strategy: 'dpor', seed: 1, params, jobs, schedules });

  it('has as many executions as one, and is all of it only together', async () => {
    const one = await searched({});
    const together = await searched({}, 2);
    expect([together.executions, together.atomicsComplete]).toEqual([one.executions, one.atomicsComplete]);
    let executions = 0;
    for (const share of [1, 2, 3]) {
      const part = await searched({ share, shares: 3 });
      expect(part.atomicsComplete).toBe(false);
      expect(part.remarks.join()).toContain(
        `share ${share} of 3 was run to its end: only all shares together may be complete`,
      );
      executions += part.executions;
    }
    expect(executions).toBe(one.executions);
  });

  it('is not over where one share is not', async () => {
    const cut = await searched({}, 2, 20);
    expect(cut.remarks.join()).toContain('not complete: stopped with interleavings left to run');
  });

  it('has no share beyond the last', async () => {
    await expect(searched({ share: 3, shares: 2 })).rejects.toThrow('share 3 of 2: allowed: 1 to 2');
  });
});
