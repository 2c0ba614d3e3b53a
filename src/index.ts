// The public names of framelab, by layer from the ground up. What is not here may change without notice.

// platform: errors, the stop word, time, random numbers

export { type ErrorCode, LabError } from './platform/error.ts';
export { Histogram } from './platform/histogram.ts';
export {
  Host,
  STOP_DONE,
  STOP_HUNG,
  STOP_INTERRUPTED,
  STOP_NONE,
  STOP_VIOLATION,
} from './platform/host.ts';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './platform/log.ts';
export { Random } from './platform/random.ts';

// sync: locks and what measures them

export { BARRIER_WORDS, Barrier, type BarrierOptions } from './sync/barrier.ts';
export { type CreateLockOptions, createLock, lockBytes } from './sync/create_lock.ts';
export { decorateLock, type LockDecorations } from './sync/decorators/decorate_lock.ts';
export type {
  ContentionFigures,
  LockFigures,
  StatisticsLevel,
  TimeFigures,
} from './sync/decorators/lock_figures.ts';
export { LockStatistics } from './sync/decorators/lock_statistics.ts';
export {
  CALL_SITES,
  type CallSite,
  type Lock,
  type LockKind,
  type LockSite,
  type LockWatch,
} from './sync/lock.ts';
export { DEFAULT_LOCK_KIND, lockKind, lockKinds, missingLockKinds } from './sync/registry.ts';

// mm: RAM, regions, frames, metadata

export { EarlyFrameAllocator } from './mm/boot/early_frame_allocator.ts';
export { MEMORY_MAP_PRESETS, memoryMapPreset, parseMemoryMap } from './mm/boot/memory_map.ts';
export { loadMemoryMap } from './mm/boot/memory_map_file.ts';
export { MemoryRegion, MemoryRegionType } from './mm/boot/memory_region.ts';
export { intoNonOverlapping } from './mm/boot/non_overlapping.ts';
export { rangeDifference } from './mm/boot/range_difference.ts';
export { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED } from './mm/cpu_state.ts';
export {
  EarlyAllocatedFrameMeta,
  KernelMeta,
  MetaPageMeta,
  ReservedMemoryMeta,
  UnusableMemoryMeta,
} from './mm/frame/builtin_meta.ts';
export { Frame, FrameRef } from './mm/frame/frame.ts';
export { FrameAllocOptions } from './mm/frame/frame_alloc_options.ts';
export {
  type AnyFrameMeta,
  type DroppedFrame,
  defineFrameMeta,
  type FrameMeta,
  type FrameMetaDefinition,
  type MetaFields,
  type MetaValues,
  Unit,
} from './mm/frame/frame_meta.ts';
export { trackHandles } from './mm/frame/handle_tracking.ts';
export { CursorMut, Link, LinkedList } from './mm/frame/linked_list.ts';
export { FRAME_METADATA_MAX_SIZE, META_SLOT_SIZE, MetaSlots } from './mm/frame/meta_slots.ts';
export { Segment } from './mm/frame/segment.ts';
export { scanSlots } from './mm/frame/slot_scan.ts';
export { UniqueFrame } from './mm/frame/unique_frame.ts';
export { FrameMap, type FrameUse } from './mm/frame_map.ts';
export type {
  AllocatorAudit,
  AllocatorContext,
  AllocatorHealth,
  AllocatorParams,
  AllocatorProblem,
  AllocatorRemedy,
  CpuStates,
  FrameAllocatorType,
  GlobalFrameAllocator,
  MachineShape,
} from './mm/global_frame_allocator.ts';
export { VmReader, VmWriter } from './mm/io/vm_io.ts';
export { Layout } from './mm/layout.ts';
export { PAGE_SIZE, type Paddr, type Range } from './mm/page.ts';
export { getGlobalFrameAllocator, type PhysicalMemory } from './mm/physical_memory.ts';
export { Ram } from './mm/ram.ts';

// allocators: buddy and what it is made of

export {
  type BuddyOrder,
  type Chunk,
  greaterOrderOf,
  lesserOrderOf,
  MAX_BUDDY_ORDER,
  maxOrderFrom,
  sizeOfOrder,
  splitToChunks,
  splitToOrder,
} from './allocators/buddy/chunk.ts';
export { BuddySet, buddySetWords } from './allocators/buddy/set.ts';
export { allocatorTypes, DEFAULT_ALLOCATOR, loadAllocator } from './allocators/registry.ts';

// machine: boot and attach

export type { MachineAudit } from './machine/audit.ts';
export type { BootOptions } from './machine/boot_config.ts';
export type { CpuDeath } from './machine/cpu_death.ts';
export { type AttachOptions, Machine, type MachineHandle } from './machine/machine.ts';
export type { RecoverOptions, Recovery } from './machine/recovery.ts';

// lab: a run and its result

export type { RunFault } from './intercept/faults/run_faults.ts';
export { run } from './lab/run/run.ts';
export type { RunOptions } from './lab/run/run_options.ts';
export { workload, workloads } from './lab/workloads/registry.ts';
export type {
  OperationRecorder,
  RunShape,
  WorkerContext,
  Workload,
  WorkloadBody,
  WorkloadParam,
  WorkloadParamValues,
} from './lab/workloads/workload.ts';
export type { DeathResult, FaultResult, FrameRanges, RecoveryResult } from './results/fault_result.ts';
export type { Finding } from './results/finding.ts';
export type { Mix, MixPart } from './results/mix.ts';
export type { RunResult } from './results/run_result.ts';
export type { Violation } from './results/violation.ts';
export type { Warmup, WarmupResult } from './results/warmup.ts';
