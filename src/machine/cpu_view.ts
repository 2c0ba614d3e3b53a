import type { MetaSlots } from '../mm/frame/meta_slots.ts';
import type { FrameMap } from '../mm/frame_map.ts';
import type { CpuStates, FrameAllocatorType, GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import type { Range } from '../mm/page.ts';
import type { Ram } from '../mm/ram.ts';
import type { Host } from '../platform/host.ts';
import type { Lock } from '../sync/lock.ts';
import type { KernelLayout } from './kernel_region.ts';
import { lockNamed } from './machine_locks.ts';
import type { KernelRegion } from './power_on.ts';

/** What all CPUs of a machine see alike. */
export interface MachineParts {
  readonly kernel: KernelRegion;
  readonly layout: KernelLayout;
  readonly type: FrameAllocatorType;
  readonly host: Host;
  readonly ram: Ram;
  readonly slots: MetaSlots;
  readonly frameMap: FrameMap;
  /** Where slots and frame map lie. */
  readonly metadata: readonly Range[];
}

/** The machine's allocator as one CPU sees it, without checks. */
export function attachAllocator(
  { kernel, layout, type, host, ram, slots }: MachineParts,
  cpu: number,
  cpuStates: CpuStates,
  locks: readonly Lock[],
): GlobalFrameAllocator {
  return type.attach({
    cpus: kernel.cpus,
    frames: kernel.frames,
    params: kernel.config.params,
    ram,
    slots,
    words: kernel.words,
    base: layout.allocator,
    cpu,
    cpuStates,
    lock: (name) => lockNamed(locks, layout, name),
    checkStop: () => host.checkStop(),
  });
}
