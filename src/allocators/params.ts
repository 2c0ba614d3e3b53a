import type { MachineShape } from '../mm/global_frame_allocator.ts';
import { assertObject, assertWhole } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';

/** For allocators without parameters. @throws `InvalidArgs` if any are given. */
export function refuseParams(allocator: string, shape: MachineShape): void {
  assertShape(shape);
  const [name] = Object.keys(shape.params);
  if (name !== undefined) {
    throw new LabError('InvalidArgs', `allocator parameter ${name}: ${allocator} has no parameters`);
  }
}

/** @throws `InvalidArgs` for a shape that no machine can have */
export function assertShape(shape: MachineShape): void {
  assertObject(shape, 'shape of a machine');
  assertWhole(shape.frames, 'frames of a machine', 1);
  assertWhole(shape.cpus, 'CPUs of a machine', 1);
  assertObject(shape.params, 'allocator parameters');
}
