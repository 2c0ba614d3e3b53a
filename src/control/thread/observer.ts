/**
 * What looks at steps as they happen, in the thread that takes them, and changes nothing. A new observer is one file in
 * `observe/` and one row in its registry.
 */
import type { Buffers } from '../memory/buffers.ts';
import type { Labels } from '../memory/labels.ts';
import type { Engine } from './engine.ts';
import type { PlainAccesses } from './plain_accesses.ts';

export interface StepObserver {
  /** The thread begins a schedule. */
  begin?(): void;
  /** A step of this thread was recorded; its index in the trace. Called for the kinds that the type names. */
  step?(index: number): void;
  /** A schedule ran to its end; called in the thread that closes it, before check() and before memory is put back. */
  ended?(): void;
  /** What is to be told of the run: a value that can be cloned. */
  report?(): unknown;
}

/** What an observer may use. */
export interface ObserverContext {
  readonly engine: Engine;
  readonly buffers: Buffers;
  readonly plain: PlainAccesses;
  /** Memory of the race detector, where data races are looked for. */
  readonly shadow: SharedArrayBuffer | undefined;
  /** Memory for the behaviours that schedules show, where they are counted. */
  readonly behaviours: SharedArrayBuffer | undefined;
  readonly threads: number;
  /** Names of places, as they are when it is called. */
  readonly labels: () => Labels;
  /** What must hold between any two steps: throws, or returns false, where it does not. */
  readonly invariant: (() => unknown) | undefined;
}

/** An observer that every thread has. */
export interface ObserverType {
  /** By which its reports are found. */
  readonly name: string;
  /** The kinds of steps at which it looks, as in `KIND`. */
  readonly kinds: readonly number[];
  /** 32-bit words of state that its threads share. They are 0 when an exploration begins. */
  words(threads: number, stepLimit: number): number;
  /** Makes a thread's object over these words; null where there is nothing to look at. */
  create(context: ObserverContext, base: number): StepObserver | null;
}
