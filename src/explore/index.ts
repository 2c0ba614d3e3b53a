/** The interleaving explorer: `framelab/explore`. See docs/exploring.md. */

export type { TimeoutName } from './control/layout.ts';
export type { Step } from './control/trace.ts';
export { type ExploreOptions, explore } from './explore.ts';
export type { Cause, CauseName } from './failure/cause.ts';
export { type Failure, ScheduleFailed } from './failure/execution.ts';
export type { Verdict } from './failure/verdict.ts';
export { renderTable } from './picture/table.ts';
export type { Recording } from './replay/recording.ts';
export { type ReplayOptions, type ReplayResult, replay } from './replay/replay.ts';
export { readRecording, writeRecording } from './replay/replay_file.ts';
export { type ShrinkOptions, type ShrinkResult, shrink } from './replay/shrink.ts';
export type { ExploreResult } from './result.ts';
export { STRATEGY_NAMES, type StrategyName } from './strategy/create.ts';
