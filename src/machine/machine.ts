import type { FrameMap } from '../mm/frame_map.ts';
import type {
  AllocatorHealth,
  AllocatorParams,
  FrameAllocatorType,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import type { Layout } from '../mm/layout.ts';
import type { MetaSlots } from '../mm/meta_slots.ts';
import type { Paddr, Range } from '../mm/page.ts';
import type { PhysicalMemory } from '../mm/physical_memory.ts';
import type { Ram } from '../mm/ram.ts';
import type { Host } from '../platform/host.ts';
import type { Lock } from '../sync/lock.ts';

/** A machine on its way to another thread: everything in it can be cloned. */
export interface MachineHandle {
  readonly ram: SharedArrayBuffer;
  /** The WebAssembly memory behind `ram`, where there is one. */
  readonly memory?: WebAssembly.Memory;
  /** The host's control memory, where there is one. */
  readonly host?: SharedArrayBuffer;
}

export interface BootOptions {
  /** Bytes of RAM. */
  memory: number;
  /** CPUs: threads that can be attached at once. */
  cpus: number;
  /** A preset's name, the path of a JSON file, or regions. Default: one usable region. */
  map?: string;
  /** A name from `framelab list`, the path of a module, or the type itself. */
  allocator?: string | FrameAllocatorType;
  params?: AllocatorParams;
  /** A lock kind's name. */
  lock?: string;
  /** Bytes of usable memory to withhold at boot, for `addFreeMemory` while running. */
  hotplug?: number;
}

export interface AttachOptions {
  /** Wraps each lock that this CPU uses: statistics, checks, delays. */
  decorateLock?(lock: Lock): Lock;
  /** Wraps the allocator that this CPU uses: the oracle. */
  decorateAllocator?(allocator: GlobalFrameAllocator, machine: Machine): GlobalFrameAllocator;
}

/** What `Machine.audit()` found. Sound where `problems` is empty. */
export interface MachineAudit {
  readonly problems: readonly string[];
  readonly freeBytes: number;
  /** Bytes that the frame map says are allocated, early allocations not counted. */
  readonly allocatedBytes: number;
  /** Bytes ever given to the global allocator. */
  readonly managedBytes: number;
}

/** SIGNATURES ONLY for now; the body lands within the hour. */
export declare class Machine implements PhysicalMemory {
  /** Boots on this thread, which becomes CPU 0 until it detaches. */
  static boot(options: BootOptions, attach?: AttachOptions): Machine;
  /** Claims a CPU of a booted machine for this thread. @throws `CpuBusy` */
  static attach(handle: MachineHandle, cpu: number, options?: AttachOptions): Machine;
  /** Looks at a machine without a CPU: may audit, read and stop it, not allocate. `cpu` is -1. */
  static observe(handle: MachineHandle): Machine;

  readonly handle: MachineHandle;
  readonly host: Host;
  readonly cpu: number;
  readonly cpus: number;
  /** Frames of RAM from 0 to its end, holes included. */
  readonly frames: number;
  readonly allocatorName: string;
  readonly lockKind: string;
  readonly ram: Ram;
  readonly slots: MetaSlots;
  readonly frameMap: FrameMap;
  readonly allocator: GlobalFrameAllocator;
  /** All locks of the machine by name (`early-allocator`, `global-pool`, ...), as this CPU sees them. */
  readonly locks: readonly Lock[];
  /** Memory withheld at boot: for `addFreeMemory`. */
  readonly hotplug: readonly Range[];

  /** One of the `CPU_` states of mm/cpu_state.ts. */
  cpuState(cpu: number): number;
  /** This CPU waits: others may reclaim what it caches until `unpark`. */
  park(): void;
  unpark(): void;
  /** Flushes what this CPU caches and takes it offline; the object is of no use afterwards. */
  detach(): void;
  /** Says that a CPU's thread ended without detaching. Anyone may call it, who knows it. */
  markDead(cpu: number): void;
  earlyAlloc(layout: Layout): Paddr | null;
  /** Hot-adds memory withheld at boot. */
  addFreeMemory(range: Range): void;
  /** Proves the machine's memory while nobody runs: allocator, frame map and slots against one another. */
  audit(): MachineAudit;
  health(): AllocatorHealth;
}
