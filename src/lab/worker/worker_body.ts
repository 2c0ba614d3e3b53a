import { loadAllocator } from '../../allocators/registry.ts';
import { Machine } from '../../machine/machine.ts';
import { CPU_ONLINE } from '../../mm/cpu_state.ts';
import type { GlobalFrameAllocator } from '../../mm/global_frame_allocator.ts';
import { LabError } from '../../platform/error.ts';
import { STOP_DONE, STOP_HUNG, STOP_NONE, STOP_VIOLATION } from '../../platform/host.ts';
import { Random } from '../../platform/random.ts';
import { ownThread } from '../../platform/thread_cpu.ts';
import { Barrier } from '../../sync/barrier.ts';
import { Oracle, type OracleOptions, oracleOptions } from '../check/oracle.ts';
import { findingOf, isStop, namesOfHeld, type Violation } from '../check/violation.ts';
import { describeThrown } from '../describe_thrown.ts';
import { lateErrors, listen } from '../late_errors.ts';
import type { Configuration } from '../result.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import type { Workload, WorkloadBody } from '../workloads/workload.ts';
import { calibrate } from './calibration.ts';
import { lockDecorator } from './lock_decorator.ts';
import { SamplingRecorder } from './operation_recorder.ts';
import { sharedNowMs, WorkerBlock } from './worker_block.ts';
import { START_BARRIER, STEPPED_BARRIER, type WorkerSetup } from './worker_setup.ts';

/**
 * What each worker thread of a run does: takes its CPU, runs its part of the workload until the stop word is
 * raised or its operations are done, gives everything back and leaves. What it finds and measures is in its
 * block; it throws nothing.
 */
export async function runWorker(setup: WorkerSetup, worker: number): Promise<void> {
  const { configuration } = setup;
  const late: [error: unknown, how: string][] = [];
  let hear = (error: unknown, how: string): void => void late.push([error, how]);
  const listening = listen((error, how) => hear(error, how));
  try {
    const workload = await loadModules(configuration, worker);
    const body = new StressWorker(setup, worker, workload);
    hear = (error, how) => body.failLate(error, how);
    for (const [error, how] of late) hear(error, how);
    body.run();
    await lateErrors();
  } finally {
    listening.stop();
  }
}

async function loadModules(configuration: Configuration, worker: number): Promise<Workload> {
  try {
    const workload = await loadWorkload(configuration.workload);
    await loadAllocator(configuration.allocator);
    return workload;
  } catch (error) {
    // Without a workload there is no block yet: the pool hands the error on.
    const { message } = describeThrown(error);
    throw new LabError('WorkerCrashed', `worker ${worker} cannot start: ${message}`, { cause: error });
  }
}

class StressWorker {
  private readonly setup: WorkerSetup;
  private readonly worker: number;
  private readonly workload: Workload;
  private readonly block: WorkerBlock;
  private readonly recorder: SamplingRecorder;
  private oracle: Oracle | null = null;
  private machine: Machine | null = null;

  constructor(setup: WorkerSetup, worker: number, workload: Workload) {
    this.setup = setup;
    this.worker = worker;
    this.workload = workload;
    this.block = new WorkerBlock(setup.blocks, workload.operations.length, worker);
    this.recorder = new SamplingRecorder(this.block, worker);
  }

  run(): void {
    try {
      const machine = this.attach();
      const body = this.start(machine);
      this.meet(machine, START_BARRIER, 'ready');
      this.step(machine, body);
      this.waitForOthers(machine);
      this.block.phase = 'finishing';
      body.finish();
      this.block.phase = 'detaching';
      machine.detach();
      if (this.worker === 0) this.calibrate();
      this.block.phase = 'ended';
    } catch (error) {
      this.fail(error);
    } finally {
      this.block.setNumber('oracleAllocs', this.oracle?.allocs ?? 0);
      this.block.setNumber('oracleDeallocs', this.oracle?.deallocs ?? 0);
      this.block.setNumber('oracleFramesGiven', this.oracle?.framesGiven ?? 0);
      this.block.setNumber('oracleFramesTaken', this.oracle?.framesTaken ?? 0);
    }
  }

  private attach(): Machine {
    const { setup, worker } = this;
    this.block.thread = ownThread();
    const watched = setup.oracle;
    this.machine = Machine.attach(setup.machine, worker, {
      // The watchdog decides for how long others may take: it knows who had no core.
      lockTimeoutMs: Number.POSITIVE_INFINITY,
      decorateLock: lockDecorator(setup, worker),
      decorateAllocator: (allocator: GlobalFrameAllocator, machine: Machine) => {
        if (watched === null) return allocator;
        const options: OracleOptions = oracleOptions(watched, machine, worker, this.recorder);
        this.oracle = new Oracle(allocator, options);
        machine.contentsWatch = this.oracle;
        return this.oracle;
      },
    });
    return this.machine;
  }

  private start(machine: Machine): WorkloadBody {
    const { setup, worker } = this;
    return this.workload.start({
      machine,
      worker,
      workers: setup.configuration.workers,
      random: new Random(setup.configuration.seed, worker),
      shared: new Int32Array(setup.shared),
      recorder: this.recorder,
    });
  }

  private step(machine: Machine, body: WorkloadBody): void {
    const { host } = machine;
    const { block, recorder, worker } = this;
    const operations = this.setup.configuration.operations ?? Number.POSITIVE_INFINITY;
    this.block.phase = 'running';
    this.block.setNumber('cpuStartMs', processCpuMs());
    this.block.setNumber('firstStepMs', sharedNowMs());
    for (let steps = 1; this.goesOn(steps, operations); steps++) {
      body.step();
      host.beat(worker, steps);
      block.stepped(steps, recorder.begun);
    }
    if (recorder.unknownKind !== null) block.setRemark(this.unknownKind(recorder.unknownKind));
    this.block.setNumber('lastStepMs', sharedNowMs());
    this.block.setNumber('cpuEndMs', processCpuMs());
  }

  /** A worker that was slow to begin is still given its first operation, so that none is missing by chance. */
  private goesOn(steps: number, operations: number): boolean {
    const { recorder } = this;
    const reason = this.machine!.host.stopReason;
    if (reason === STOP_NONE) return recorder.begun < operations;
    return reason === STOP_DONE && recorder.begun === 0 && steps <= FIRST_STEPS_MAX;
  }

  private unknownKind(kind: string): string {
    const { operations } = this.workload;
    const known = operations.map((name, i) => `${i} '${name}'`).join(', ') || 'none';
    return `worker ${this.worker} counted operations of kind ${kind.slice(0, 40)}, and the workload has ${known.slice(0, 80)}`;
  }

  /** Nobody gives back what others may still take over before all have stopped stepping. */
  private waitForOthers(machine: Machine): void {
    // Parked, so that those who still work can have what this CPU caches; the workload may have parked it itself.
    const parks = machine.cpuState(this.worker) === CPU_ONLINE;
    if (parks) machine.park();
    this.meet(machine, STEPPED_BARRIER, 'waiting');
    if (parks) machine.unpark();
  }

  private meet(machine: Machine, at: number, phase: 'ready' | 'waiting'): void {
    this.block.phase = phase;
    const barrier = new Barrier(new Int32Array(this.setup.barriers), at, {
      parties: this.setup.configuration.workers,
      name: phase,
      watch: machine.host,
      // The watchdog decides for how long the others may take.
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    barrier.arriveAndWait();
  }

  private calibrate(): void {
    this.block.phase = 'calibrating';
    const overhead = calibrate(this.setup);
    this.block.setNumber('recorderNs', overhead.recorderNs);
    this.block.setNumber('oracleNs', overhead.oracleNs);
    this.block.setNumber('statisticsNs', overhead.statisticsNs);
    this.block.setNumber('casNs', overhead.casNs);
  }

  private fail(error: unknown): void {
    const host = this.machine?.host;
    if (this.block.number('lastStepMs') === 0) this.block.setNumber('lastStepMs', sharedNowMs());
    const { message, stack } = describeThrown(error);
    if (isStop(error)) {
      this.block.fail({ state: 'stopped', message });
      return;
    }
    const holding = this.heldLocks();
    const finding = findingOf(error);
    if (finding !== null) {
      const violation: Violation = {
        ...finding,
        message: finding.message + holding,
        worker: this.worker,
        operation: this.recorder.begun,
        operationKind: this.workload.operations[this.recorder.lastKind],
      };
      this.block.fail({ state: 'violation', message, stack, violation });
      host?.stop(STOP_VIOLATION);
      return;
    }
    const hung = error instanceof LabError && error.code === 'LockTimeout';
    this.block.fail({ state: hung ? 'hung' : 'crashed', message: message + holding, stack });
    host?.stop(STOP_HUNG);
  }

  /** For an error that came outside of what this worker did, as a promise's or a timer's. */
  failLate(error: unknown, how: string): void {
    const { message, stack } = describeThrown(error);
    this.block.fail({ state: 'crashed', message: `${how}: ${message}${this.heldLocks()}`, stack });
    this.machine?.host.stop(STOP_HUNG);
  }

  /** `, holding lock x`, where this CPU still does: what it was in the middle of. */
  private heldLocks(): string {
    try {
      return namesOfHeld(this.machine?.locks ?? [], this.worker);
    } catch {
      // A lock that is broken enough may not even tell its owner.
      return '';
    }
  }
}

/** Steps that a worker without an operation makes when the time is over already. */
const FIRST_STEPS_MAX = 100;

/** CPU time of all threads of this process so far. */
function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
