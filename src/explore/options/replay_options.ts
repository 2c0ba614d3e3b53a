import {
  abortSignal,
  anyFunction,
  anyText,
  checkOptions,
  type OptionRule,
  type OptionRules,
  trueOrFalse,
} from '../../platform/options_check.ts';
import { BOUNDS, within } from './bounds.ts';

export interface ReplayOptions {
  /** Let the scenario print. */
  readonly print?: boolean;
  /**
   * Schedules to run near a recording that no longer fails by its own, 1 to 2^31 - 1: only where none of them fails is it
   * called fixed. Default 1,000.
   */
  readonly nearby?: number;
  /**
   * Run a scenario outside the working folder and what is below it. Default false: only where the file was written by
   * this user's own explore or shrink, for that scenario.
   */
  readonly allowOutside?: boolean;
}

export interface ShrinkOptions {
  /** Milliseconds to spend. Default 10,000. */
  readonly timeMs?: number;
  /** Schedules to run for each attempt with fewer threads or operations. Default 1,000. */
  readonly schedules?: number;
  /** Where the shrunk replay goes: a file, or a folder. Default: beside the given one, `.min.json`. */
  readonly file?: string;
  /** Where the interleaving goes as HTML. Default: beside the given one, `.html`; null for none. */
  readonly html?: string | null;
  /** Ends the search: what is smallest so far is written and returned. */
  readonly signal?: AbortSignal;
  /** Is told what is tried, in a few words. */
  readonly onProgress?: (line: string) => void;
  /**
   * Run a scenario outside the working folder and what is below it. Default false: only where the file was written by
   * this user's own explore or shrink, for that scenario.
   */
  readonly allowOutside?: boolean;
}

const fileOrNone: OptionRule = (value) => (value === null ? undefined : anyText(value));

const SHRINK: OptionRules<ShrinkOptions> = {
  timeMs: within(BOUNDS.timeMs),
  schedules: within(BOUNDS.schedules),
  file: anyText,
  html: (value) => (fileOrNone(value) === undefined ? undefined : 'a path, and null for no file'),
  signal: abortSignal,
  onProgress: anyFunction,
  allowOutside: trueOrFalse,
};

/** Of `replay()`, and of what replays several. */
export const REPLAY: OptionRules<ReplayOptions> = {
  print: trueOrFalse,
  nearby: within(BOUNDS.schedules),
  allowOutside: trueOrFalse,
};

/** @throws `Usage`, naming the option, the value and what is allowed */
export function checkReplayOptions(options: unknown): void {
  checkOptions(options, REPLAY, 'replay()');
}

/** @throws `Usage`, likewise */
export function checkShrinkOptions(options: unknown): void {
  checkOptions(options, SHRINK, 'shrink()', { time: 'timeMs', output: 'file' });
}
