import { BUDDY_REMEDIES } from './buddy/remedies.ts';
import type { AllocatorProblem, Remedies } from './problem.ts';

const REMEDIES: ReadonlyMap<string, Remedies> = new Map([['buddy', BUDDY_REMEDIES]]);

/**
 * What an allocator's own parameters do against a problem; null where none of them does, and for modules, which a
 * report does not load.
 */
export function remedy(allocator: string, problem: AllocatorProblem): string | null {
  return REMEDIES.get(allocator)?.[problem] ?? null;
}
