import { describe, expect, it } from 'vitest';
import { CpuTable } from '#src/machine/cpu_table.js';
import { Machine } from '#src/machine/machine.js';
import { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED } from '#src/mm/cpu_state.js';
import { LINE_WORDS } from '#src/platform/struct.js';

const CPUS = 3;

/** The views that CPUs 0, 1 and 2 have of one table; CPU 1 is parked. */
function tables(checkStop = () => {}) {
  const words = new Int32Array(new SharedArrayBuffer(CPUS * LINE_WORDS * 4));
  const views = [0, 1, 2].map((self) => new CpuTable(words, 0, CPUS, self, checkStop));
  for (const view of views) view.claim();
  views[1].park();
  return views;
}

const code = (name: string) => expect.objectContaining({ code: name });

describe('a seized CPU', () => {
  it('goes back to what it was', () => {
    const [a, b, c] = tables();
    expect(a.trySeize(1)).toBe(CPU_PARKED);
    expect(a.state(1)).toBe(CPU_SEIZED);
    expect(c.trySeize(1)).toBe(-1);
    c.unseize(1);
    expect(a.state(1)).toBe(CPU_SEIZED);
    a.unseize(1);
    expect(a.state(1)).toBe(CPU_PARKED);
    b.unpark();
    expect(a.state(1)).toBe(CPU_ONLINE);
    b.release();
    expect(a.trySeize(1)).toBe(CPU_OFFLINE);
    a.unseize(1);
    b.claim();
  });

  it('can be marked dead at once, and stays dead', () => {
    // Whoever marks it may be the one that would have to hear of the seizer's death, too: it must not wait.
    const [a, , c] = tables(() => {
      throw new Error('waited');
    });
    a.trySeize(1);
    c.markDead(1);
    expect(c.isDead(1)).toBe(true);
    expect(c.state(1)).toBe(CPU_SEIZED);
    a.unseize(1);
    expect(c.state(1)).toBe(CPU_DEAD);
  });

  it('that was dead is known to be dead, so that nobody waits for a lock that it holds', () => {
    const [a, , c] = tables();
    c.markDead(1);
    expect(a.trySeize(1)).toBe(CPU_DEAD);
    expect(c.isDead(1)).toBe(true);
    expect(c.isDead(0)).toBe(false);
  });

  it('comes back where the seizure ends just as it looks', () => {
    const [a, b] = tables();
    a.trySeize(1);
    const { compareExchange } = Atomics;
    const atomics = Atomics as { compareExchange: unknown };
    atomics.compareExchange = (words: Int32Array, at: number, from: number, to: number) => {
      atomics.compareExchange = compareExchange;
      const found = compareExchange(words, at, from, to);
      a.unseize(1);
      return found;
    };
    try {
      b.unpark();
    } finally {
      atomics.compareExchange = compareExchange;
    }
    expect(b.state(1)).toBe(CPU_ONLINE);
  });

  it('whose seizer died does not come back, but its area can be seized again', () => {
    const [a, b, c] = tables();
    a.trySeize(1);
    c.markDead(0);
    expect(() => b.unpark()).toThrow(code('OwnerDied'));
    expect(c.trySeize(1)).toBe(CPU_DEAD);
    c.unseize(1);
    expect(c.state(1)).toBe(CPU_DEAD);
    expect(() => b.unpark()).toThrow(code('CpuBusy'));
  });
});

describe('a machine that was detached', () => {
  it('does nothing more to its CPU, which is another’s by then', () => {
    const first = Machine.boot({ memory: 2 ** 20, cpus: 2 });
    first.detach();
    const second = Machine.attach(first.handle, 0);
    first.detach();
    expect(() => first.park()).toThrow(code('CpuBusy'));
    expect(second.cpuState(0)).toBe(CPU_ONLINE);
    second.park();
    expect(() => first.unpark()).toThrow(code('CpuBusy'));
    second.unpark();
  });

  it('leaves its CPU free where attaching failed', () => {
    const { handle } = Machine.boot({ memory: 2 ** 20, cpus: 2 });
    const decorateAllocator = () => {
      throw new Error('no decoration');
    };
    expect(() => Machine.attach(handle, 1, { decorateAllocator })).toThrow('no decoration');
    expect(Machine.attach(handle, 1).cpuState(1)).toBe(CPU_ONLINE);
  });
});
