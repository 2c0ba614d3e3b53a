import { defineFrameMeta } from './frame_meta.ts';

/** Frames that were allocated early, before there was metadata. OSTD's `EarlyAllocatedFrameMeta`. */
export const EarlyAllocatedFrameMeta = defineFrameMeta({ name: 'EarlyAllocatedFrameMeta' });

/** Frames that hold the kernel's static data. OSTD's `KernelMeta`. */
export const KernelMeta = defineFrameMeta({ name: 'KernelMeta' });

/** Frames that hold the metadata slots. OSTD's `MetaPageMeta`. */
export const MetaPageMeta = defineFrameMeta({ name: 'MetaPageMeta' });

/** Frames that the firmware or a device keeps, and gaps that no region tells anything about. OSTD's `ReservedMemoryMeta`. */
export const ReservedMemoryMeta = defineFrameMeta({ name: 'ReservedMemoryMeta' });

/** Frames that the machine does not use: bad memory, modules, and what the boot or a sleep needs. OSTD's `UnusableMemoryMeta`. */
export const UnusableMemoryMeta = defineFrameMeta({ name: 'UnusableMemoryMeta' });
