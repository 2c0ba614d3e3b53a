import { requireAllocator } from '../allocators/registry.ts';
import { EarlyAllocator } from '../mm/boot/early_allocator.ts';
import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import { CPU_PARKED } from '../mm/cpu_state.ts';
import { MetaSlots } from '../mm/frame/meta_slots.ts';
import { FrameMap } from '../mm/frame_map.ts';
import { byFrameNumber, type FrameNumberAllocator } from '../mm/frame_numbers.ts';
import type {
  AllocatorHealth,
  FrameAllocatorType,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import type { Layout } from '../mm/layout.ts';
import { hexRange, PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import type { ContentsWatch, PhysicalMemory } from '../mm/physical_memory.ts';
import { Ram } from '../mm/ram.ts';
import { assertFunction, assertWhole } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import { Host } from '../platform/host.ts';
import { defaultLogger, type Logger } from '../platform/log.ts';
import type { Lock } from '../sync/lock.ts';
import { lockKind } from '../sync/registry.ts';
import { auditMachine, type MachineAudit } from './audit.ts';
import { type BootOptions, machineRegions, planBoot } from './boot_config.ts';
import { BootPhases } from './boot_phases.ts';
import { CheckedFrameAllocator } from './checked_frame_allocator.ts';
import { deathsOf } from './cpu_death.ts';
import { CpuTable } from './cpu_table.ts';
import { attachAllocator, type MachineParts } from './cpu_view.ts';
import { handOver } from './hand_over.ts';
import {
  EARLY_LOCK,
  type KernelLayout,
  kernelLayout,
  PHASE_BOOTED,
  PHASE_EARLY,
  PHASE_METADATA,
  PHASE_POWERED_ON,
} from './kernel_region.ts';
import {
  type Attachable,
  type AttachOptions,
  asHandle,
  assertAttachOptions,
  hostOf,
  type MachineHandle,
} from './machine_handle.ts';
import { lockNamed, openLocks } from './machine_locks.ts';
import { assertWithheld } from './memory_ranges.ts';
import { allocMetadata, initMetadata } from './metadata.ts';
import { assertLaidOutAlike, type KernelRegion, openKernelOf, writeKernelRegion } from './power_on.ts';
import { type RecoverOptions, type Recovery, recover } from './recovery.ts';
import { cpuBusy, notBooted, UnavailableFrameAllocator } from './unavailable_frame_allocator.ts';
import { usableAllocator } from './usable_allocator.ts';

export type { AttachOptions, MachineHandle } from './machine_handle.ts';

/**
 * A machine, as one CPU sees it: one SharedArrayBuffer of RAM in which everything the kernel knows is words,
 * so that a thread which is given the RAM can attach. The thread that boots is CPU 0 until it detaches.
 */
export class Machine implements PhysicalMemory {
  /** What another thread needs to attach. */
  readonly handle: MachineHandle;
  readonly host: Host;
  /** This CPU's number; -1 for an observer. */
  readonly cpu: number;
  readonly cpus: number;
  /** Frames of RAM from address 0 to its end, holes included. */
  readonly frames: number;
  readonly ram: Ram;
  /** Empty until the metadata is initialised. */
  slots: MetaSlots;
  frameMap: FrameMap;
  /** The global frame allocator as this CPU sees it. Throws `NotBooted` until the hand-over. */
  allocator: GlobalFrameAllocator;
  frameAllocator: FrameNumberAllocator;
  /** Set while nothing can be freed: before the hand-over, while parked, and after `detach`. */
  refusal: UnavailableFrameAllocator | null;
  /** Is told what becomes of contents, on this thread: for oracles. */
  contentsWatch: ContentsWatch | null = null;
  /** The memory map with the Kernel region in it: in order, not overlapping, without gaps. */
  readonly regions: readonly MemoryRegion[];
  /** Memory withheld at boot, for `addFreeMemory`. */
  readonly hotplug: readonly Range[];
  readonly allocatorName: string;
  readonly lockKind: string;
  /** All locks of the machine as this CPU sees them: `early-allocator`, then the allocator's own. */
  readonly locks: readonly Lock[];

  private readonly options: AttachOptions;
  private readonly log: Logger;
  private readonly kernel: KernelRegion;
  private readonly boot: BootPhases;
  private readonly layout: KernelLayout;
  private readonly type: FrameAllocatorType;
  private readonly cpuTable: CpuTable;
  private readonly early: EarlyAllocator;
  /** The allocator without checks and decorations, for proofs. */
  private raw: GlobalFrameAllocator;
  /** With them: `allocator` while this CPU is online. */
  private own: GlobalFrameAllocator;
  /** True while this object owns the CPU. */
  private attached: boolean;

  /**
   * Boots a machine on this thread, which becomes its CPU 0.
   *
   * @throws `InvalidArgs` for wrong options, `NoMemory` if the memory is too small for the kernel itself, `HostRefused`
   *   if the host has no room for the RAM.
   */
  static boot(options: BootOptions, attach: AttachOptions = {}): Machine {
    const machine = Machine.powerOn(options, attach);
    machine.initEarlyAllocator();
    machine.initMetadata();
    machine.init();
    return machine;
  }

  /** The first step of `boot` alone: RAM with its regions, and nothing that can be allocated. */
  static powerOn(options: BootOptions, attach: AttachOptions = {}): Machine {
    assertAttachOptions(attach);
    const plan = planBoot(options);
    const ram = Ram.allocate(plan.frames * PAGE_SIZE);
    const host = Host.create(plan.cpus);
    writeKernelRegion(ram.ram, plan);
    return new Machine({ ...ram, host: host.buffer }, 0, { log: options.log, ...attach });
  }

  /**
   * Claims a CPU of the machine for this thread. If the machine is not booted yet, `allocator` works only after
   * `awaitBoot`.
   *
   * @param handle a machine's `handle`, or its bare RAM
   * @throws `CpuBusy` if another thread has that CPU, `InvalidArgs` if the machine has no such CPU or the handle's
   *   parts are not of one machine, `NotBooted` if the buffer holds no booted machine, `CorruptMachine` if its
   *   configuration was overwritten.
   */
  static attach(handle: Attachable, cpu: number, options: AttachOptions = {}): Machine {
    assertWhole(cpu, 'CPU');
    return new Machine(asHandle(handle), cpu, options);
  }

  /** Looks at a machine without a CPU: it may read, audit and stop, but not allocate. Its `cpu` is -1. @throws as `attach` */
  static observe(handle: Attachable, options: AttachOptions = {}): Machine {
    return new Machine(asHandle(handle), -1, options);
  }

  private constructor(handle: MachineHandle, cpu: number, options: AttachOptions) {
    assertAttachOptions(options);
    const kernel = openKernelOf(handle, cpu);
    const { words, config } = kernel;
    this.handle = handle;
    this.host = hostOf(handle, kernel.cpus);
    this.cpu = cpu;
    this.cpus = kernel.cpus;
    this.frames = kernel.frames;
    this.kernel = kernel;
    this.boot = new BootPhases(kernel.boot, kernel.frames);
    this.options = options;
    this.log = options.log ?? defaultLogger();
    this.hotplug = config.hotplug.map(([start, end]) => ({ start, end }));
    this.regions = machineRegions(config, kernel.ranges);
    this.type = requireAllocator(config.allocator);
    this.allocatorName = this.type.name;
    this.lockKind = config.lock;
    this.layout = kernelLayout(
      { ...kernel, params: config.params },
      this.type,
      lockKind(config.lock),
      kernel.configBytes,
    );
    assertLaidOutAlike(kernel, this.layout);
    this.boot.assertSound();
    this.ram = new Ram(handle, kernel.frames * PAGE_SIZE);
    const stop = () => this.host.checkStop();
    this.cpuTable = new CpuTable(words, this.layout.cpuTable, kernel.cpus, cpu, stop, options.awaitRecovery);
    this.cpuTable.assertSound();
    this.locks = openLocks(kernel, this.layout, cpu, this.cpuTable, this.host, options);
    this.early = new EarlyAllocator(words, this.layout.early, this.lock(EARLY_LOCK));
    this.slots = new MetaSlots(handle.ram, 0, 0);
    this.frameMap = new FrameMap(handle.ram, 0, 0);
    this.refusal = notBooted();
    this.raw = this.refusal;
    this.own = this.raw;
    this.allocator = this.raw;
    this.frameAllocator = byFrameNumber(this.raw);
    this.attached = cpu >= 0;
    if (this.attached) this.cpuTable.claim();
    try {
      if (this.boot.phase >= PHASE_METADATA) this.openMetadata();
      if (this.boot.phase === PHASE_BOOTED) this.openAllocator();
    } catch (error) {
      if (this.attached) this.cpuTable.release();
      throw error;
    }
  }

  /** A lock of the machine by its name. @throws `InvalidArgs` */
  lock(name: string): Lock {
    return lockNamed(this.locks, this.layout, name);
  }

  // The boot, step by step. Each step is for the booting CPU, once.

  /** Makes the early allocator ready. OSTD's `init_early_allocator`. @throws `AlreadyInitialized` */
  initEarlyAllocator(): void {
    const init = () => this.early.init(this.regions);
    this.boot.advance(PHASE_POWERED_ON, PHASE_EARLY, 'the early allocator', init);
  }

  /**
   * Allocates a contiguous range of frames before there is metadata. They may be freed after the boot, through
   * `Frame.fromRaw`. OSTD's `early_alloc`.
   *
   * @returns the address, or `null` if there is no room
   * @throws `InvalidArgs` for anything but a layout; `EarlyAllocatorNotReady`, `EarlyAllocatorRetired`
   */
  earlyAlloc(layout: Layout): Paddr | null {
    return this.early.alloc(layout);
  }

  /**
   * Allocates the metadata slots and the frame map early, and marks every frame that is in use already. OSTD's
   * `frame::meta::init`.
   *
   * @throws `NoMemory` if there is no room for them; `AlreadyInitialized`.
   */
  initMetadata(): void {
    this.boot.advance(PHASE_EARLY, PHASE_METADATA, 'the metadata', () => {
      this.boot.placeMetadata(...allocMetadata(this.early, this.frames));
      this.openMetadata();
      initMetadata(this.slots, this.regions, this.hotplug, this.early.allocatedRegions(), this.metadata);
    });
  }

  /**
   * Retires the early allocator and gives the global one every usable frame that was not allocated early. OSTD's
   * `init`.
   *
   * @throws `AlreadyInitialized` the second time; `CpuBusy` if this CPU is parked or detached.
   */
  init(): void {
    this.assertOnline();
    this.boot.advance(PHASE_METADATA, PHASE_BOOTED, 'the global frame allocator', () => {
      this.openAllocator();
      const { early, allocator, frameMap, regions, metadata, cpu, log } = this;
      handOver({ early, allocator, frameMap, regions, metadata, cpu, log });
    });
  }

  /**
   * Waits until the booting CPU has handed over.
   *
   * @param timeoutMs the longest wait, in milliseconds
   * @throws `NotBooted` after that, `Stopped`, `InvalidArgs` if it is not a time, `CpuBusy` if parked or detached
   */
  awaitBoot(timeoutMs = 10_000): void {
    this.assertOnline();
    this.boot.await(timeoutMs, () => this.host.checkStop());
    if (this.slots.frames === 0) this.openMetadata();
    if (this.raw instanceof UnavailableFrameAllocator) this.openAllocator();
  }

  // The life of CPUs.

  /** One of the `CPU_` states. @throws `InvalidArgs` if the machine has no such CPU */
  cpuState(cpu: number): number {
    this.cpuTable.assertCpu(cpu);
    return this.cpuTable.state(cpu);
  }

  /**
   * This CPU waits until `unpark`, and others may take the frames that it caches: until then, allocating and freeing
   * throw `CpuBusy`. A handle whose frame would go back stays valid, and can be dropped after `unpark`.
   */
  park(): void {
    this.assertAttached();
    this.cpuTable.park();
    this.use(cpuBusy(`CPU ${this.cpu} is parked: unpark it first`));
  }

  unpark(): void {
    this.assertAttached();
    this.cpuTable.unpark();
    this.use(this.own);
  }

  /** Gives back what this CPU caches and takes it offline. Doing so twice does nothing: another thread may have it by then. */
  detach(): void {
    if (!this.attached) return;
    if (this.cpuState(this.cpu) === CPU_PARKED) this.unpark();
    this.attached = false;
    try {
      this.allocator.flush?.();
    } finally {
      // What could not be flushed stays in this CPU's area, where the others can seize it.
      this.cpuTable.release();
    }
    this.raw = cpuBusy(`CPU ${this.cpu} was detached by this thread: attach again`);
    this.use(this.raw);
  }

  /** `detach`, at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.detach();
  }

  /**
   * Says that a CPU's thread ended without detaching. Call it from the thread that saw the exit: it is believed, and a
   * CPU that lives on would collide with those that take its frames.
   *
   * @throws `InvalidArgs` if the machine has no such CPU, and for this object's own
   */
  markDead(cpu: number): void {
    if (this.attached && cpu === this.cpu) {
      throw new LabError('InvalidArgs', `CPU ${cpu} cannot be marked dead by itself: its thread lives`);
    }
    this.cpuTable.markDead(cpu);
  }

  /**
   * Undoes what the death of a CPU's thread has cost, while others run: see recovery.ts. Only after `markDead`, which says
   * that the thread's end was seen. An observer may call it, too.
   *
   * @throws `InvalidArgs` for a CPU that there is not, and this object's own; `CpuBusy` if it was not marked dead or another
   *   recovers it; `NotBooted`; `NotRecoverable` if what it left cannot be made whole. Nothing is changed then.
   */
  recover(cpu: number, options: RecoverOptions = {}): Recovery {
    this.cpuTable.assertCpu(cpu);
    if (this.boot.phase !== PHASE_BOOTED) notBooted().refuse();
    return recover(this.parts, this.attached ? this.cpu : -1, cpu, options);
  }

  /**
   * Adds memory that was withheld at boot, while other CPUs run.
   *
   * @throws `InvalidArgs` if the range is not within withheld memory; `BadFree` if some of it was added before.
   */
  addFreeMemory(range: Range): void {
    const { start, end } = assertWithheld(range, this.hotplug);
    this.log.info(() => `Adding free frames to the allocator: ${hexRange({ start, end })}`);
    this.allocator.addFreeMemory(start, end - start);
  }

  /** Checks the machine's memory while no thread runs: allocator, frame map and slots against one another. */
  audit(): MachineAudit {
    return auditMachine(this.raw, this.frameMap, this.slots, deathsOf(this.cpuTable, this.locks));
  }

  /** The allocator's own statistics; racy while others run. */
  health(): AllocatorHealth {
    return new CheckedFrameAllocator(this.raw, this.frameMap, this.slots, this.cpu).health();
  }

  /** Calls `visit` with every free block of an allocator that can tell; racy while others run. @throws `InvalidArgs` */
  visitFree(visit: FreeBlockVisitor): void {
    assertFunction(visit, 'what is called with free blocks');
    this.raw.visitFree?.(visit);
  }

  private assertAttached(): void {
    if (!this.attached) throw new LabError('CpuBusy', 'this machine has no CPU, or was detached: attach one');
  }

  /** @throws `CpuBusy` if this CPU is parked or no longer this object's: its allocator must stay closed. */
  private assertOnline(): void {
    if (this.cpu < 0) return;
    this.assertAttached();
    if (this.cpuState(this.cpu) === CPU_PARKED) this.refusal?.refuse();
  }

  private get parts(): MachineParts {
    const { kernel, layout, type, host, ram, slots, frameMap, metadata } = this;
    return { kernel, layout, type, host, ram, slots, frameMap, metadata };
  }

  private get metadata(): readonly [Range, Range] {
    return [this.boot.slotsRange, this.boot.mapRange];
  }

  private openMetadata(): void {
    ({ slots: this.slots, frameMap: this.frameMap } = this.boot.openMetadata(this.handle.ram));
  }

  private openAllocator(): void {
    this.raw = attachAllocator(this.parts, this.cpu, this.cpuTable, this.locks);
    const checked = usableAllocator(this.raw, this, this.metadata, this.cpuTable.haltPoint(this));
    this.own = this.options.decorateAllocator?.(checked, this) ?? checked;
    this.use(this.own);
  }

  private use(allocator: GlobalFrameAllocator): void {
    this.allocator = allocator;
    this.frameAllocator = byFrameNumber(allocator);
    this.refusal = allocator instanceof UnavailableFrameAllocator ? allocator : null;
  }
}
