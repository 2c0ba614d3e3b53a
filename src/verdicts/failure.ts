import { Labels, type NamedWords } from '../control/memory/labels.ts';
import { readPorts } from '../control/memory/port_names.ts';
import { reachableBuffers } from '../control/memory/reach.ts';
import type { RunOutcome } from '../control/session/run.ts';
import { FAIL, H, type Layout } from '../control/words/layout.ts';
import { isOwnBuffer } from '../control/words/place.ts';
import { Sets } from '../control/words/sets.ts';
import {
  eventHash,
  readBlocked,
  readGone,
  readTimers,
  readTrace,
  type Step,
} from '../control/words/trace.ts';
import { waitingTexts } from './blocked.ts';
import { type Cause, causeLine, causeOf } from './causes/cause.ts';
import { type RacedAccess, racedAccesses } from './data_race.ts';
import type { Evidence } from './evidence.ts';
import { faultLines, notLockFree, takenOwner } from './faults.ts';
import { History, overlap, sees, valueAfter, writes } from './history.ts';
import { readIdle } from './idle.ts';
import { Messages } from './messages.ts';
import { qualify } from './outside.ts';
import { type SourcePlace, Sources } from './source.ts';
import { type Diagnosis, diagnose } from './verdict.ts';

/** A failing execution with all that is known about it. */
export interface Failure extends Diagnosis {
  /** Why, by its name, where the trace shows it surely. */
  readonly cause: Cause | undefined;
  /** Where the error was thrown, if one was. */
  readonly thrown: SourcePlace | undefined;
  /** Of a data race: both accesses. */
  readonly raced: readonly RacedAccess[];
  readonly eventHash: string;
  readonly steps: readonly Step[];
  readonly labels: Labels;
  readonly messages: Messages;
  /** What threads waited for in their event loops when nobody could run. */
  readonly waiting: ReadonlyMap<number, string>;
  /** A whole program ran, and no scenario. */
  readonly isProgram: boolean;
  /** Stack of each step, where it was taken. */
  readonly sites: ReadonlyMap<number, string>;
  /** One of `FAIL`. */
  readonly failure: number;
  /** What each word of 64 bits that the steps touch held at the end, by `wideKey`: steps record the lower halves only. */
  readonly wideEnds: ReadonlyMap<string, bigint>;
}

/** Names a word of 64 bits in `wideEnds`. */
export function wideKey({ buffer, offset }: Pick<Step, 'buffer' | 'offset'>): string {
  return `${buffer} ${offset}`;
}

/** What an execution left behind. */
export interface Executed {
  readonly words: Int32Array;
  readonly layout: Layout;
  /** The value that its threads share. */
  readonly shared: unknown;
  /** What the scenario calls its words. */
  readonly names: readonly NamedWords[];
}

export function labelsOf({ shared, names, words, layout }: Executed): Labels {
  const { buffers, views } = reachableBuffers(shared);
  const elementBytes = elementsOf(readTrace(words, layout));
  return new Labels(buffers, views, names, { ports: readPorts(words, layout), elementBytes });
}

/** The size of all accesses to each buffer that a schedule made, where it is the same; else 1. */
function elementsOf(steps: readonly Step[]): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const { buffer, size } of steps) {
    if (size === 0 || !isOwnBuffer(buffer)) continue;
    const known = sizes.get(buffer);
    sizes.set(buffer, known === undefined || known === size ? size : 1);
  }
  return sizes;
}

/** Reads what the words say about its last execution; undefined if it did not fail. */
export function failureOf(executed: Executed, outcome: RunOutcome): Failure | undefined {
  if (outcome.reason !== 'failed' && outcome.reason !== 'hung' && outcome.reason !== 'died') return undefined;
  const { words, layout } = executed;
  const labels = labelsOf(executed);
  const { buffers } = reachableBuffers(executed.shared);
  const steps = readTrace(words, layout);
  const history = new History(steps);
  const messages = new Messages(steps, outcome.texts);
  const valueAt = (buffer: number, offset: number): number | undefined => {
    const shared = buffers[buffer];
    if (shared !== undefined) return new DataView(shared).getInt32(offset, true);
    // Memory that the schedule made is out of reach here: what its last step left there.
    const last = history.last(
      steps.length,
      (step) => overlap(step, { buffer, offset, size: 4 }) && (sees(step) || writes(step)),
    );
    return last < 0 || steps[last].offset !== offset ? undefined : valueAfter(steps[last]);
  };
  const sources = new Sources();
  const placeOf = (stack: string): string => sources.placeOf(stack);
  const evidence: Evidence = {
    outcome,
    steps,
    history,
    blocked: readBlocked(words, layout),
    idle:
      outcome.failure === FAIL.BLOCKED || outcome.failure === FAIL.LIVELOCK ? readIdle(words, layout) : [],
    ports: readPorts(words, layout),
    messages,
    isProgram: words[H.PROGRAM] !== 0,
    spinning: new Set(new Sets(words).spinning.toArray()),
    timers: (thread) => readTimers(words, layout, thread),
    labels,
    valueAt,
    placeOf,
    at: (step) => {
      const place = placeOf(outcome.sites.get(step) ?? '');
      return place === '' ? '' : ` (${place})`;
    },
  };
  const cause = takenOwner(evidence) ?? causeOf(evidence);
  const found = notLockFree(evidence, cause) ?? diagnose(evidence, cause);
  const told = { ...found, details: [...found.details, ...faultLines(evidence)] };
  const diagnosis = qualify(told, { outcome, words, gone: readGone(words, layout), labels });
  return {
    ...diagnosis,
    details: diagnosis.details.map((line) => sources.mapLine(line)),
    cause,
    thrown: outcome.failure === FAIL.RACE ? undefined : sources.frames(outcome.local?.stack ?? '')[0],
    raced: racedAccesses(evidence),
    eventHash: eventHash(words, layout),
    steps,
    labels,
    messages,
    waiting: waitingTexts(evidence),
    isProgram: evidence.isProgram,
    sites: outcome.sites,
    failure: outcome.failure,
    wideEnds: wideEndsOf(steps, buffers),
  };
}

function wideEndsOf(steps: readonly Step[], buffers: readonly SharedArrayBuffer[]): Map<string, bigint> {
  const ends = new Map<string, bigint>();
  for (const step of steps) {
    const shared = buffers[step.buffer];
    if (step.size !== 8 || shared === undefined || ends.has(wideKey(step))) continue;
    ends.set(wideKey(step), new DataView(shared).getBigUint64(step.offset, true));
  }
  return ends;
}

/** A step as one would write it, and the plain access of a race that its thread did after it, which is no step of its own. */
export function stepText({ labels, steps, raced, messages }: Failure, step: number): string {
  const access = raced.find(({ after }) => after?.step === step)?.after?.text;
  const text = labels.step(steps[step], messages.about(step));
  return access === undefined ? text : `${text}; then ${access}`;
}

/** What there is to say beside the verdict and its message, line by line; the cause comes last. */
export function explanation({ details, cause }: Pick<Failure, 'details' | 'cause'>): string[] {
  const lines = details.map((line) => line.trim()).filter((line) => line !== '');
  return cause === undefined ? lines : [...lines, causeLine(cause)];
}
