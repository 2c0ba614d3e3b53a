import type { Finding } from '../../results/finding.ts';
import type { BehaviourSample } from './behaviour_sample.ts';

// What workers write down, a line of JSON each. Lines are only ever added, and name their slice: so the union of any
// number of files, in any order, says what was done.

export const LINE_VERSION = 1;

interface LineBase {
  readonly v: number;
  /** The id of the plan. */
  readonly plan: string;
  /** Host, process and start of who wrote it. */
  readonly worker: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A slice was begun. Without a line of its end it was lost with its worker. */
export interface BeginLine extends LineBase {
  readonly t: 'begin';
  readonly slice: string;
}

/** A slice has ended. */
export interface SliceLine extends LineBase {
  readonly t: 'slice';
  readonly slice: string;
  readonly on: SliceEnvironment;
  /**
   * `done`: it counts. `stopped`: it was interrupted, and must be done again; its finds count. `refused`: it cannot be
   * done; `why` says the reason. `crashed`: its process ended, again and again.
   */
  readonly end: 'done' | 'stopped' | 'refused' | 'crashed';
  readonly why?: string;
  readonly figures: SliceFigures;
  readonly finds: readonly SliceFind[];
  readonly behaviours?: BehaviourSample;
}

/** Where a slice was run: figures of different ones are never added up. */
export interface SliceEnvironment {
  readonly node: string;
  readonly framelab: string;
  readonly platform: string;
  readonly arch: string;
}

/** What was done. Those of a run count operations, those of an exploration schedules. */
export interface SliceFigures {
  readonly executions: number;
  readonly pruned: number;
  readonly steps: number;
  readonly operations: number;
  readonly seconds: number;
  /** Of a systematic search: nothing is left of this slice's share. */
  readonly exhausted: boolean;
  readonly complete: boolean;
  readonly atomicsComplete: boolean;
  readonly unwatched: readonly string[];
  readonly remarks: readonly string[];
}

/** A kind of failure that a slice met. */
export interface SliceFind {
  readonly key: string;
  /** Schedules of the slice that ended so. */
  readonly times: number;
  /** The number of the first of them, from 1. */
  readonly first: number;
}

/** A kind of failure, in full: once for each worker that met it. */
export interface FindLine extends LineBase {
  readonly t: 'find';
  readonly slice: string;
  readonly key: string;
  readonly finding: Finding;
  /** The replay file from the campaign's folder; null for a run, or where it could not be written. */
  readonly replay: string | null;
}

export type Line = BeginLine | SliceLine | FindLine;
