/** Messages between the main thread and the workers, outside of runs. Types only. */

import type { MessagePort } from 'node:worker_threads';
import type { RestoreRange } from '../memory/buffers.ts';
import type { NamedWords } from '../memory/labels.ts';
import type { LocalFailure } from '../notes/local_failure.ts';
import type { NotedLines } from '../notes/notes.ts';
import type { AccessSite, RaceMode } from '../thread/plain_accesses.ts';
import type { Faults } from '../words/fault.ts';
import type { LayoutSizes, TimeoutName } from '../words/layout.ts';

/** A worker's `workerData`. */
export interface AgentData {
  readonly control: SharedArrayBuffer;
  readonly sizes: LayoutSizes;
  readonly thread: number;
  /** URL of the scenario module, or of the program's main file. */
  readonly scenario: string;
  /** A thread of the scenario, the main thread of a program, or one that stands ready for a Worker. */
  readonly role: 'scenario' | 'main' | 'worker';
  /** Of a program. */
  readonly program?: ProgramAsked;
  /** The worker runs its program in all schedules: see `ReusedModules`. */
  readonly reuse?: boolean;
  readonly seed: number;
  readonly race: RaceMode;
  /** Memory for the behaviours that schedules show, where they are counted. */
  readonly behaviours?: SharedArrayBuffer;
  /** A strategy of the user's, which runs may ask for by its URL. */
  readonly strategy?: {
    readonly url: string;
    readonly shown: string;
    /** Its state: 32-bit words, in memory of their own so that it cannot reach any others by them. */
    readonly state: SharedArrayBuffer;
  };
  /** Where the worker tells what it meets outside the explorer's control, as `OutsideUse`. */
  readonly outside: MessagePort;
}

/** A program, and what is right at its end. */
export interface ProgramAsked {
  /** Arguments of the program. */
  readonly args: readonly string[];
  readonly exitCode: number;
  /** URL of a module that exports `check`. */
  readonly check?: string;
}

/** What the scenario module exports: values, or `typeof` of them. */
export interface ScenarioFacts {
  readonly threads: number | undefined;
  readonly operations: number | undefined;
  /** All threads do the same: fewer of them are the same scenario. */
  readonly symmetric: boolean;
  readonly setup: string;
  readonly thread: string;
  readonly check: string;
  readonly invariant: string;
  readonly timeouts: TimeoutName | undefined;
  /** As they are exported: not checked. */
  readonly faults: Faults | undefined;
  readonly victims: readonly number[] | undefined;
  readonly progress: string | undefined;
  readonly bypass: number | undefined;
  /** Every export: its name, its type, its value where that is neither an object nor a function. */
  readonly exported: readonly (readonly [name: string, type: string, value: unknown])[];
}

export type AgentRequest =
  | { readonly type: 'load' }
  /** Asks what the worker still waits for; answered at once, whatever else is under way. */
  | { readonly type: 'pending' }
  | { readonly type: 'setup'; readonly threads: number; readonly operations: number | undefined }
  | {
      readonly type: 'attach';
      readonly shared: unknown;
      /** Memory of the race detector, where data races are looked for. */
      readonly shadow: SharedArrayBuffer | undefined;
      /** To every other thread, by its number: see `Carriers`. */
      readonly carriers: readonly (MessagePort | null)[];
    }
  | { readonly type: 'save' }
  | {
      readonly type: 'run';
      /** By name, or the user's by its URL, with its parameters; those that are not given are as by default. */
      readonly strategy: string;
      readonly params: Readonly<Record<string, number>>;
      /** This worker begins the first schedule. */
      readonly lead: boolean;
      /** Keep the stack of each step. */
      readonly describe: boolean;
      /** Let the scenario print. */
      readonly print: boolean;
      /** Plain accesses that may race, beside those that are marked. */
      readonly allowed: readonly AccessSite[];
    };

export type AgentReply =
  /** The first message of a worker: the number that the system gives its thread. */
  | { readonly type: 'started'; readonly task: number | null }
  /** Timers, files, sockets and the like, by what Node.js calls them. */
  | { readonly type: 'pending'; readonly resources: readonly string[] }
  | { readonly type: 'loaded'; readonly facts: ScenarioFacts | undefined }
  | { readonly type: 'shared'; readonly shared: unknown }
  /** The names that the scenario gives to words. */
  | { readonly type: 'attached'; readonly names: readonly NamedWords[] }
  | { readonly type: 'saved'; readonly ranges: readonly RestoreRange[] | undefined }
  /** What this thread found, before the others have left the schedule. */
  | { readonly type: 'failure'; readonly failure: LocalFailure }
  | {
      readonly type: 'stopped';
      readonly failure: LocalFailure | undefined;
      readonly sites: readonly (readonly [number, string])[] | undefined;
      readonly texts: readonly (readonly [number, string])[] | undefined;
      readonly noted: NotedLines;
      /** What observers report, by their names. */
      readonly observed: readonly (readonly [name: string, report: unknown])[];
    }
  | { readonly type: 'failed'; readonly failure: LocalFailure };
