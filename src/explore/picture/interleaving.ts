import type { Failure } from '../failure/execution.ts';
import { type SourcePlace, Sources } from './source.ts';

/** One row of the table: a step, or several alike steps of a spin. */
export interface Row {
  readonly step: number;
  readonly thread: number;
  readonly text: string;
  /** Innermost place first. */
  readonly places: readonly SourcePlace[];
  readonly source: string;
  /** The thread was switched to here: `preemption` if the one before could have gone on. */
  readonly switched: 'no' | 'switch' | 'preemption';
  /** How often the step was repeated in a row, with the same result. */
  readonly times: number;
}

/** Context switches of a schedule, and those that were preemptions. */
export interface Cost {
  readonly preemptions: number;
  readonly switches: number;
  readonly steps: number;
}

/** Steps that a failing schedule is shown as. */
export function rows(failure: Failure): Row[] {
  const sources = new Sources();
  const kinds = switchKinds(failure);
  const result: Row[] = [];
  failure.steps.forEach((step, i) => {
    const places = sources.frames(failure.sites.get(i) ?? '');
    const text = failure.labels.step(step);
    const place = places[0];
    const row: Row = {
      step: i,
      thread: step.thread,
      text,
      places,
      source: place === undefined ? '' : sources.text(place),
      switched: kinds[i],
      times: 1,
    };
    const last = result[result.length - 1];
    const again =
      last !== undefined &&
      kinds[i] === 'no' &&
      last.text === text &&
      last.places[0]?.line === place?.line &&
      last.places[0]?.file === place?.file;
    if (again) result[result.length - 1] = { ...last, times: last.times + 1 };
    else result.push(row);
  });
  return result;
}

/** For each step, whether the thread was switched to there, and whether the one before could have gone on. */
export function switchKinds({ steps }: Pick<Failure, 'steps'>): ('no' | 'switch' | 'preemption')[] {
  return steps.map((step, i) => {
    if (i === 0 || steps[i - 1].thread === step.thread) return 'no';
    return step.preempts ? 'preemption' : 'switch';
  });
}

export function costOf(failure: Pick<Failure, 'steps'>): Cost {
  const kinds = switchKinds(failure);
  return {
    preemptions: kinds.filter((kind) => kind === 'preemption').length,
    switches: kinds.filter((kind) => kind !== 'no').length,
    steps: failure.steps.length,
  };
}
