import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BootOptions } from '#src/machine/boot_config.js';
import { Machine } from '#src/machine/machine.js';
import { CPU_DEAD, CPU_OFFLINE } from '#src/mm/cpu_state.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Hospital, kill } from './hospital.ts';
import { LIVES } from './lives.ts';
import { loadMortalKernel, type MortalKernel } from './mortal.ts';
import { ALLOCATORS, framesIn, treatEach, treatTwice } from './treatment.ts';

let kernel: MortalKernel;

beforeAll(async () => {
  kernel = await loadMortalKernel();
});

// Each store is done in recovery_each_store.test.ts.
describe.each(ALLOCATORS)('a CPU of a machine with %s', (allocator) => {
  it('is recovered, before whichever store it died', () => {
    for (const [i, life] of LIVES.entries()) {
      for (const lock of ['ticket', 'mcs', 'park']) {
        expect(treatEach(kernel, [allocator, lock], life, i, 61)).toBeGreaterThan(0);
      }
    }
  });

  it('is recovered after another died as it did that', () => {
    expect(treatTwice(kernel, [allocator, 'park'], LIVES[0], { first: 97, second: 31 })).toBeGreaterThan(5);
  });
});

/** CPU 0 is the test's, CPU 1 dies, CPU 2 is parked. */
function machines(options: Partial<BootOptions> = {}) {
  const doctor = Machine.boot({ memory: 2 ** 20, cpus: 3, ...options });
  const mortal = Machine.attach(doctor.handle, 1);
  const third = Machine.attach(doctor.handle, 2);
  third.park();
  return { doctor, mortal, third };
}

const code = (name: string) => expect.objectContaining({ code: name });
const single = Layout.ofFrames(1);

describe('a recovery is refused', () => {
  it('unless the CPU was marked dead, and once only', () => {
    const { doctor, third } = machines();
    for (const cpu of [1, 2]) expect(() => doctor.recover(cpu)).toThrow(code('CpuBusy'));
    expect(() => doctor.recover(1)).toThrow('markDead(1)');
    doctor.markDead(1);
    expect(doctor.recover(1).cpu).toBe(1);
    expect(() => doctor.recover(1)).toThrow(code('CpuBusy'));
    expect(doctor.cpuState(1)).toBe(CPU_OFFLINE);
    third.unpark();
  });

  it('for a CPU that there is not, its own, and with wrong options', () => {
    const { doctor } = machines();
    doctor.markDead(1);
    for (const cpu of [0, 3, -1, 1.5, '1' as never]) {
      expect(() => doctor.recover(cpu)).toThrow(code('InvalidArgs'));
    }
    for (const options of [{ owned: 'all' }, { decorateLock: 1 }, { standStillMs: -1 }, null]) {
      expect(() => doctor.recover(1, options as never)).toThrow(code('InvalidArgs'));
    }
    expect(doctor.cpuState(1)).toBe(CPU_DEAD);
  });

  it('before the machine has booted', () => {
    const machine = Machine.powerOn({ memory: 2 ** 20, cpus: 2 });
    Machine.observe(machine.handle).markDead(0);
    expect(() => Machine.observe(machine.handle).recover(0)).toThrow(code('NotBooted'));
  });

  it('while another recovers the CPU, who may be an observer', () => {
    const { doctor, mortal } = machines();
    mortal.allocator.alloc(single);
    doctor.markDead(1);
    const observer = Machine.observe(doctor.handle);
    const owned = () => {
      expect(() => doctor.recover(1)).toThrow(code('CpuBusy'));
      return true;
    };
    expect(observer.recover(1, { owned })).toMatchObject({ framesHeld: [] });
  });

  it('of an allocator that cannot make whole what a lock guards, with nothing changed', () => {
    const allocator = join(import.meta.dirname, 'no_recovery.mjs');
    const { doctor, mortal } = machines({ allocator });
    mortal.lock('only').acquire();
    doctor.markDead(1);
    expect(() => doctor.recover(1)).toThrow(code('NotRecoverable'));
    expect(doctor.cpuState(1)).toBe(CPU_DEAD);
    expect(doctor.lock('only').owner()).toBe(1);
    // Without the lock there is nothing to make whole that anyone knows of.
    const other = machines({ allocator });
    other.doctor.markDead(1);
    expect(other.doctor.recover(1).unexamined).toEqual(['no-recovery']);
  });
});

describe('a recovery', () => {
  it('lists what the CPU had allocated, unless it is told whose that is', () => {
    const { doctor, mortal } = machines();
    const [a, b] = [mortal.allocator.alloc(single) as number, mortal.allocator.alloc(single) as number];
    const shared = new FrameAllocOptions(mortal).allocFrame();
    shared.clone();
    doctor.markDead(1);
    const frame = (addr: number) => addr / PAGE_SIZE;
    const { framesHeld } = doctor.recover(1, { owned: (number) => number !== frame(b) });
    expect(framesIn(framesHeld)).toBe(2);
    expect(doctor.frameMap.use(frame(a))).toBe('free');
    expect(doctor.frameMap.use(frame(b))).toBe('allocated');
    expect(doctor.frameMap.use(frame(shared.paddr))).toBe('allocated');
    doctor.allocator.dealloc(b, PAGE_SIZE);
    expect(doctor.audit().problems).toEqual([]);
  });

  it('lists frames that may be in the hand of a CPU that does not stand still', () => {
    const { doctor, mortal, third } = machines();
    third.unpark();
    const lost = mortal.allocator.alloc(single) as number;
    // As if it had died right after the free was noted.
    doctor.frameMap.free(lost / PAGE_SIZE, 1, 1);
    doctor.markDead(1);
    expect(doctor.audit().lostFrames).toEqual([lost / PAGE_SIZE]);
    const listed = [{ start: lost, end: lost + PAGE_SIZE }];
    expect(doctor.recover(1, { standStillMs: 2 }).framesLost).toEqual(listed);
    expect(doctor.audit().lostFrames).toEqual([lost / PAGE_SIZE]);
    third.park();
    doctor.markDead(1);
    expect(doctor.recover(1)).toMatchObject({ framesLost: [], framesReturned: 1 });
    expect(doctor.audit().problems).toEqual([]);
  });

  it('leaves frames in the area of the CPU while another dead one holds a lock that they would need', () => {
    const { doctor, mortal, third } = machines();
    third.unpark();
    mortal.allocator.dealloc(mortal.allocator.alloc(single) as number, PAGE_SIZE);
    third.lock('global-pool').acquire();
    for (const cpu of [1, 2]) doctor.markDead(cpu);
    expect(doctor.audit().deaths.map(({ locks }) => locks)).toEqual([[], ['global-pool']]);
    expect(doctor.recover(1).locksBroken).toEqual([]);
    expect(doctor.recover(2).locksBroken).toEqual(['global-pool']);
    expect(doctor.audit()).toMatchObject({ problems: [], deaths: [] });
  });

  it('may be broken off by an error, and done again', () => {
    const { doctor, mortal } = machines();
    mortal.allocator.alloc(single);
    doctor.markDead(1);
    const owned = () => {
      throw new Error('not now');
    };
    expect(() => doctor.recover(1, { owned })).toThrow('not now');
    expect(doctor.cpuState(1)).toBe(CPU_DEAD);
    expect(doctor.recover(1, { owned: 'return' })).toMatchObject({ framesReturned: 1, framesHeld: [] });
  });
});

describe.each(ALLOCATORS)('a worker of a machine with %s', (allocator) => {
  const ends = [
    { end: 'holder', endAt: 3 },
    { end: 'exit', endAt: 211 },
    { end: 'terminate', endAt: 37 },
  ] as const;

  it('is killed and recovered while others go on, who wait for the recovery', async () => {
    const hospital = new Hospital({ allocator, lock: 'mcs', cpus: 3, awaitRecovery: true });
    // Starting a worker takes longest: `buddy` has all ways to end, the others two.
    const { broken, listed } = await kill(hospital, allocator === 'buddy' ? ends : [ends[0], ends[2]]);
    await hospital.close(listed);
    expect(broken).toBeGreaterThan(0);
    expect(hospital.ownerDied).toBe(0);
  });
});
