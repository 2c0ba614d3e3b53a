import { describe, expect, test } from 'vitest';
import { configure, type RunOptions } from '#src/lab/run/run_options.js';
import { setUpRun } from '#src/lab/run/run_setup.js';
import { WorkerBlock } from '#src/lab/worker/worker_block.js';
import { runWorker } from '#src/lab/worker/worker_body.js';
import type { WorkerSetup } from '#src/lab/worker/worker_setup.js';
import { loadWorkload } from '#src/lab/workloads/load_workload.js';
import { workloads } from '#src/lab/workloads/registry.js';
import { Machine } from '#src/machine/machine.js';
import { CPU_OFFLINE } from '#src/mm/cpu_state.js';
import { STOP_NONE, STOP_VIOLATION } from '#src/platform/host.js';
import type { Configuration } from '#src/results/run_result.js';

// The body of a worker, in this thread: where a debugger and a coverage tool can see it.

interface Prepared {
  readonly setup: WorkerSetup;
  readonly configuration: Configuration;
  readonly block: WorkerBlock;
  readonly observer: Machine;
}

async function prepare(options: RunOptions): Promise<Prepared> {
  const workload = await loadWorkload(options.workload ?? 'churn');
  const configuration = configure(
    { workers: 1, seed: 7, operations: 500, warmup: 'off', memory: 2 ** 24, ...options },
    workload,
  );
  const machine = Machine.boot({
    memory: configuration.memoryBytes,
    cpus: 1,
    allocator: configuration.allocator,
    lock: configuration.lock,
    hotplug: configuration.hotplugBytes,
  });
  const setup = setUpRun(machine, configuration, workload);
  machine.detach();
  const block = new WorkerBlock(setup.blocks, workload.operations.length, 0);
  return { setup, configuration, block, observer: Machine.observe(machine.handle) };
}

describe('a worker', () => {
  test.each(workloads().map((workload) => [workload.name]))(
    'does its part of %s and leaves',
    async (workload) => {
      const { setup, block, observer } = await prepare({ workload, oracle: 'full' });
      await runWorker(setup, 0);
      expect(block.failure()).toBe(null);
      expect(block.phase).toBe('ended');
      expect(block.operations()).toBeGreaterThanOrEqual(500);
      expect(block.number('oracleFramesGiven')).toBe(block.number('oracleFramesTaken'));
      expect(observer.cpuState(0)).toBe(CPU_OFFLINE);
      expect(observer.audit().problems).toEqual([]);
      expect(observer.host.stopReason).toBe(STOP_NONE);
    },
  );

  test('leaves behind what the lab costs', async () => {
    const { setup, block } = await prepare({});
    await runWorker(setup, 0);
    expect(block.number('recorderNs')).toBeGreaterThan(0);
    expect(block.number('oracleNs')).toBeGreaterThan(0);
    for (const name of ['recorderNs', 'oracleNs', 'statisticsNs'] as const) {
      expect(block.number(name)).toBeLessThan(10_000);
    }
  });

  test('that finds something wrong stops everybody and says what', async () => {
    const { setup, block, observer } = await prepare({ operations: 1_000_000 });
    // Somebody claims all frames behind the workload's back.
    new Int32Array(setup.oracle!.owners).fill((5 << 24) | 1234);
    await runWorker(setup, 0);
    expect(observer.host.stopReason).toBe(STOP_VIOLATION);
    const failure = block.failure();
    expect(failure?.state).toBe('violation');
    expect(failure?.violation).toMatchObject({
      symptom: 'double-allocation',
      worker: 0,
      operation: 1,
      operationKind: 'alloc',
      previous: { cpu: 4, operation: 1234, action: 'allocated' },
    });
  });

  test('that cannot have its CPU crashes, and says why', async () => {
    const { setup, block } = await prepare({});
    const other = Machine.attach(setup.machine, 0);
    await runWorker(setup, 0);
    other.detach();
    expect(block.failure()).toMatchObject({ state: 'crashed' });
    expect(block.failure()?.message).toContain('CPU 0');
  });
});
