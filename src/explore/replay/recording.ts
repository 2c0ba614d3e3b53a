import type { ProgramAsked } from '../../control/session/protocol.ts';
import { type Faults, LANES_FROM } from '../../control/words/fault.ts';
import { EVENTS_MAX, FAIL, TIMEOUT_NAMES, type TimeoutName } from '../../control/words/layout.ts';
import { faultsRule } from '../../intercept/faults/nemesis_grammar.ts';
import { checksum } from '../../platform/canonical_json.ts';
import { LabError } from '../../platform/error.ts';
import {
  type OptionRule,
  type OptionRules,
  oneOfThese,
  show,
  trueOrFalse,
  wholeNumber,
} from '../../platform/options_check.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { RECORDING_FORMAT } from '../../results/replay_file.ts';
import { VERDICTS } from '../../verdicts/blame.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { BOUNDS } from '../options/bounds.ts';
import type { AllowedRace } from '../scenario/allowed_races.ts';
import { lanesOf } from '../scenario/faults.ts';
import { PLACE, type RecordedPlace, type SourceText, wrongIn } from './places.ts';
import type { FailureSite } from './site.ts';

export const FORMAT = RECORDING_FORMAT;
/**
 * Version 1 had no checksum and gave failures by number: it is not read, for damage to it cannot be told. Version 2 had
 * no places: such a recording cannot be followed where its thread turns do not fit any more.
 */
const VERSION = 3;
const VERSION_OLDEST = 2;

/** How a failure was found. */
export interface Found {
  /** A strategy's name, a user's by its module as it was given, or `first` for the schedule that is run before any, to see whether it can be repeated. */
  readonly strategy: string;
  /** The number of the schedule among those of its job, from 1. */
  readonly schedule: number;
  readonly job: number;
}

/** A failing schedule, and what it takes to run it again. */
export interface Recording {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** The versions of framelab and of Node.js that recorded it. */
  readonly framelab: string;
  readonly node: string;
  /** URL of the scenario; in a file, its path relative to the file. */
  readonly scenario: string;
  /** SHA-256 of the scenario's file, without what it imports. */
  readonly scenarioHash: string;
  readonly threads: number;
  /** It is a program: its main file is `scenario`, and `threads` are its main thread and its Workers. */
  readonly program?: ProgramAsked;
  /** Workers that threads of the scenario started. */
  readonly workers?: number;
  /** Choices among the events of threads that were not the first: thread, number of its event from 0, choice, and so on. */
  readonly events?: readonly number[];
  /** For scenarios that export `operations`. */
  readonly operations?: number;
  readonly seed: number;
  readonly stepLimit: number;
  readonly spinLimit: number;
  readonly hangMs: number;
  /** When waits with a timeout timed out in this schedule. */
  readonly timeouts: TimeoutName;
  /** Plain accesses were looked at. */
  readonly races?: boolean;
  /** Data races were gone past, to what they do. */
  readonly raceEffects?: boolean;
  /** Data races that were allowed. */
  readonly allowRaces?: readonly AllowedRace[];
  /** Words whose plain accesses are steps: the number of a buffer, and of 4 bytes of it; and so on. */
  readonly plainSteps?: readonly number[];
  /** Faults that may happen, most of each kind. Those that did are steps of the schedule. */
  readonly faults?: Faults;
  readonly verdict: Verdict;
  readonly message: string;
  /** What the worker found that failed: the verdict says more, the workers know no more. */
  readonly failure: FailureName;
  /** Hash of all events of the execution. */
  readonly eventHash: string;
  readonly steps: number;
  /**
   * Who runs, for how many steps each: thread, steps, thread, steps, ... Where there are faults, they are lanes of the nemesis from 16 on: what it does to
   * thread 0, 1, ..., first of those of `kill`, `stop`, and both others together that are among `faults`.
   */
  readonly schedule: readonly number[];
  /** How it was found. */
  readonly found: Found;
  /** The distinct places of its steps; not in files of version 2. */
  readonly places?: readonly RecordedPlace[];
  /** For each step, the index of its place. */
  readonly at?: readonly number[];
  /** The line that threw, or those where threads stay that do not end. */
  readonly site?: readonly SourceText[];
  /** The name of its cause, where that was known. */
  readonly cause?: FailureSite['cause'];
}

/** The names of `FAIL`, whose numbers are no one else's business. */
export type FailureName = string;

export function failureName(failure: number): FailureName {
  const [key] = Object.entries(FAIL).find(([, value]) => value === failure) ?? ['NONE'];
  return nameOf(key);
}

export function failureNumber(name: FailureName): number {
  const [, value] = Object.entries(FAIL).find(([key]) => nameOf(key) === name) ?? ['', FAIL.NONE];
  return value;
}

function nameOf(key: string): FailureName {
  return key.toLowerCase().replaceAll('_', '-');
}

const MESSAGE_LENGTH_MAX = 100_000;

/** A recording of what was found, with the present versions of framelab and Node.js. */
export function makeRecording(what: Omit<Recording, 'format' | 'version' | 'framelab' | 'node'>): Recording {
  const { message, operations } = what;
  const head = { format: FORMAT, version: VERSION, framelab: TOOL_VERSION, node: process.version } as const;
  return {
    ...head,
    ...what,
    // Again, should `what` come out of a file with others.
    ...head,
    message: message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX - 3)}...` : message,
    // What JSON cannot hold is left to the scenario, which exports it.
    operations: Number.isFinite(operations) ? operations : undefined,
  };
}

function textOf(shape: RegExp, what: string): OptionRule {
  return (value) => (typeof value === 'string' && shape.test(value) ? undefined : what);
}

const version = textOf(/^[\w.+-]{1,100}$/, 'a version');
const wholeWithin = ([least, most]: readonly [number, number]): OptionRule => wholeNumber(least, most);

const FOUND: OptionRules<Found> = {
  strategy: textOf(/^[^\p{Cc}]{1,4096}$/u, 'the name of a strategy, or the path of its module'),
  schedule: wholeNumber(1, 2 ** 32),
  job: wholeNumber(0, BOUNDS.jobs[1] - 1),
};

/** One rule for each field: what has no rule is refused. */
const FIELDS: OptionRules<Recording> = {
  format: oneOfThese([FORMAT]),
  version: wholeNumber(VERSION_OLDEST, VERSION),
  framelab: version,
  node: version,
  scenario: textOf(/^[^\0]{1,65536}$/, 'a path'),
  scenarioHash: textOf(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
  threads: wholeWithin(BOUNDS.threads),
  program: aProgram,
  workers: wholeNumber(0, BOUNDS.threads[1] - 1),
  events: someNumbers,
  operations: (value) => (Number.isFinite(value) ? undefined : 'a number'),
  seed: wholeWithin(BOUNDS.seed),
  stepLimit: wholeWithin(BOUNDS.stepLimit),
  spinLimit: wholeWithin(BOUNDS.spinLimit),
  hangMs: wholeWithin(BOUNDS.hangMs),
  timeouts: oneOfThese(TIMEOUT_NAMES),
  races: trueOrFalse,
  raceEffects: trueOrFalse,
  allowRaces: aList,
  plainSteps: aList,
  faults: faultsRule,
  verdict: oneOfThese(VERDICTS),
  message: (value) =>
    typeof value === 'string' && value.length <= MESSAGE_LENGTH_MAX
      ? undefined
      : `a text of at most ${MESSAGE_LENGTH_MAX} characters`,
  failure: oneOfThese(Object.keys(FAIL).map(nameOf)),
  eventHash: textOf(/^[0-9a-f]{16}$/, '16 hexadecimal digits'),
  steps: wholeNumber(0, BOUNDS.stepLimit[1] + 2),
  schedule: (value) => (Array.isArray(value) ? undefined : 'a list of numbers'),
  found: anObject,
  places: aList,
  at: aList,
  site: aList,
  cause: textOf(/^[^\p{Cc}]{1,100}$/u, 'the name of a cause'),
};
const OPTIONAL: readonly string[] = [
  'program',
  'workers',
  'events',
  'operations',
  'races',
  'raceEffects',
  'allowRaces',
  'plainSteps',
  'faults',
  'site',
  'cause',
];
/** What is new in version 3. */
const SINCE_3: readonly string[] = [
  'program',
  'workers',
  'events',
  'races',
  'raceEffects',
  'allowRaces',
  'plainSteps',
  'faults',
  'places',
  'at',
  'site',
  'cause',
];

const SOURCE_TEXT: OptionRules<SourceText> = { file: PLACE.file, text: PLACE.text };
const SITES_MAX = 64;

function aList(value: unknown): string | undefined {
  return Array.isArray(value) ? undefined : 'a list';
}

/** Arguments, the exit code that is right, and a module that looks at the end. */
function aProgram(value: unknown): string | undefined {
  const allowed =
    'an object with args, a list of texts, exitCode, a whole number, and check, a path, if there is one';
  if (anObject(value) !== undefined) return allowed;
  const { args, exitCode, check, ...others } = value as Record<string, unknown>;
  const isRight =
    Array.isArray(args) &&
    args.every((arg) => typeof arg === 'string') &&
    Number.isInteger(exitCode) &&
    (check === undefined || typeof check === 'string') &&
    Object.keys(others).length === 0;
  return isRight ? undefined : allowed;
}

function someNumbers(value: unknown): string | undefined {
  const isRight =
    Array.isArray(value) &&
    value.length % 3 === 0 &&
    value.length <= 3 * EVENTS_MAX &&
    value.every((one) => Number.isInteger(one) && one >= 0);
  return isRight ? undefined : `a list of at most ${3 * EVENTS_MAX} whole numbers, three for each choice`;
}

function anObject(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'an object';
}

/**
 * Whether this is a recording: every field there, of its type and in its range, the schedule bounded and made of the
 * recorded threads and steps. Nothing is expanded before that is known.
 *
 * @throws `Usage`, in the name of `source`
 */
export function checkRecording(content: object, source: string): asserts content is Recording {
  const { format, version: given } = content as Partial<Recording>;
  if (format !== FORMAT) {
    throw new LabError(
      'Usage',
      `${source} is not a replay file: its format is ${show(format)}, not "${FORMAT}"`,
    );
  }
  if (!Number.isInteger(given) || (given as number) < VERSION_OLDEST || (given as number) > VERSION) {
    const hint =
      (given as unknown) === 1
        ? '. Files of version 1 have no checksum, so that damage to them cannot be told: find it again with explore'
        : '';
    throw new LabError(
      'Usage',
      `${source} is a replay file of version ${show(given)}; this framelab reads versions ${VERSION_OLDEST} and ${VERSION}${hint}`,
    );
  }
  const recording = content as Recording;
  const rules = given === VERSION ? FIELDS : without(SINCE_3);
  checkFields(content, rules, source, OPTIONAL);
  checkFields(recording.found, FOUND, `${source}: found`, []);
  checkSchedule(recording, source);
  checkPlaces(recording, source);
}

function without(names: readonly string[]): Readonly<Record<string, OptionRule>> {
  return Object.fromEntries(Object.entries(FIELDS).filter(([name]) => !names.includes(name)));
}

function checkPlaces({ places, at, site = [], steps }: Recording, source: string): void {
  const check = (value: unknown, rules: Readonly<Record<string, OptionRule>>, name: string): void => {
    const wrong = anObject(value);
    if (wrong !== undefined) throw damaged(source, `${name} is ${show(value)}; allowed: ${wrong}`);
    checkFields(value as object, rules, `${source}: ${name}`, []);
  };
  if (site.length > SITES_MAX)
    throw damaged(source, `site has ${site.length} entries, more than ${SITES_MAX}`);
  site.forEach((one, i) => {
    check(one, SOURCE_TEXT, `site[${i}]`);
  });
  if (places === undefined || at === undefined) return;
  places.forEach((place, i) => {
    check(place, PLACE, `places[${i}]`);
  });
  const wrong = wrongIn({ places, at }, steps);
  if (wrong !== undefined) throw damaged(source, wrong);
}

function checkFields(
  content: object,
  rules: Readonly<Record<string, OptionRule>>,
  source: string,
  optional: readonly string[],
): void {
  for (const name of Object.keys(content)) {
    if (!Object.hasOwn(rules, name)) throw damaged(source, `there is no field ${show(name)}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = (content as Record<string, unknown>)[name];
    if (value === undefined && optional.includes(name)) continue;
    if (value === undefined) throw damaged(source, `${name} is missing`);
    const allowed = rule(value);
    if (allowed !== undefined) throw damaged(source, `${name} is ${show(value)}; allowed: ${allowed}`);
  }
}

function checkSchedule(recording: Recording, source: string): void {
  const { schedule, steps, stepLimit } = recording;
  const threads = recording.threads + (recording.workers ?? 0);
  const lanes = LANES_FROM + lanesOf(recording.faults ?? {}) * recording.threads;
  if (schedule.length % 2 !== 0) throw damaged(source, 'schedule has a thread without a number of steps');
  let sum = 0;
  for (let i = 0; i < schedule.length; i += 2) {
    const [thread, length] = [schedule[i], schedule[i + 1]];
    const acts = thread < threads || (thread >= LANES_FROM && thread < lanes);
    if (!Number.isInteger(thread) || thread < 0 || !acts) {
      throw damaged(source, `schedule names a thread ${show(thread)}; there are 0 to ${threads - 1}`);
    }
    if (!Number.isInteger(length) || length < 1 || length > stepLimit + 2) {
      throw damaged(source, `schedule has ${show(length)} steps in a row; allowed are 1 to ${stepLimit + 2}`);
    }
    sum += length;
    if (sum > steps) break;
  }
  if (sum !== steps) throw damaged(source, `schedule does not have the ${steps} steps that were recorded`);
}

function damaged(source: string, why: string): LabError {
  return new LabError('Usage', `${source} is not a whole replay file: ${why}`);
}

/**
 * A recording as JSON, with its checksum: a line for each field, or all in one line. The checksum does not cover `hmac`,
 * which says who wrote it and nothing of what was found.
 */
export function recordingText(recording: Recording, form: 'lines' | 'line' = 'lines', hmac?: string): string {
  const fields = Object.entries({ ...recording, checksum: checksum(recording), hmac })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return form === 'line' ? `{${fields.join(', ')}}` : `{\n ${fields.join(',\n ')}\n}\n`;
}

/** What a replay file holds. */
export interface RecordingText {
  readonly recording: Recording;
  /** As it was given, which proves nothing yet. */
  readonly hmac: unknown;
}

/** The recording in JSON text. @throws `Usage`, in the name of `source`, for everything else */
export function parseRecording(text: string, source: string): RecordingText {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new LabError('Usage', `${source} cannot be read as a replay: ${why}`, { cause });
  }
  if (typeof content !== 'object' || content === null) {
    throw new LabError('Usage', `${source} is not a replay file: it holds ${show(content)}`);
  }
  const { checksum: given, hmac, ...recording } = content as Record<string, unknown>;
  checkRecording(recording, source);
  if (given !== checksum(recording)) {
    throw damaged(source, 'its checksum does not fit its content, so that it was damaged, or edited');
  }
  return { recording, hmac };
}
