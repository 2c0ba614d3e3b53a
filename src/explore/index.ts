/** The interleaving explorer: `framelab/explore`. See docs/exploring.md. */
export { type Failure, ScheduleFailed } from './execution.ts';
export { type ExploreOptions, type ExploreResult, explore } from './explore.ts';
export { type ReplayResult, replay } from './replay.ts';
export { type Recording, readRecording } from './replay_file.ts';
export { type ShrinkOptions, type ShrinkResult, shrink } from './shrink.ts';
export { STRATEGY_NAMES, type StrategyName } from './strategy/create.ts';
export { renderTable } from './table.ts';
export type { Step } from './trace.ts';
export type { Verdict } from './verdict.ts';
