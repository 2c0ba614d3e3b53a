import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * The cores that this process may run on, by their numbers; null where processes cannot be bound to one (no `taskset`, or
 * not Linux).
 */
export function bindableCores(): number[] | null {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
    if (list === undefined) return null;
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return list.split(',').flatMap(range);
  } catch {
    return null;
  }
}

/** How many processes there are room for. */
export function roomForProcesses(): number {
  return availableParallelism();
}

function range(text: string): number[] {
  const [from, to = from] = text.split('-').map(Number);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
