import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

interface Report {
  kept: { addr: number; frames: number }[];
  refused: number;
  error?: string;
}

/** Runs the hammer as one CPU; resolves when its thread has ended. */
function hammer(machine: Machine, cpu: number, options: Record<string, unknown> = {}): Promise<Report> {
  const workerData = {
    handle: machine.handle,
    cpu,
    operations: 20_000,
    seed: 7,
    live: 100,
    detach: true,
    keep: 0,
    ...options,
  };
  const worker = new Worker(new URL('./hammer_worker.js', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    let report: Report | undefined;
    worker.on('message', (message: Report) => {
      report = message;
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      if (report === undefined) reject(new Error('the worker ended without a word'));
      else if (report.error !== undefined) reject(new Error(report.error));
      else resolve(report);
    });
  });
}

describe.each(['buddy', 'global-buddy', 'bitmap'])('a machine with %s, shared by threads', (allocator) => {
  it('gives no frame to two CPUs and loses none', async () => {
    const machine = Machine.boot({ memory: 2 ** 24, cpus: 4, allocator });
    const before = machine.audit();
    machine.detach();
    await Promise.all([0, 1, 2].map((cpu) => hammer(machine, cpu)));
    const observer = Machine.observe(machine.handle);
    expect(observer.audit()).toEqual(before);
  });

  it('is sound at the edge of memory, where allocations are refused', async () => {
    const machine = Machine.boot({ memory: 400 * PAGE_SIZE, cpus: 3, allocator });
    const before = machine.audit();
    machine.detach();
    const reports = await Promise.all(
      [0, 1, 2].map((cpu) => hammer(machine, cpu, { operations: 4_000, live: 60 })),
    );
    expect(reports.reduce((sum, report) => sum + report.refused, 0)).toBeGreaterThan(0);
    expect(Machine.observe(machine.handle).audit()).toEqual(before);
  });

  it('works over a bare SharedArrayBuffer, without a host and without WebAssembly', async () => {
    const machine = Machine.boot({ memory: 2 ** 22, cpus: 2, allocator });
    const { ram } = machine.handle;
    const other = await hammer({ handle: ram } as unknown as Machine, 1, { operations: 2_000, keep: 5 });
    const frames = other.kept.reduce((sum, block) => sum + block.frames, 0);
    const mine = Machine.observe(ram).audit();
    expect(mine.problems).toEqual([]);
    expect(machine.audit().allocatedBytes).toBe(mine.allocatedBytes);
    expect(frames).toBeGreaterThan(0);
    for (const { addr, frames } of other.kept) machine.allocator.dealloc(addr, frames * PAGE_SIZE);
    expect(machine.audit().problems).toEqual([]);
  });

  it('has its memory allocatable by all after a CPU has gone, however it went', async () => {
    for (const detach of [true, false]) {
      const machine = Machine.boot({ memory: 2 ** 22, cpus: 2, allocator });
      const free = machine.audit().freeBytes;
      await hammer(machine, 1, { detach });
      if (!detach) machine.markDead(1);
      let got = 0;
      while (machine.allocator.alloc(Layout.ofFrames(1)) !== null) got += PAGE_SIZE;
      expect(got).toBe(free);
    }
  });
});

describe('claiming CPUs', () => {
  it('refuses a CPU that a thread has, and one that does not exist', async () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 2 });
    expect(() => Machine.attach(machine.handle, 0)).toThrow(expect.objectContaining({ code: 'CpuBusy' }));
    expect(() => Machine.attach(machine.handle, 2)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    await expect(hammer(machine, 0)).rejects.toThrow('CpuBusy');
    machine.detach();
    await expect(hammer(machine, 0)).resolves.toMatchObject({ kept: [] });
  });

  it('refuses a dead CPU', async () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 2 });
    machine.markDead(1);
    await expect(hammer(machine, 1)).rejects.toThrow('CpuBusy');
  });

  it('lets a thread wait for the boot', async () => {
    const machine = Machine.powerOn({ memory: 2 ** 22, cpus: 2 });
    const waiting = hammer(machine, 1, { operations: 500 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    machine.initEarlyAllocator();
    machine.initMetadata();
    machine.init();
    await expect(waiting).resolves.toMatchObject({ kept: [] });
    expect(machine.audit().problems).toEqual([]);
  });
});
