/** Messages between the main thread and the workers, outside of runs. Types only. */
import type { MessagePort } from 'node:worker_threads';
import type { InternalStrategyName, StrategyName } from '../strategy/create.ts';
import type { RestoreRange } from './buffers.ts';
import type { LocalFailure } from './local_failure.ts';

/** A worker's `workerData`. */
export interface AgentData {
  readonly control: SharedArrayBuffer;
  readonly stepLimit: number;
  readonly thread: number;
  /** URL of the scenario module. */
  readonly scenario: string;
  readonly seed: number;
  /** Where the worker tells what it meets outside the explorer's control, as `OutsideUse`. */
  readonly outside: MessagePort;
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
  /** Every export: its name, its type, its value where that is neither an object nor a function. */
  readonly exported: readonly (readonly [name: string, type: string, value: unknown])[];
}

export type AgentRequest =
  | { readonly type: 'load' }
  | { readonly type: 'setup'; readonly threads: number; readonly operations: number | undefined }
  | { readonly type: 'attach'; readonly shared: unknown }
  | { readonly type: 'save' }
  | {
      readonly type: 'run';
      readonly strategy: StrategyName | InternalStrategyName;
      readonly depth: number;
      readonly preemptions: number;
      /** This worker begins the first schedule. */
      readonly lead: boolean;
      /** Keep the stack of each step. */
      readonly describe: boolean;
      /** Let the scenario print. */
      readonly print: boolean;
    };

export type AgentReply =
  | { readonly type: 'loaded'; readonly facts: ScenarioFacts }
  | { readonly type: 'shared'; readonly shared: unknown }
  | { readonly type: 'attached' }
  | { readonly type: 'saved'; readonly ranges: readonly RestoreRange[] | undefined }
  | {
      readonly type: 'stopped';
      readonly failure: LocalFailure | undefined;
      readonly sites: readonly (readonly [number, string])[] | undefined;
      /** See `Notes`. */
      readonly unwatched: readonly string[];
      readonly remarks: readonly string[];
    }
  | { readonly type: 'failed'; readonly failure: LocalFailure };
