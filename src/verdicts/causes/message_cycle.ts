import type { PortFact } from '../../control/memory/port_names.ts';
import { type Evidence, list } from '../evidence.ts';
import type { IdleThread } from '../idle.ts';
import type { Cause } from './cause.ts';

/**
 * Threads that each wait for a message of the next, with none under way. Only where each of them waits for messages alone:
 * of a thread that sleeps, its wait says more.
 */
export function messageCycle(evidence: Evidence): Cause | undefined {
  const { idle, blocked, ports } = evidence;
  if (idle.length < 2 || blocked.length > 0) return undefined;
  if (idle.some(({ hasOutside }) => hasOutside)) return undefined;
  const waitsFor = new Map(idle.map((one) => [one.thread, sendersTo(one, ports)]));
  for (const start of waitsFor.keys()) {
    const cycle = cycleFrom(start, waitsFor);
    if (cycle === undefined) continue;
    const parts = cycle.map(
      (thread) => `thread ${thread} waits for a message of ${threads(waitsFor.get(thread))}`,
    );
    return {
      name: 'message cycle',
      sentence: `${parts.join(', ')}, and no message is under way`,
      steps: lastSteps(evidence, cycle),
      threads: cycle,
      places: [],
    };
  }
  return undefined;
}

function threads(numbers: readonly number[] = []): string {
  return `thread${numbers.length > 1 ? 's' : ''} ${list(numbers)}`;
}

/** The threads at the other ends of what keeps a thread alive. */
function sendersTo({ ports, thread }: IdleThread, all: readonly PortFact[]): number[] {
  const owners = ports
    .map(({ peer }) => all[peer]?.owner ?? -1)
    .filter((owner) => owner >= 0 && owner !== thread);
  return [...new Set(owners)].sort((a, b) => a - b);
}

/** The threads from `start` on, each the first that the one before waits for, back to `start`. */
function cycleFrom(start: number, waitsFor: ReadonlyMap<number, readonly number[]>): number[] | undefined {
  const path = [start];
  for (;;) {
    const next = waitsFor.get(path[path.length - 1])?.find((thread) => waitsFor.has(thread));
    if (next === undefined) return undefined;
    if (next === start) return path;
    if (path.includes(next)) return undefined;
    path.push(next);
  }
}

/** The last step of each, after which it waited. */
function lastSteps({ steps }: Evidence, cycle: readonly number[]): number[] {
  return cycle.map((thread) => steps.findLastIndex((step) => step.thread === thread)).sort((a, b) => a - b);
}
