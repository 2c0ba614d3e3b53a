import type { ProgramAsked } from '../../control/session/protocol.ts';
import type { TeamOptions } from '../../control/session/team.ts';
import type { Faults } from '../../control/words/fault.ts';
import type { OwnSource } from '../../strategies/own/source.ts';
import type { AllowedRace } from './allowed_races.ts';

/** Threads of a scenario that says nothing, and is asked for no other number. */
export const THREADS_USUAL = 2;

/** What a session is made of. */
export interface SessionOptions extends TeamOptions {
  /** URL of the scenario module, or of a program's main file. */
  readonly scenario: string;
  /** It is a program, and not a scenario. */
  readonly program?: ProgramAsked;
  /** Every worker runs its part of the program in all schedules. By default each schedule has new workers. */
  readonly reuse?: boolean;
  /** Choices among events that every run makes that is given none. By default strategies make their own. */
  readonly events?: readonly number[];
  /** Threads that stand ready for Workers, beside the scenario's or a program's main thread. By default as many as turn out to be needed. */
  readonly workers?: number;
  /** Number of threads; by default what the scenario exports, or 2. */
  readonly threads?: number;
  /** Passed to `setup`, for scenarios that export `operations`. */
  readonly operations?: number;
  readonly seed: number;
  /** Which of several explorations with this seed: their schedules differ, the scenario's random numbers do not. */
  readonly job?: number;
  /** Look at plain accesses, and find data races, or what they do. Default false. */
  readonly races?: boolean;
  readonly raceEffects?: boolean;
  /** Data races that are intended. Default: none but those that are marked at the access. */
  readonly allowRaces?: readonly AllowedRace[];
  /** Words whose plain accesses are steps, known from before: pairs of buffer and granule of 4 bytes. */
  readonly plainSteps?: readonly number[];
  /** Faults that may happen in a schedule. By default those that the scenario exports. */
  readonly faults?: Faults;
  /** Count the behaviours that schedules show. Default false. */
  readonly coverage?: boolean;
  readonly stepLimit: number;
  readonly spinLimit: number;
  /** A strategy of the user's, which runs may ask for by its URL. */
  readonly strategy?: OwnSource;
}
