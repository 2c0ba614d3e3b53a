// The public names of framelab, by layer. What is not here may change without notice.

// allocators
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
// lab
export type { RunResult } from './lab/result.ts';
export { run } from './lab/run.ts';
export type { RunOptions } from './lab/run_options.ts';
export type { Violation } from './lab/violation.ts';
export type {
  OperationRecorder,
  WorkerContext,
  Workload,
  WorkloadBody,
} from './lab/workload.ts';
export { workload, workloads } from './lab/workloads/registry.ts';
// machine
export type { MachineAudit } from './machine/audit.ts';
export type { BootOptions } from './machine/boot_config.ts';
export { type AttachOptions, Machine, type MachineHandle } from './machine/machine.ts';
// mm
export {
  EarlyAllocatedFrameMeta,
  KernelMeta,
  MetaPageMeta,
  ReservedMemoryMeta,
  UnusableMemoryMeta,
} from './mm/builtin_meta.ts';
export { CPU_DEAD, CPU_OFFLINE, CPU_ONLINE, CPU_PARKED, CPU_SEIZED } from './mm/cpu_state.ts';
export { EarlyFrameAllocator } from './mm/early_frame_allocator.ts';
export { Frame } from './mm/frame.ts';
export { FrameAllocOptions } from './mm/frame_alloc_options.ts';
export { FrameMap, type FrameUse } from './mm/frame_map.ts';
export {
  type AnyFrameMeta,
  type DroppedFrame,
  defineFrameMeta,
  type FrameMeta,
  type FrameMetaDefinition,
  type MetaFields,
  type MetaValues,
  Unit,
} from './mm/frame_meta.ts';
export { FrameRef } from './mm/frame_ref.ts';
export type {
  AllocatorAudit,
  AllocatorContext,
  AllocatorHealth,
  AllocatorParams,
  CpuStates,
  FrameAllocatorType,
  GlobalFrameAllocator,
  MachineShape,
} from './mm/global_frame_allocator.ts';
export { trackHandles } from './mm/handle_tracking.ts';
export { Layout } from './mm/layout.ts';
export { CursorMut, Link, LinkedList } from './mm/linked_list.ts';
export { MEMORY_MAP_PRESETS, memoryMapPreset, parseMemoryMap } from './mm/memory_map.ts';
export { loadMemoryMap } from './mm/memory_map_file.ts';
export { MemoryRegion, MemoryRegionType } from './mm/memory_region.ts';
export { FRAME_METADATA_MAX_SIZE, META_SLOT_SIZE, MetaSlots } from './mm/meta_slots.ts';
export { intoNonOverlapping } from './mm/non_overlapping.ts';
export { PAGE_SIZE, type Paddr, type Range } from './mm/page.ts';
export { getGlobalFrameAllocator, type PhysicalMemory } from './mm/physical_memory.ts';
export { Ram } from './mm/ram.ts';
export { rangeDifference } from './mm/range_difference.ts';
export { Segment } from './mm/segment.ts';
export { scanSlots } from './mm/slot_scan.ts';
export { UniqueFrame } from './mm/unique_frame.ts';
export { VmReader, VmWriter } from './mm/vm_io.ts';
// platform
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
// sync
export { BARRIER_WORDS, Barrier, type BarrierOptions } from './sync/barrier.ts';
export { type CreateLockOptions, createLock, lockBytes } from './sync/create_lock.ts';
export { decorateLock, type LockDecorations } from './sync/decorate_lock.ts';
export {
  CALL_SITES,
  type CallSite,
  type Lock,
  type LockKind,
  type LockSite,
  type LockWatch,
} from './sync/lock.ts';
export type { ContentionFigures, LockFigures, StatisticsLevel, TimeFigures } from './sync/lock_figures.ts';
export { LockStatistics } from './sync/lock_statistics.ts';
export { DEFAULT_LOCK_KIND, lockKind, lockKinds, missingLockKinds } from './sync/registry.ts';
