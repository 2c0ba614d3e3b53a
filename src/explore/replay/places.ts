import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventName, KIND } from '../../control/words/operation.ts';
import { portOf } from '../../control/words/place.ts';
import type { Step } from '../../control/words/trace.ts';
import { anyText, type OptionRules, wholeNumber } from '../../platform/options_check.ts';
import { Sources } from '../../verdicts/source.ts';

/** Where a step was taken: by this it is found again in code that was edited since. */
export interface RecordedPlace {
  /** Name of the operation: `load`, `compareExchange`, ... */
  readonly operation: string;
  /** The place in memory as tables show it: `words[0]`; the port, or the event of one; empty where the operation concerns none. */
  readonly memory: string;
  /** Relative to the scenario's folder; empty where it is not known. */
  readonly file: string;
  /** From 1; 0 where it is not known. */
  readonly line: number;
  /** The text of that line, without the spaces around it. */
  readonly text: string;
}

/** The steps of a schedule by their places: each distinct place once, and its index for each step. */
export interface Places {
  readonly places: readonly RecordedPlace[];
  readonly at: readonly number[];
}

/** A line of source, known by its text: its number changes with every edit above it. */
export interface SourceText {
  /** Relative to the scenario's folder. */
  readonly file: string;
  readonly text: string;
}

/** What a schedule left behind. */
export interface Traced {
  readonly steps: readonly Step[];
  /** Stack of each step, where it was taken. */
  readonly sites: ReadonlyMap<number, string>;
  readonly labels: { place(buffer: number, offset: number): string };
}

/** Lines of source are kept up to this length: what is longer is told apart by its beginning. */
const TEXT_LENGTH_MAX = 200;
const PLACES_MAX = 100_000;

/** The rules of each field of a place in a file. */
export const PLACE: OptionRules<RecordedPlace> = {
  operation: anyText,
  memory: (value) => (typeof value === 'string' ? undefined : 'a text'),
  file: (value) => (typeof value === 'string' ? undefined : 'a text'),
  line: wholeNumber(0, 2 ** 31 - 1),
  text: (value) => (typeof value === 'string' && value.length <= TEXT_LENGTH_MAX ? undefined : 'a text'),
};

/** Why a list of places and of indices does not belong to a schedule of so many steps; undefined if it does. */
export function wrongIn({ places, at }: Places, steps: number): string | undefined {
  if (places.length > PLACES_MAX)
    return `places has ${places.length} entries; at most ${PLACES_MAX} are allowed`;
  if (at.length !== steps) return `at has ${at.length} entries, not one for each of ${steps} steps`;
  const wrong = at.find((index) => !Number.isInteger(index) || index < 0 || index >= places.length);
  return wrong === undefined ? undefined : `at names a place ${wrong} of ${places.length}`;
}

/** Every step's place. @param scenario URL of the scenario */
export function placesOf({ steps, sites, labels }: Traced, scenario: string): Places {
  const texts = new SourceTexts(scenario);
  const known = new Map<string, number>();
  const places: RecordedPlace[] = [];
  const at = steps.map((step, i) => {
    const memory = memoryOf(step, labels);
    const stack = sites.get(i) ?? '';
    const key = `${step.operation} ${memory}\n${stack}`;
    let index = known.get(key);
    if (index === undefined) {
      const place = { operation: step.operation, memory, ...texts.innermost(stack) };
      index = places.findIndex(
        (one) => sameText(one, place) && one.line === place.line && one.memory === memory,
      );
      if (index < 0) index = places.push(place) - 1;
      known.set(key, index);
    }
    return index;
  });
  return { places, at };
}

/** What a step works on: a place in memory, a port, or the event that came out of one. */
function memoryOf(step: Step, labels: Traced['labels']): string {
  if (step.size > 0) return labels.place(step.buffer, step.offset);
  if (step.kind === KIND.SPAWN || step.kind === KIND.TERMINATE) return `thread ${step.a}`;
  const port = portOf(step.buffer) < 0 ? '' : labels.place(step.buffer, 0);
  // Nobody called for it, so that no line tells it from others.
  return step.kind === KIND.DELIVER ? `${eventName(step.result)} of ${port}` : port;
}

/** Reads lines of source, and names files relative to the scenario's folder. */
export class SourceTexts {
  private readonly sources = new Sources();
  private readonly folder: string;

  /** @param scenario URL of the scenario */
  constructor(scenario: string) {
    this.folder = dirname(fileURLToPath(scenario));
  }

  /** The innermost line of the code under test in a stack. */
  innermost(stack: string): Pick<RecordedPlace, 'file' | 'line' | 'text'> {
    const place = this.sources.frames(stack)[0];
    if (place === undefined) return { file: '', line: 0, text: '' };
    const { file, text } = this.textAt(place);
    return { file, line: place.line, text };
  }

  /** The line at a place whose file is relative to the working directory. */
  textAt(place: { readonly file: string; readonly line: number; readonly name?: string }): SourceText {
    const path = relative(this.folder, resolve(place.file)).split(sep).join('/');
    const text = this.sources.text({ name: '', ...place, column: 1 });
    return { file: path, text: text.slice(0, TEXT_LENGTH_MAX) };
  }
}

/** The same operation in a line of the same text. The file may have another name now, and the line another number. */
export function sameText(a: RecordedPlace, b: RecordedPlace): boolean {
  return (
    a.operation === b.operation && bare(a.text) === bare(b.text) && (a.text !== '' || a.memory === b.memory)
  );
}

/** The same operation on the same place in memory. */
export function sameMemory(a: RecordedPlace, b: RecordedPlace): boolean {
  return a.operation === b.operation && a.memory === b.memory && a.memory !== '';
}

/** A line of source without what does nothing: spaces, and a comment at its end. */
export function bare(text: string): string {
  return text
    .replace(/\s*\/\/.*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** `load(words[0]) at counter.mjs:5: const seen = Atomics.load(words, 0);` */
export function placeText({ operation, memory, file, line, text }: RecordedPlace): string {
  const where = file === '' ? '' : ` at ${file}:${line}: ${text}`;
  return `${operation}${memory === '' ? '' : `(${memory})`}${where}`;
}
