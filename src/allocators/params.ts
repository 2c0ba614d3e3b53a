import type { AllocatorParams } from '../mm/global_frame_allocator.ts';
import { LabError } from '../platform/error.ts';

/** For allocators without parameters. @throws `InvalidArgs` where any are given. */
export function refuseParams(allocator: string, params: AllocatorParams): void {
  const [name] = Object.keys(params);
  if (name !== undefined) {
    throw new LabError('InvalidArgs', `allocator parameter ${name}: ${allocator} has no parameters`);
  }
}
