import { availableParallelism } from 'node:os';
import {
  abortSignal,
  anyText,
  checkOptions,
  type OptionRule,
  type OptionRules,
  oneOfThese,
  trueOrFalse,
  wholeNumber,
} from '../platform/options_check.ts';
import type { ExploreOptions } from './explore.ts';
import type { ShrinkOptions } from './replay/shrink.ts';
import { STRATEGY_NAMES } from './strategy/create.ts';
import { DEPTH_MAX } from './strategy/pct.ts';

const WORD_MAX = 2 ** 31 - 1;

const EXPLORE: OptionRules<ExploreOptions> = {
  threads: wholeNumber(1, 16),
  schedules: wholeNumber(1, WORD_MAX),
  timeMs: wholeNumber(1, WORD_MAX),
  strategy: oneOfThese(STRATEGY_NAMES),
  depth: wholeNumber(1, DEPTH_MAX),
  preemptions: wholeNumber(-1, 1000),
  seed: wholeNumber(0, WORD_MAX),
  stepLimit: wholeNumber(16, 1_000_000),
  spinLimit: wholeNumber(1, 10_000),
  hangMs: wholeNumber(100, WORD_MAX),
  jobs: wholeNumber(1, availableParallelism() * 4),
  directory: anyText,
  signal: abortSignal,
};

const fileOrNone: OptionRule = (value) => (value === null ? undefined : anyText(value));

const SHRINK: OptionRules<ShrinkOptions> = {
  timeMs: wholeNumber(1, WORD_MAX),
  schedules: wholeNumber(1, WORD_MAX),
  file: anyText,
  html: (value) => (fileOrNone(value) === undefined ? undefined : 'a path, and null for no file'),
};

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
  checkOptions(options, { print: trueOrFalse }, 'replay()');
}

export function checkShrinkOptions(options: unknown): void {
  checkOptions(options, SHRINK, 'shrink()', { time: 'timeMs', output: 'file' });
}
