import { describe, expect, it } from 'vitest';
import { CpuTable } from '#src/machine/cpu_table.js';
import { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED } from '#src/mm/cpu_state.js';
import { LINE_WORDS } from '#src/platform/struct.js';
import { withRival } from '../rival.ts';

const CPUS = 3;
const code = (code: string) => expect.objectContaining({ code });

/** Each CPU's view of one table, and what happens whenever one of them waits. */
function table(whileWaiting: () => void = () => {}) {
  const words = new Int32Array(new SharedArrayBuffer(CPUS * LINE_WORDS * 4));
  const views = Array.from({ length: CPUS }, (_, cpu) => new CpuTable(words, 0, CPUS, cpu, whileWaiting));
  const set = (cpu: number, state: number) => {
    words[cpu * LINE_WORDS] = state;
  };
  return { words, views, set };
}

describe('a CPU', () => {
  const steps = {
    claim: (cpu: CpuTable) => cpu.claim(),
    park: (cpu: CpuTable) => cpu.park(),
    unpark: (cpu: CpuTable) => cpu.unpark(),
    release: (cpu: CpuTable) => cpu.release(),
  };

  it.each([
    ['claim', CPU_OFFLINE, CPU_ONLINE],
    ['park', CPU_ONLINE, CPU_PARKED],
    ['unpark', CPU_PARKED, CPU_ONLINE],
    ['release', CPU_ONLINE, CPU_OFFLINE],
  ] as const)('can %s from state %i alone', (step, from, to) => {
    for (const state of [CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_DEAD]) {
      const { views, set } = table();
      set(1, state);
      if (state === from) steps[step](views[1]);
      else expect(() => steps[step](views[1])).toThrow(code('CpuBusy'));
      expect(views[0].state(1)).toBe(state === from ? to : state);
      expect([views[0].state(0), views[0].state(2)]).toEqual([CPU_OFFLINE, CPU_OFFLINE]);
    }
  });

  it('is dead only where it was marked so', () => {
    for (const state of [CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED]) {
      const { views, set } = table();
      set(1, state);
      expect(views[0].isDead(1)).toBe(false);
    }
    const { views } = table();
    views[0].markDead(1);
    expect([0, 1, 2, 3, -1].map((cpu) => views[0].isDead(cpu))).toEqual([false, true, false, false, false]);
    expect(() => views[0].markDead(3)).toThrow(code('InvalidArgs'));
    expect(() => views[0].markDead(-1)).toThrow(code('InvalidArgs'));
  });

  it('is claimed by one of two, wherever the other comes between', () => {
    const { views } = table();
    let claims = 0;
    const claim = () => {
      try {
        views[0].claim();
        claims++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'CpuBusy' });
      }
    };
    expect(withRival(claim, claim)).toBe(true);
    expect(claims).toBe(1);
  });
});

describe('a seizure', () => {
  it.each([
    ['offline', CPU_OFFLINE],
    ['parked', CPU_PARKED],
    ['dead', CPU_DEAD],
  ])('takes a CPU that is %s, excludes others, and leaves it as it was', (_, state) => {
    const { views, set } = table();
    set(1, state);
    expect(views[0].trySeize(1)).toBe(state);
    expect(views[2].state(1)).toBe(CPU_SEIZED);
    expect(views[2].trySeize(1)).toBe(-1);
    views[0].unseize(1);
    expect(views[2].state(1)).toBe(state);
  });

  it('leaves a CPU alone that is online', () => {
    const { views, set } = table();
    set(1, CPU_ONLINE);
    expect(views[0].trySeize(1)).toBe(-1);
    expect(views[0].state(1)).toBe(CPU_ONLINE);
  });

  it.each(['unpark', 'claim'] as const)('is waited for by its CPU that wants to %s', (step) => {
    const from = step === 'unpark' ? CPU_PARKED : CPU_OFFLINE;
    let waited = 0;
    const world = table(() => {
      if (++waited === 3) world.views[0].unseize(1);
      else expect(world.views[2].state(1)).toBe(CPU_SEIZED);
    });
    world.set(1, from);
    world.views[0].trySeize(1);
    world.views[1][step]();
    expect(waited).toBe(3);
    expect(world.views[1].state(1)).toBe(CPU_ONLINE);
  });
});

describe('CPUs that are asked to stand still', () => {
  /** CPU 1 runs, and stands where it is asked; CPU 2 is parked. `whileWaiting` is called in each wait of any CPU. */
  function standing(whileWaiting: () => void = () => {}) {
    const { views } = table(() => whileWaiting());
    for (const view of views) view.claim();
    views[2].park();
    const { word, stand } = views[1].haltPoint(views[1]);
    return { views, word, stand };
  }

  it('are taken hold of until they may go on', () => {
    let waits = 0;
    const { views, word, stand } = standing(() => {
      waits++;
      if (waits === 1) {
        // CPU 0 asks while CPU 1 is parked for it.
        const { standing, isStill } = views[0].standStill(0);
        expect({ standing, isStill }).toEqual({ standing: [1, 2], isStill: true });
        expect(views[0].state(1)).toBe(CPU_SEIZED);
        views[0].letGo(standing);
      }
    });
    word[0] = 1;
    stand();
    expect(waits).toBe(1);
    expect(word[0]).toBe(0);
    expect([1, 2].map((cpu) => views[0].state(cpu))).toEqual([CPU_ONLINE, CPU_PARKED]);
  });

  it('are not still while one runs, or has died', () => {
    const { views } = standing();
    expect(views[0].standStill(1)).toEqual({ standing: [2], isStill: false });
    views[0].letGo([2]);
    views[0].markDead(1);
    expect(views[0].standStill(1)).toEqual({ standing: [1, 2], isStill: false });
    views[0].letGo([1, 2]);
    expect(views[0].isDead(1)).toBe(true);
  });

  it('go on where the one that asked died', () => {
    const { views, word, stand } = standing(() => views[1].markDead(0));
    word[0] = 1;
    stand();
    expect(word[0]).toBe(0);
    expect(views[0].state(1)).toBe(CPU_ONLINE);
  });

  it('are let go where the one that asks is told to stop', () => {
    const { views, word } = standing(() => {
      throw new Error('stopped');
    });
    expect(() => views[0].standStill(5)).toThrow('stopped');
    expect(word[0]).toBe(0);
    expect(views[0].state(2)).toBe(CPU_PARKED);
  });

  it('are asked by one at a time; the word of a dead one does not count', () => {
    const { views } = standing();
    views[0].standStill(0);
    expect(views[1].standStill(0)).toEqual({ standing: [], isStill: false });
    views[1].markDead(0);
    expect(views[1].standStill(0).isStill).toBe(false);
  });
});
