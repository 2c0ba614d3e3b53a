import type { TimeoutName } from '../../../src/control/words/layout.ts';

/** A bug planted in a copy of this package, and where it is looked for. Plain data. */
export interface Mutant {
  readonly name: string;
  /** What is wrong, in a line. */
  readonly planted: string;
  /** The compiled file, below `dist/src`. */
  readonly file: string;
  /** What stands there, exactly once, and what takes its place: of as many lines, so that places in the source stay right. */
  readonly from: string;
  readonly to: string;
  readonly scenario: MutantScenario;
  /** Arguments of `framelab run` that reach it; undefined where no run does. */
  readonly stress?: readonly string[];
  /** Why it is no bug: then nothing is to be found. */
  readonly equivalent?: string;
}

/** What explores it. */
export interface MutantScenario {
  /** A file below the root of the package, perhaps with a query. */
  readonly file: string;
  readonly threads?: number;
  /** Plain accesses are looked at, too: for bugs in words that are not atomic. */
  readonly races?: boolean;
  readonly timeouts?: TimeoutName;
  /** Iterations that a loop may go on in vain: for waiters that sleep after so many looks. */
  readonly spinLimit?: number;
}

/** The scenarios of the tests, and those that are written for mutants. */
export const MACHINE = 'test/explore/scenarios/machine';
export const OWN = 'bench/bugs/mutants/scenarios';
