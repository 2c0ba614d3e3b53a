import { ALLOCATOR_MUTANTS } from './allocators.ts';
import { LOCK_MUTANTS } from './locks.ts';
import { MACHINE_MUTANTS } from './machine.ts';
import { METADATA_MUTANTS } from './metadata.ts';
import type { Mutant } from './mutant.ts';

/** All that is planted, in the order of the table. */
export const MUTANTS: readonly Mutant[] = [
  ...LOCK_MUTANTS,
  ...ALLOCATOR_MUTANTS,
  ...METADATA_MUTANTS,
  ...MACHINE_MUTANTS,
];
