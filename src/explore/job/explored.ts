import type { NotedLines } from '../../control/notes/notes.ts';
import type { Faults } from '../../control/words/fault.ts';
import type { TimeoutName } from '../../control/words/layout.ts';

/** What one session of an exploration has to tell. */
export interface Explored {
  readonly executions: number;
  readonly pruned: number;
  /** A systematic search has nothing left. */
  readonly exhausted: boolean;
  readonly steps: number;
  readonly switches: number;
  /** Loops that ended by themselves although they were held. */
  readonly boundedLoops: number;
  readonly heldBack: number;
  readonly truncated: number;
  /** Schedules that ended in the error of a thread whose wait had timed out early. */
  readonly gaveUp: number;
  readonly threads: number;
  readonly faults: Faults | undefined;
  /** Kinds of faults that happened in some schedule, as a bit mask. */
  readonly faultsHappened: number;
  /** Workers were started, or messages sent. */
  readonly messages: boolean;
  /** A program was run, and no scenario. */
  readonly program: boolean;
  /** Of a `BehaviourTable`, where behaviours are counted. */
  readonly behaviours: SharedArrayBuffer | undefined;
  /** Threads that did an operation. */
  readonly acted: readonly number[];
  readonly noted: NotedLines;
  /** Data races that are intended, or were gone past. */
  readonly passedRaces: readonly string[];
  readonly timeouts: TimeoutName;
  /** What is to be said of the scenario itself. */
  readonly remarks: readonly string[];
}
