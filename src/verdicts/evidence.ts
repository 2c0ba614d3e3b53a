import type { Labels } from '../control/memory/labels.ts';
import type { PortFact } from '../control/memory/port_names.ts';
import type { RunOutcome } from '../control/session/run.ts';
import { FAIL } from '../control/words/layout.ts';
import type { BlockedThread, Step } from '../control/words/trace.ts';
import type { History, Place } from './history.ts';
import type { IdleThread } from './idle.ts';
import type { Messages } from './messages.ts';
import { takenAt } from './taken.ts';

/** All that is known about an execution that failed. */
export interface Evidence {
  readonly outcome: RunOutcome;
  readonly steps: readonly Step[];
  readonly history: History;
  readonly blocked: readonly BlockedThread[];
  /** Threads that wait for an event. */
  readonly idle: readonly IdleThread[];
  readonly ports: readonly PortFact[];
  readonly messages: Messages;
  /** A whole program ran, and no scenario. */
  readonly isProgram: boolean;
  /** Of a livelock: the threads that spin. */
  readonly spinning: ReadonlySet<number>;
  /** Timers that a thread had set and that had not run. */
  readonly timers: (thread: number) => number;
  readonly labels: Labels;
  /** What a word of the memory under test holds at the end. */
  readonly valueAt: (buffer: number, offset: number) => number | undefined;
  /** `server.mjs:12`, of the innermost frame of a stack that is known, else nothing. */
  readonly placeOf: (stack: string) => string;
  /** ` (server.mjs:12)`, where the step's place in the source is known, else nothing. */
  readonly at: (step: number) => string;
}

export function nameOf({ labels }: Evidence, { buffer, offset }: Pick<Place, 'buffer' | 'offset'>): string {
  return labels.place(buffer, offset);
}

/** Whether a thread had come to its end, or to its own failure, when the execution ended; false where that is not sure. */
export function hadEnded({ outcome, steps, blocked, spinning }: Evidence, thread: number): boolean {
  if (takenAt(steps).has(thread)) return false;
  switch (outcome.failure) {
    case FAIL.CHECK:
      return true;
    case FAIL.BLOCKED:
      return !blocked.some((wait) => wait.thread === thread);
    case FAIL.LIVELOCK:
      return !blocked.some((wait) => wait.thread === thread) && !spinning.has(thread);
    case FAIL.STEP_LIMIT:
      // Every thread that can run is given steps, in turn or fairly.
      return (
        !blocked.some((wait) => wait.thread === thread) &&
        !steps.slice(steps.length >> 1).some((step) => step.thread === thread)
      );
    default:
      return outcome.failureThread === thread;
  }
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
export function list(items: readonly (number | string)[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
