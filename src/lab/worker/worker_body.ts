import { loadAllocator } from '../../allocators/registry.ts';
import { Machine } from '../../machine/machine.ts';
import { CPU_ONLINE } from '../../mm/cpu_state.ts';
import type { GlobalFrameAllocator } from '../../mm/global_frame_allocator.ts';
import { nowNs } from '../../platform/clock.ts';
import { LabError } from '../../platform/error.ts';
import { Host, STOP_DONE, STOP_HUNG, STOP_NONE, STOP_VIOLATION } from '../../platform/host.ts';
import { Random } from '../../platform/random.ts';
import { ownTask } from '../../platform/tasks.ts';
import { ownClock } from '../../platform/thread_clock.ts';
import type { Configuration } from '../../results/run_result.ts';
import type { Violation } from '../../results/violation.ts';
import { Barrier } from '../../sync/barrier.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { Lock } from '../../sync/lock.ts';
import { Oracle, type OracleOptions, oracleOptions } from '../check/oracle.ts';
import { breachOf, isStop, namesOfHeld } from '../check/violation_error.ts';
import { describeThrown } from '../describe_thrown.ts';
import { lateErrors, listen } from '../late_errors.ts';
import { racyHealth } from '../racy_health.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import { workloadParams } from '../workloads/params.ts';
import type { Workload, WorkloadBody } from '../workloads/workload.ts';
import { calibrate } from './calibration.ts';
import { checkedBefore, leaveChecked } from './checked_figures.ts';
import { FaultyRecorder } from './faulty_recorder.ts';
import { lockDecorator } from './lock_decorator.ts';
import { SamplingRecorder } from './operation_recorder.ts';
import { WarmupGate } from './warmup_gate.ts';
import { WarmupWatch } from './warmup_watch.ts';
import { sharedNowMs, WorkerBlock } from './worker_block.ts';
import { WorkerFaults } from './worker_faults.ts';
import { START_BARRIER, STEPPED_BARRIER, type WorkerSetup } from './worker_setup.ts';
import { openWorkloadLocks } from './workload_locks.ts';

/**
 * What each worker thread of a run does: takes its CPU, runs its part of the workload until the stop word is
 * raised or its operations are done, gives everything back and leaves. What it finds and measures is in its block; it
 * never throws.
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
  private readonly random: Random;
  private readonly faults: WorkerFaults | null;
  /** This thread goes on for one that died. */
  private readonly isReplacement: boolean;
  private steps = 0;
  /** Both as they were when measuring began. */
  private begunBefore = 0;
  private stepsBefore = 0;
  private oracle: Oracle | null = null;
  private watched: OracleOptions | null = null;
  private locks: readonly Lock[] = [];
  private machine: Machine | null = null;

  constructor(setup: WorkerSetup, worker: number, workload: Workload) {
    this.setup = setup;
    this.worker = worker;
    this.workload = workload;
    this.block = new WorkerBlock(setup.blocks, workload.operations.length, worker);
    const { seed, workers } = setup.configuration;
    this.faults = WorkerFaults.of(setup, {
      worker,
      operations: workload.operations,
      nowMs: sharedNowMs,
      die: () => this.die(),
    });
    const deaths = this.faults?.deaths ?? 0;
    this.isReplacement = deaths > 0;
    this.recorder =
      this.faults === null
        ? new SamplingRecorder(this.block, worker)
        : new FaultyRecorder(this.block, worker, this.faults.injector);
    // The first streams are those of workers, measured and in the warm-up.
    const stream = this.isReplacement ? (1 + deaths) * workers + worker : worker;
    this.random = new Random(seed, stream % STREAMS_MAX);
    if (!this.isReplacement) return;
    this.steps = this.block.number('steps');
    this.recorder.begun = this.block.number('begun');
  }

  run(): void {
    try {
      this.block.thread = ownTask();
      const machine = this.attach();
      const body = this.start(machine);
      if (!this.isReplacement) this.meet(machine, START_BARRIER, 'ready');
      if (this.isReplacement || this.warmUp(machine, body)) this.measure(machine, body);
      this.stopped();
      this.waitForOthers(this.machine!);
      this.block.phase = 'finishing';
      body.finish();
      this.block.phase = 'detaching';
      this.machine!.detach();
      if (this.worker === 0) this.calibrate();
      this.block.phase = 'ended';
    } catch (error) {
      this.fail(error);
    } finally {
      leaveChecked(this.block, this.oracle);
    }
  }

  private attach(): Machine {
    const { setup, worker, faults } = this;
    const attach = () =>
      Machine.attach(setup.machine, worker, {
        // The watchdog decides how long others may take: it knows who had no core.
        lockTimeoutMs: Number.POSITIVE_INFINITY,
        awaitRecovery: setup.configuration.recover,
        decorateLock: lockDecorator(setup, worker, faults?.injector),
        decorateAllocator: (allocator: GlobalFrameAllocator, machine: Machine) =>
          this.watch(faults?.decorate(allocator) ?? allocator, machine),
      });
    this.machine = faults?.attach(new Host(setup.machine.host!), attach) ?? attach();
    return this.machine;
  }

  private watch(allocator: GlobalFrameAllocator, machine: Machine): GlobalFrameAllocator {
    const watched = this.setup.oracle;
    if (watched === null) return allocator;
    // Kept when the CPU is attached again: its stamps go on, too.
    this.watched ??= oracleOptions(watched, machine, this.worker, this.recorder);
    const oracle = new Oracle(allocator, this.watched);
    if (this.oracle !== null) oracle.goOnFrom(this.oracle);
    else if (this.isReplacement) oracle.goOnFrom(checkedBefore(this.block));
    this.oracle = oracle;
    machine.contentsWatch = oracle;
    return oracle;
  }

  private start(machine: Machine): WorkloadBody {
    const { setup, worker } = this;
    this.locks = openWorkloadLocks(
      setup.workloadLocks,
      machine,
      lockDecorator(setup, worker, this.faults?.injector),
      setup.configuration.recover,
    );
    const current = () => this.machine!;
    const deaths = () => this.faults?.allDeaths() ?? 0;
    return this.workload.start({
      get machine() {
        return current();
      },
      get deaths() {
        return deaths();
      },
      worker,
      workers: setup.configuration.workers,
      params: workloadParams(this.workload, setup.configuration.workloadParams),
      mix: setup.configuration.mix,
      random: this.random,
      shared: new Int32Array(setup.shared),
      recorder: this.recorder,
      lock: (name) => this.lockNamed(name),
      attach: () => this.attach(),
    });
  }

  /** @throws `InvalidArgs` if the workload has no lock of that name */
  private lockNamed(name: string): Lock {
    const lock = this.locks.find((each) => each.name === name);
    if (lock !== undefined) return lock;
    const names = this.setup.workloadLocks.names.join(', ') || 'none';
    throw new LabError(
      'InvalidArgs',
      `workload ${this.workload.name} has no lock '${name}'; its locks: ${names}`,
    );
  }

  /** Does the work, unmeasured, until every worker has warmed up. @returns false if the run ended before that */
  private warmUp(machine: Machine, body: WorkloadBody): boolean {
    const { block, recorder, random, worker } = this;
    const { seed, warmup, workers } = this.setup.configuration;
    if (warmup === 'off') return true;
    block.phase = 'warming';
    block.setNumber('warmupMs', sharedNowMs());
    // Random decisions of its own, so that what is measured is the same however long this takes.
    const measured = random.exchange(new Random(seed, workers + worker));
    const gate = new WarmupGate(this.setup.gate, workers);
    const watch = new WarmupWatch(warmup, ownClock(block.thread));
    const asked = typeof warmup === 'object' && 'operations' in warmup ? warmup.operations : 0;
    let wasReady = false;
    let steps = 1;
    while (!gate.isOpen && machine.host.stopReason === STOP_NONE) {
      const startNs = nowNs();
      this.stepOn(machine, body, recorder.begun < asked ? asked : Number.POSITIVE_INFINITY, steps);
      steps = nowNs() - startNs < LOOK_NS ? Math.min(2 * steps, STEPS_AT_ONCE) : Math.max(1, steps >> 1);
      const isReady = watch.look(recorder.begun);
      if (isReady !== wasReady)
        gate.count(isReady, () => gate.remember(racyHealth(this.machine!)?.counters ?? {}));
      wasReady = isReady;
    }
    block.setNumber('warmupSteady', watch.isSteady ? 1 : 0);
    block.setNumber('warmupAllocs', this.oracle?.allocs ?? 0);
    block.setNumber('warmupDeallocs', this.oracle?.deallocs ?? 0);
    random.exchange(measured);
    if (!gate.isOpen) return false;
    block.beginMeasuring();
    LockStatistics.attach(this.setup.statistics).reset(worker);
    return true;
  }

  private measure(machine: Machine, body: WorkloadBody): void {
    const { block, recorder } = this;
    const operations = this.setup.configuration.operations ?? Number.POSITIVE_INFINITY;
    block.phase = 'running';
    this.begunBefore = recorder.begun;
    this.stepsBefore = this.steps;
    if (!this.isReplacement) {
      block.setNumber('measuredFrom', recorder.begun);
      block.setNumber('cpuStartMs', processCpuMs());
      block.setNumber('firstStepMs', sharedNowMs());
    }
    const from = block.number('measuredFrom');
    this.faults?.injector.beginMeasuring(from);
    const most = from + operations;
    while (this.goesOn(most)) this.stepOn(machine, body, most, STEPS_AT_ONCE);
    this.faults?.injector.endMeasuring();
    block.setNumber('cpuEndMs', processCpuMs());
  }

  private stopped(): void {
    const { block, recorder } = this;
    block.setNumber('lastStepMs', sharedNowMs());
    if (recorder.unknownKind !== null) block.setRemark(this.unknownKind(recorder.unknownKind));
  }

  /** Warms up and measures by the same code, so that it is compiled when measuring begins. */
  private stepOn(machine: Machine, body: WorkloadBody, operations: number, stepsMax: number): void {
    const { host } = machine;
    const { block, recorder, worker, faults } = this;
    const end = this.steps + stepsMax;
    while (this.steps < end && this.goesOn(operations)) {
      body.step();
      const steps = ++this.steps;
      host.beat(worker, steps);
      block.stepped(steps, recorder.begun);
      if (faults !== null) leaveChecked(this.block, this.oracle);
    }
  }

  /** A worker that was slow to begin is still given its first operation, so that none is missing by chance. */
  private goesOn(operations: number): boolean {
    const { recorder } = this;
    const reason = this.machine!.host.stopReason;
    if (reason === STOP_NONE) return recorder.begun < operations;
    return (
      reason === STOP_DONE &&
      recorder.begun === this.begunBefore &&
      this.steps - this.stepsBefore < FIRST_STEPS_MAX
    );
  }

  private unknownKind(kind: string): string {
    const { operations } = this.workload;
    const known = operations.map((name, i) => `${i} '${name}'`).join(', ') || 'none';
    return `worker ${this.worker} counted operations of kind ${kind.slice(0, 40)}, and the workload has ${known.slice(0, 80)}`;
  }

  /** No worker gives back blocks that others may still take over until all have stopped stepping. */
  private waitForOthers(machine: Machine): void {
    // Parked, so that the others can take what this CPU caches; the workload may have parked it itself.
    const parks = machine.cpuState(this.worker) === CPU_ONLINE;
    if (parks) machine.park();
    this.meet(machine, STEPPED_BARRIER, 'waiting');
    if (parks) machine.unpark();
  }

  private meet(machine: Machine, at: number, phase: 'ready' | 'waiting'): void {
    this.block.phase = phase;
    if (phase === 'waiting' && this.faults?.meetAll(machine.host)) return;
    const barrier = new Barrier(new Int32Array(this.setup.barriers), at, {
      parties: this.setup.configuration.workers,
      name: phase,
      watch: machine.host,
      // The watchdog decides how long the others may take.
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
    this.faults?.dieOf(error);
    const { message, stack } = describeThrown(error);
    if (isStop(error)) {
      this.block.fail({ state: 'stopped', message });
      return;
    }
    const holding = this.heldLocks();
    const breach = breachOf(error);
    if (breach !== null) {
      const violation: Violation = {
        ...breach,
        message: breach.message + holding,
        worker: this.worker,
        operation: this.recorder.begun,
        operationKind: this.workload.operations[this.recorder.lastKind],
        ...(this.block.phase === 'warming' ? { inWarmup: true as const } : {}),
      };
      this.block.fail({ state: 'violation', message, stack, violation });
      host?.stop(STOP_VIOLATION);
      return;
    }
    const hung = error instanceof LabError && error.code === 'LockTimeout';
    this.block.fail({ state: hung ? 'hung' : 'crashed', message: message + holding, stack });
    host?.stop(STOP_HUNG);
  }

  /** Ends this thread, as a fault wants it: at once, with everything that it holds. */
  private die(): never {
    this.block.stepped(this.steps, this.recorder.begun);
    leaveChecked(this.block, this.oracle);
    process.exit(INJECTED_EXIT);
  }

  /** For an error outside the worker's own calls, such as a promise's or a timer's. */
  failLate(error: unknown, how: string): void {
    const { message, stack } = describeThrown(error);
    this.block.fail({ state: 'crashed', message: `${how}: ${message}${this.heldLocks()}`, stack });
    this.machine?.host.stop(STOP_HUNG);
  }

  /** `, holding lock x` if this CPU still does: it shows what the CPU was doing. */
  private heldLocks(): string {
    try {
      return namesOfHeld([...(this.machine?.locks ?? []), ...this.locks], this.worker);
    } catch {
      // A badly broken lock may not even name its owner.
      return '';
    }
  }
}

/** A worker that warms up checks about this often whether it is done. */
const LOOK_NS = 5e6;
/** Steps between two checks of the worker: small integers in both phases. */
const STEPS_AT_ONCE = 4096;

/** Steps that a worker without an operation still makes when the time is over. */
const FIRST_STEPS_MAX = 100;

/** Exit code of a thread that a fault ended: another than those that programs use. */
const INJECTED_EXIT = 87;

/** Streams of random numbers of one seed. */
const STREAMS_MAX = 0x1_0000;

/** CPU time of all threads of this process so far. */
function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
