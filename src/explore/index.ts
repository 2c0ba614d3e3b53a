/** The interleaving explorer: `framelab/explore`. See docs/exploring.md. */

export type { StrategyParam } from '../control/thread/strategy.ts';
export type { Faults } from '../control/words/fault.ts';
export type { TimeoutName } from '../control/words/layout.ts';
export type { Step } from '../control/words/trace.ts';
export type { FaultTools, TakenThreads } from '../intercept/faults/nemesis_tools.ts';
export type { OvertakingTools } from '../intercept/faults/overtaking.ts';
export type { ExplorationEnd, ExplorationResult } from '../results/exploration_result.ts';
export type { Evidence, Finding } from '../results/finding.ts';
export type { KnownFinding, KnownReport } from '../results/known_report.ts';
export {
  describeStrategies,
  type StrategyDescription,
} from '../strategies/describe.ts';
export { count, lowest, nth } from '../strategies/own/mask.ts';
export type {
  OwnOutcome as StrategyOutcome,
  OwnStrategy as Strategy,
  OwnStrategyType as StrategyType,
  PendingOperation,
  StrategyContext,
} from '../strategies/own/own_strategy.ts';
export { STRATEGY_NAMES, type StrategyName } from '../strategies/registry.ts';
export type { Cause, CauseName } from '../verdicts/causes/cause.ts';
export type { Failure } from '../verdicts/failure.ts';
export type { Verdict } from '../verdicts/verdict.ts';
export type { ExploreOptions } from './options/explore_options.ts';
export type { ReplayOptions, ShrinkOptions } from './options/replay_options.ts';
export { renderTable } from './picture/table.ts';
export { explainReplay } from './regress/explain.ts';
export { type Answer, type Following, type ReplayResult, replay } from './regress/replay.ts';
export {
  expectFixed,
  type ReplayAllOptions,
  type Replayed,
  replayAll,
  replayFiles,
  type SuiteResult,
} from './regress/suite.ts';
export type { RecordedPlace, SourceText } from './replay/places.ts';
export type { Recording } from './replay/recording.ts';
export { readRecording, writeRecording } from './replay/replay_file.ts';
export { ScheduleFailed } from './replay/schedule_failed.ts';
export {
  defineScenario,
  type Named,
  type RestorePart,
  type Scenario,
  type SetupOptions,
  type SharedView,
  type ThreadTools,
} from './scenario/scenario.ts';
export {
  type WasmContext,
  type WasmExports,
  type WasmScenarioOptions,
  wasmScenario,
} from './scenario/wasm_scenario.ts';
export { exploration } from './search/exploration.ts';
export { explore } from './search/explore.ts';
export {
  type ExploreProgramOptions,
  exploreProgram,
  programExploration,
} from './search/explore_program.ts';
export type { ExploreResult } from './search/result.ts';
export { type ShrinkResult, shrink } from './shrink/shrink.ts';
