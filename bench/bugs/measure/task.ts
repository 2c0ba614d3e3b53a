import type { Mutant } from '../mutants/mutant.ts';
import type { Program } from '../programs/registry.ts';
import type { MutantEffort, MutantSearch } from './search_mutant.ts';
import type { FixedRun, SearchEffort, Searched } from './search_program.ts';
import type { SoundRun, SoundScenario } from './sound_scenario.ts';
import type { MutantStress, StressEffort } from './stress_mutant.ts';

/** What a process of the bench is asked to do. Plain data. */
export type Task =
  | { readonly kind: 'search'; readonly program: Program; readonly effort: SearchEffort }
  | { readonly kind: 'fixed'; readonly program: Program; readonly strategy: string; readonly cap: number }
  | { readonly kind: 'sound'; readonly scenario: SoundScenario; readonly schedules: number }
  | { readonly kind: 'mutant'; readonly mutant: Mutant; readonly effort: MutantEffort }
  | { readonly kind: 'stress'; readonly mutant: Mutant; readonly effort: StressEffort };

/** What it answers. */
export type Answer =
  | { readonly kind: 'search'; readonly searched: readonly Searched[] }
  | { readonly kind: 'fixed'; readonly run: FixedRun }
  | { readonly kind: 'sound'; readonly run: SoundRun }
  | { readonly kind: 'mutant'; readonly search: MutantSearch }
  | { readonly kind: 'stress'; readonly stress: MutantStress };

/** As it goes over the channel: the answer, or why there is none. */
export type Message = { readonly answer: Answer } | { readonly error: string };

/** A task in a few words. */
export function taskName(task: Task): string {
  if (task.kind === 'sound') return `${task.scenario.name}, sound`;
  if (task.kind === 'mutant') return `${task.mutant.name}, planted`;
  if (task.kind === 'stress') return `${task.mutant.name}, hammered`;
  return task.kind === 'fixed' ? `${task.program.name}, fixed` : task.program.name;
}
