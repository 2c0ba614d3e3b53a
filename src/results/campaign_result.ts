import type { ResultHeader } from './header.ts';

export const CAMPAIGN_SCHEMA_VERSION = 1;

/**
 * How a campaign stands: nothing was found in what was done, a kind of failure was found, it proves nothing (a slice could not
 * be done, or was done twice with different results, or slices are missing that were asked for), or it was interrupted.
 */
export type CampaignEnd = 'passed' | 'violation' | 'unproved' | 'interrupted';

/**
 * What a campaign did and found, put together from everything that its workers wrote. The schema for other programs is
 * schemas/campaign.schema.json. Its findings are one for each kind of failure, in the order of `kinds`.
 */
export interface CampaignResult extends ResultHeader<'campaign', CampaignEnd> {
  /** The id of its plan. */
  readonly plan: string;
  readonly seed: number;
  /** Slices that were asked for, those that are done, and those that cannot be done. */
  readonly slices: SliceCounts;
  readonly cells: readonly CampaignCell[];
  readonly kinds: readonly KindOfFailure[];
  readonly workers: readonly CampaignWorker[];
  /** Why the word is not to be relied on: slices that gave two results, that crashed or were refused, damaged files. */
  readonly doubts: readonly string[];
  /** Why it ended before all slices were done; null if they were. */
  readonly stoppedBy: string | null;
}

export interface SliceCounts {
  readonly planned: number;
  readonly done: number;
  readonly refused: number;
  readonly crashed: number;
}

/** One combination of what was run and how, in one environment. */
export interface CampaignCell {
  readonly id: string;
  readonly kind: 'explore' | 'run';
  /** The scenario, the program or the workload. */
  readonly subject: string;
  /** The strategy; of runs, the allocator and the lock. */
  readonly how: string;
  /** Null where nothing was done yet. */
  readonly environment: CampaignEnvironment | null;
  readonly slices: { readonly planned: number; readonly done: number };
  /** Schedules, or runs. */
  readonly executions: number;
  readonly pruned: number;
  readonly steps: number;
  /** Operations of runs. */
  readonly operations: number;
  /** Of all slices together, each by its own process. */
  readonly seconds: number;
  /** Executions, those that were abandoned among them, or operations, in a second of one process; null before there are any. */
  readonly perSecond: number | null;
  /** Executions that failed, and the kinds, by key. */
  readonly failed: number;
  readonly kinds: readonly string[];
  /** Every interleaving was run: the same as of an exploration. */
  readonly complete: boolean;
  readonly atomicsComplete: boolean;
  readonly unwatched: readonly string[];
  readonly remarks: readonly string[];
  readonly behaviours?: CampaignBehaviours;
}

export interface CampaignEnvironment {
  readonly node: string;
  readonly framelab: string;
  readonly platform: string;
  readonly arch: string;
}

/** The behaviours that all slices of a cell showed together. */
export interface CampaignBehaviours {
  readonly schedules: number;
  readonly distinct: number;
  /** Behaviours that one schedule showed. */
  readonly once: number;
  /** They are estimated from a sample of them: there were too many to send. */
  readonly sampled: boolean;
  /** As of an exploration: how likely the next schedule of this strategy shows a new one. */
  readonly chanceOfNew: number | null;
  readonly chanceBelow: number | null;
  /** Schedules, and behaviours by then, after each slice. */
  readonly curve: readonly (readonly [schedules: number, distinct: number])[];
}

/** Failures at the same place, by the same cause. */
export interface KindOfFailure {
  /** 12 hexadecimal digits; the same in every campaign over the same code. */
  readonly key: string;
  readonly verdict: string;
  readonly subject: string;
  /** Executions that ended so. */
  readonly times: number;
  /** Cells and the slice that met it first. */
  readonly cells: readonly string[];
  readonly slice: string;
  /** A replay file; null for runs. */
  readonly replay: string | null;
}

export interface CampaignWorker {
  readonly worker: string;
  readonly environment: CampaignEnvironment | null;
  readonly slices: number;
  readonly executions: number;
  readonly seconds: number;
}
