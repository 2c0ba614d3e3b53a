import { KIND } from '../../control/words/operation.ts';
import {
  type InterleavingView,
  SWITCHED,
  type ViewedFold,
  type ViewedPlace,
  type ViewedSchedule,
  type ViewedStep,
  type ViewedThread,
} from '../../results/interleaving_view.ts';
import { type Failure, wideKey } from '../../verdicts/failure.ts';
import { Sources } from '../../verdicts/source.ts';
import { costOf } from '../../verdicts/switches.ts';
import { excerptsAround } from './excerpts.ts';
import { fold, isFold } from './fold.ts';
import { type Row, rowsOf } from './interleaving.ts';
import { threadStates } from './thread_states.ts';
import { wordValues } from './word_values.ts';

const SWITCHES = { no: SWITCHED.NO, switch: SWITCHED.SWITCH, preemption: SWITCHED.PREEMPTION } as const;

/**
 * A failing schedule as plain data, for a page or a file.
 *
 * @param threads how many it had, whether or not each did a step; of a program those are shown that were started
 */
export function viewOf(failure: Failure, about: ViewedSchedule, threads: number): InterleavingView {
  const { verdict, message, cause, eventHash, steps, labels } = failure;
  const sources = new Sources();
  const rows = rowsOf(failure, sources);
  const texts = new Numbered<string>((text) => text);
  const places = new Numbered<ViewedPlace>(
    ({ file, line, column, name }) => `${file} ${line} ${column} ${name}`,
  );
  const stacks = new Numbered<readonly number[]>((stack) => stack.join());
  const viewed = rows.map((row): ViewedStep => {
    const stack = row.places.length === 0 ? -1 : stacks.of(row.places.map((place) => places.of(place)));
    const { text, numbers } = withoutNumbers(row.text);
    return [row.thread, texts.of(text), stack, SWITCHES[row.switched], ...numbers];
  });
  const details = failure.details.map((line) => line.trim()).filter((line) => line !== '');
  const thrown = details.map(placeIn).find((place) => place !== undefined);
  const thrownAt = thrown === undefined ? null : places.of(thrown);
  const cost = costOf(failure);
  return {
    verdict,
    message,
    details,
    thrownAt,
    cause: cause === undefined ? null : { name: cause.name, sentence: cause.sentence, steps: cause.steps },
    about,
    switches: cost.switches,
    preemptions: cost.preemptions,
    eventHash,
    steps: viewed,
    texts: texts.all,
    stacks: stacks.all,
    places: places.all,
    sources: excerptsAround(places.all, sources),
    threads: withNemesis(failure, threadStates(failure, threadsShown(failure, threads))),
    messages: failure.messages.all.map(({ sent, taken }) => [sent, taken]),
    words: wordValues(steps, labels, (place) => failure.wideEnds.get(wideKey(place))),
    folds: foldsOf(rows, failure),
  };
}

/** The last of them is no thread where there are faults. */
function withNemesis({ steps }: Failure, threads: ViewedThread[]): ViewedThread[] {
  const fault = steps.find(({ kind }) => kind === KIND.FAULT);
  return threads.map((thread, i) => (i === fault?.thread ? { name: 'nemesis', states: [[0, '']] } : thread));
}

/** Of a program, its main thread and the Workers that it started; of a scenario also those that did nothing. */
function threadsShown({ steps, isProgram }: Failure, threads: number): number {
  const started = steps.map(({ kind, thread, a }) => (kind === KIND.SPAWN ? Math.max(thread, a) : thread));
  const least = isProgram ? 1 : threads;
  return started.reduce((most, thread) => Math.max(most, thread + 1), least);
}

/** Values that are each written once, and named by their number. */
class Numbered<T> {
  readonly all: T[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly keyOf: (value: T) => string;

  constructor(keyOf: (value: T) => string) {
    this.keyOf = keyOf;
  }

  of(value: T): number {
    const key = this.keyOf(value);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.all.length);
    return this.all.push(value) - 1;
  }
}

/** A step's text with `#` for its operands and its result; as it is where a name in it has a `#`. */
function withoutNumbers(text: string): { readonly text: string; readonly numbers: number[] } {
  const numbers: number[] = [];
  if (text.includes('#')) return { text, numbers };
  const template = text.replace(/(?<=[ (])-?\d+(?=[,) ]|$)/g, (number) => {
    numbers.push(Number(number));
    return '#';
  });
  return { text: template, numbers };
}

/** The place that a line of a stack names, as `Sources` writes it. */
function placeIn(line: string): ViewedPlace | undefined {
  const match = /^at (?:(.*) \()?(?:file:\/\/)?(\S+?):(\d+):(\d+)\)?$/.exec(line);
  if (match === null || match[2].startsWith('node:')) return undefined;
  return { file: match[2], line: Number(match[3]), column: Number(match[4]), name: match[1] ?? '' };
}

/** The stretches that `fold` hides. */
function foldsOf(rows: readonly Row[], { verdict, cause }: Failure): ViewedFold[] {
  return fold(rows, verdict, cause).flatMap((line) => {
    if (isFold(line)) return [{ from: line.from, to: line.to, text: line.fold }];
    const { step, times } = line;
    if (times === 1) return [];
    const to = step + times - 1;
    return [
      { from: step + 1, to, text: `step ${step} repeats: x ${times.toLocaleString('en')}, up to step ${to}` },
    ];
  });
}
