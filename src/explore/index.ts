/** The interleaving explorer: `framelab/explore`. See docs/exploring.md. */

export type { Step } from './control/trace.ts';
export { type ExploreOptions, type ExploreResult, explore } from './explore.ts';
export type { Cause, CauseName } from './failure/cause.ts';
export { type Failure, ScheduleFailed } from './failure/execution.ts';
export type { Verdict } from './failure/verdict.ts';
export { renderTable } from './picture/table.ts';
export { type ReplayResult, replay } from './replay/replay.ts';
export { type Recording, readRecording } from './replay/replay_file.ts';
export { type ShrinkOptions, type ShrinkResult, shrink } from './replay/shrink.ts';
export { STRATEGY_NAMES, type StrategyName } from './strategy/create.ts';
