import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { allowedCores } from '../../../src/platform/cores.ts';

/**
 * The cores that this process may run on, by their numbers; null where processes cannot be bound to one (no `taskset`, or
 * not Linux).
 */
export function bindableCores(): readonly number[] | null {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return allowedCores();
  } catch {
    return null;
  }
}

/** How many processes there are room for. */
export function roomForProcesses(): number {
  return availableParallelism();
}
