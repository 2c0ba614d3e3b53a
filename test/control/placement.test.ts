import { describe, expect, test } from 'vitest';
import type { Member } from '#src/control/session/member.js';
import { Placement } from '#src/control/session/placement.js';
import { H } from '#src/control/words/layout.js';

/** A machine of two cores, with what others take of it, and what was moved where. */
function machine(pins = true) {
  const moved: string[] = [];
  const otherWork: { taken: number | null } = { taken: 0 };
  const pin = (tasks: readonly number[], cores: readonly number[]): Promise<boolean> => {
    moved.push(`${tasks.join(' ')} to ${cores.join(' ')}`);
    return Promise.resolve(pins);
  };
  return { moved, otherWork, cores: [0, 1], meeting: 1, pin };
}

/** A session of so many threads, whose tasks are 101, 102 and so on. */
function placed(threads: number, system: ReturnType<typeof machine>) {
  const words = new Int32Array(1000);
  const members = Array.from({ length: threads }, (_, i) => ({ task: 101 + i }) as Member);
  const placement = new Placement(words, () => members, system);
  const look = async (taken: number | null): Promise<void> => {
    system.otherWork.taken = taken;
    placement.look();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { words, members, placement, look };
}

describe('threads that take turns', () => {
  test('stay apart where each has a core', async () => {
    const system = machine();
    const { look, placement } = placed(2, system);
    await look(null);
    await look(0.1);
    expect(system.moved).toEqual([]);
    expect(placement.spinners(2)).toBeGreaterThanOrEqual(2);
  });

  test('go together where other work takes their cores, and apart when it is over', async () => {
    const system = machine();
    const { look, placement, words } = placed(2, system);
    await look(1.2);
    expect(system.moved).toEqual(['101 102 to 1']);
    expect(placement.spinners(2)).toBe(0);
    // In between nothing changes.
    await look(0.4);
    expect(system.moved).toHaveLength(1);
    await look(0.1);
    expect(system.moved.at(-1)).toBe('101 102 to 0 1');
    expect(words[H.SPINNERS_MAX]).toBeGreaterThanOrEqual(2);
  });

  test('go together where there are more of them than cores, and those that come later too', async () => {
    const system = machine();
    const { look, members } = placed(3, system);
    await look(0);
    members.push({ task: 200 } as Member);
    await look(0);
    await look(0);
    expect(system.moved).toEqual(['101 102 103 to 1', '200 to 1']);
  });

  test('stay where they are where they cannot be moved, and it is known', async () => {
    const system = machine(false);
    const { look, placement } = placed(3, system);
    await look(0);
    await look(0);
    expect(system.moved).toHaveLength(1);
    expect(placement.refused).toBe(true);
    expect(placement.spinners(3)).toBeGreaterThan(0);
  });

  test('are left alone where each schedule has new ones', async () => {
    const system = machine();
    const { look, words } = placed(3, system);
    words[H.RENEW] = 1;
    await look(2);
    expect(system.moved).toEqual([]);
  });
});
