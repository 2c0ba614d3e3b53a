import type { MessagePort } from 'node:worker_threads';
import type { Faults } from '../../control/words/fault.ts';
import type { TimeoutName } from '../../control/words/layout.ts';

import type { FaultTools, TakenThreads } from '../../intercept/faults/nemesis_tools.ts';
import type { OvertakingTools } from '../../intercept/faults/overtaking.ts';

/** A view of shared memory, or shared memory itself. */
export type SharedView = ArrayBufferView | SharedArrayBuffer | { readonly buffer: ArrayBufferLike };

/** What a name means: a view, one element of it, or some from an index on. Bytes, where the view has no elements. */
export type Named =
  | SharedView
  | readonly [view: SharedView, index: number]
  | readonly [view: SharedView, index: number, count: number];

/**
 * What a scenario module exports, by name or as its default export.
 *
 * `Shared` is what `setup` returns, as every thread gets it; `Attached` is what `attach` returns in a thread.
 */
export interface Scenario<Shared = unknown, Attached = undefined> {
  /** How many threads, where the caller does not say. Default 2. */
  readonly threads?: number;
  /** Handed to `setup`; `shrink` tries to make it smaller. */
  readonly operations?: number;
  /** All threads do the same: `shrink` may leave threads out of a deadlock, too. */
  readonly symmetric?: boolean;
  /** Something else keeps the threads alive, such as a message listener. */
  readonly listens?: boolean;
  /** Has no effect any more: threads may allocate shared memory of their own. */
  readonly allocates?: boolean;
  /** When waits with a timeout time out, where the caller does not say. */
  readonly timeouts?: TimeoutName;
  /** Faults that may happen in a schedule, most of each kind, where the caller does not say. */
  readonly faults?: Faults;
  /** The threads to which faults may happen, by number. Default: all. */
  readonly victims?: readonly number[];
  /** `lock-free`: wherever threads are stopped for ever, the others come to their end. Short for `faults` with stops of all but one. */
  readonly progress?: 'lock-free';
  /**
   * How often a thread that waits may be overtaken by another one, between its `arrived()` and its `entered()`, 0 to 1,000. Absent:
   * any number.
   */
  readonly bypass?: number;
  /** Runs once; returns a cloneable value, whose shared memory is put back before every schedule. */
  setup(options: SetupOptions): Shared | Promise<Shared>;
  /** One thread; may be asynchronous. */
  thread(shared: Shared, index: number, attached: Attached, tools: ThreadTools): unknown;
  /** After all threads have ended, in one of them; throws, or returns false, where something is wrong. */
  check?(shared: Shared, attached: Attached, taken: TakenThreads): unknown;
  /** After every operation that changes memory; the same. */
  invariant?(shared: Shared, attached: Attached, taken: TakenThreads): unknown;
  /** Runs once in each thread, one after the other, before the first schedule. */
  attach?(shared: Shared, index: number): Attached | Promise<Attached>;
  /** Names of words, for tables, causes and pages. */
  names?(shared: Shared, attached: Attached): Readonly<Record<string, Named>>;
  /** The parts of memory to put back, in bytes, where copying all of it costs more than a schedule. */
  restore?(shared: Shared): Iterable<RestorePart>;
}

/** What a thread is given beside what it shares. */
export interface ThreadTools extends FaultTools, OvertakingTools {
  /**
   * Ports to the other threads, by their index: `ports[1].postMessage(...)` goes to thread 1, which hears it by
   * `ports[0].on('message', ...)`, or takes it by `receiveMessageOnPort(ports[0])`. They are new in every schedule, and close
   * when one of the two threads ends; undefined for the thread itself.
   */
  readonly ports: readonly (MessagePort | undefined)[];
}

export interface SetupOptions {
  readonly threads: number;
  /** What the scenario exports so, or fewer; undefined where it exports none. */
  readonly operations: number | undefined;
}

/** Bytes of a buffer, or of a view's part of it; `end` excluded. */
export interface RestorePart {
  readonly buffer: SharedArrayBuffer | ArrayBufferView;
  readonly start?: number;
  readonly end?: number;
}

/**
 * Gives a scenario its types, and back as it is: for a default export, or
 * `export const { setup, thread, check } = defineScenario({ ... })`.
 */
export function defineScenario<Shared, Attached = undefined>(
  scenario: Scenario<Shared, Attached>,
): Scenario<Shared, Attached> {
  return scenario;
}
