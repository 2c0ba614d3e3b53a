import { KIND } from '../../control/words/operation.ts';
import { type Failure, stepText } from '../../verdicts/failure.ts';
import { type SourcePlace, Sources } from '../../verdicts/source.ts';
import { switchKinds } from '../../verdicts/switches.ts';
import { fold, type Line } from './fold.ts';

/** One row of the table: a step, or several alike ones. */
export interface Row {
  readonly step: number;
  readonly thread: number;
  /** `thread 1`, or `nemesis`. */
  readonly who: string;
  readonly text: string;
  /** Of a message, where it was taken or sent: `-> step 12`; else empty. */
  readonly arrow: string;
  /** Equal for rows that do the same, be it with other values. */
  readonly shape: string;
  /** Innermost place first. */
  readonly places: readonly SourcePlace[];
  readonly source: string;
  /** The thread was switched to here: `preemption` if the one before could have gone on. */
  readonly switched: 'no' | 'switch' | 'preemption';
  /** How often the step was repeated in a row, with the same result. */
  readonly times: number;
}

/** What a failing schedule is shown as. */
export function interleaving(failure: Failure): Line[] {
  return fold(rowsOf(failure, new Sources()), failure.verdict, failure.cause);
}

/** A row for each step. */
export function rowsOf(failure: Failure, sources: Sources): Row[] {
  const kinds = switchKinds(failure);
  const frames = new Map<string, readonly SourcePlace[]>();
  return failure.steps.map((step, i) => {
    const stack = failure.sites.get(i) ?? '';
    const places = frames.get(stack) ?? sources.frames(stack);
    frames.set(stack, places);
    const place = places[0];
    return {
      step: i,
      thread: step.thread,
      who: step.kind === KIND.FAULT ? 'nemesis' : `thread ${step.thread}`,
      text: stepText(failure, i),
      arrow: failure.messages.arrow(i),
      shape: `${step.thread} ${step.kind} ${step.buffer} ${step.offset} ${place?.file}:${place?.line}`,
      places,
      source: place === undefined ? '' : sources.text(place),
      switched: kinds[i],
      times: 1,
    };
  });
}
