/**
 * A failing schedule as it is shown, step by step: plain JSON, so that a page can hold it and a file can keep it.
 *
 * Schedules have up to hundreds of thousands of steps. So texts, stacks and places are written once and referred to by
 * index, and the value of a word or the state of a thread is written only when it changes.
 */
export interface InterleavingView {
  readonly verdict: string;
  /** One line. */
  readonly message: string;
  /** More lines: who waits for what, a stack. */
  readonly details: readonly string[];
  /** Index in `places`: where the error was thrown; null if there is none, or it is not known. */
  readonly thrownAt: number | null;
  readonly cause: ViewedCause | null;
  readonly about: ViewedSchedule;
  readonly switches: number;
  readonly preemptions: number;
  /** 16 hexadecimal digits; equal for executions of the same events. */
  readonly eventHash: string;
  readonly steps: readonly ViewedStep[];
  /** Steps as source text, with `#` for each of the step's numbers: `compareExchange(lock[0], #, #) = #`. */
  readonly texts: readonly string[];
  /** Each a list of indices in `places`, innermost first. */
  readonly stacks: readonly (readonly number[])[];
  readonly places: readonly ViewedPlace[];
  /** Source text around the places. */
  readonly sources: readonly SourceExcerpt[];
  /** By number. */
  readonly threads: readonly ViewedThread[];
  /** The words that the steps touch, in the order of their first touch. */
  readonly words: readonly ViewedWord[];
  /** Messages, ordered by the steps that sent them. */
  readonly messages: readonly ViewedMessage[];
  /** Stretches of steps that are not shown at first, in order, none within another. */
  readonly folds: readonly ViewedFold[];
}

export interface ViewedCause {
  /** As in `lost update`. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly sentence: string;
  /** The steps that it is about, from 0. */
  readonly steps: readonly number[];
}

/** Where the schedule comes from, and how to run it again. */
export interface ViewedSchedule {
  /** The scenario's file, and its query if it has one. */
  readonly scenario: string;
  readonly seed: number;
  /** What found it: a strategy's name, or `first` for the schedule that runs before any strategy. */
  readonly strategy: string;
  /** Its number among those of its job, from 1. */
  readonly schedule: number;
  readonly job: number;
  readonly timeouts: string;
  /** Commands to copy; null if there is no file to run. */
  readonly replay: string | null;
  readonly shrink: string | null;
}

/** What `switched` of a step says: whether its thread was switched to there, and if so, whether the one before could have gone on. */
export const SWITCHED = { NO: 0, SWITCH: 1, PREEMPTION: 2 } as const;

/**
 * A step: its thread, its text, its stack (an index each; stack -1: not taken), one of `SWITCHED`, and the numbers that stand for
 * each `#` of its text. Without numbers the text is as it is.
 */
export type ViewedStep = readonly [
  thread: number,
  text: number,
  stack: number,
  switched: number,
  ...numbers: number[],
];

/** A place in a source file, line and column from 1. */
export interface ViewedPlace {
  /** Relative to the working folder if it lies below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of the function; empty if it has no name. */
  readonly name: string;
}

export interface SourceExcerpt {
  readonly file: string;
  /** Number of the first line, from 1. */
  readonly from: number;
  readonly lines: readonly string[];
}

export interface ViewedThread {
  /** Absent: it is called by its number. */
  readonly name?: string;
  /** The thread's state from a step on, until the next entry. */
  readonly states: readonly (readonly [step: number, state: string])[];
}

export interface ViewedWord {
  /** As in `words[0]`. */
  readonly name: string;
  readonly bytes: number;
  /** What the word holds after a step and until the next entry. Before the first entry it is not known. */
  readonly values: readonly WordValue[];
}

/**
 * What a word holds from a step on, in decimal; null: not known. If the step changed it, the value before follows;
 * null: not known.
 */
export type WordValue =
  | readonly [step: number, value: string | null]
  | readonly [step: number, value: string | null, before: string | null];

/** A message: the step that sent it, and the one that took it; -1 where nobody did. */
export type ViewedMessage = readonly [sent: number, taken: number];

export interface ViewedFold {
  /** The first and the last step that it hides. */
  readonly from: number;
  readonly to: number;
  /** Why they are hidden, and what they are. */
  readonly text: string;
}
