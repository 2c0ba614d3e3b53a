import { TIMEOUT_NAMES } from '../../control/words/layout.ts';
import {
  abortSignal,
  anyFunction,
  anyText,
  checkOptions,
  type OptionRule,
  type OptionRules,
  oneOfThese,
  trueOrFalse,
  wholeNumber,
} from '../../platform/options_check.ts';
import { STRATEGY_NAMES } from '../../strategies/registry.ts';
import type { ReplayOptions } from '../replay/replay.ts';
import type { ShrinkOptions } from '../replay/shrink.ts';
import type { ExploreOptions } from '../search/explore.ts';
import { BOUNDS } from './bounds.ts';

const within = ([least, most]: readonly [number, number]): OptionRule => wholeNumber(least, most);

const EXPLORE: OptionRules<ExploreOptions> = {
  threads: within(BOUNDS.threads),
  schedules: within(BOUNDS.schedules),
  timeMs: within(BOUNDS.timeMs),
  strategy: oneOfThese(STRATEGY_NAMES),
  depth: within(BOUNDS.depth),
  preemptions: within(BOUNDS.preemptions),
  seed: within(BOUNDS.seed),
  stepLimit: within(BOUNDS.stepLimit),
  spinLimit: within(BOUNDS.spinLimit),
  hangMs: within(BOUNDS.hangMs),
  timeouts: oneOfThese(TIMEOUT_NAMES),
  onRemark: anyFunction,
  jobs: within(BOUNDS.jobs),
  directory: anyText,
  signal: abortSignal,
};

const fileOrNone: OptionRule = (value) => (value === null ? undefined : anyText(value));

const SHRINK: OptionRules<ShrinkOptions> = {
  timeMs: within(BOUNDS.timeMs),
  schedules: within(BOUNDS.schedules),
  file: anyText,
  html: (value) => (fileOrNone(value) === undefined ? undefined : 'a path, and null for no file'),
  allowOutside: trueOrFalse,
  signal: abortSignal,
};

const REPLAY: OptionRules<ReplayOptions> = { print: trueOrFalse, allowOutside: trueOrFalse };

/** What the same things are called on the command line. */
const COMMAND_LINE = {
  time: 'timeMs',
  steps: 'stepLimit',
  spin: 'spinLimit',
  hang: 'hangMs',
  output: 'directory',
};

/** @throws `Usage`, naming the option, the value and what is allowed; likewise below */
export function checkExploreOptions(options: unknown): void {
  checkOptions(options, EXPLORE, 'explore()', COMMAND_LINE);
}

export function checkReplayOptions(options: unknown): void {
  checkOptions(options, REPLAY, 'replay()');
}

export function checkShrinkOptions(options: unknown): void {
  checkOptions(options, SHRINK, 'shrink()', { time: 'timeMs', output: 'file' });
}
