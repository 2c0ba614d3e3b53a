import type { RunOutcome } from '../control/session/run.ts';
import type { AccessSite } from '../control/thread/plain_accesses.ts';
import { KIND } from '../control/words/operation.ts';
import type { Step } from '../control/words/trace.ts';
import {
  type FoundRace,
  joinRace,
  type PassedRace,
  passedRaces,
  type RaceSide,
} from '../observe/races/report.ts';
import type { Evidence } from './evidence.ts';
import { codeFrames } from './source.ts';
import type { Diagnosis } from './verdict.ts';

/** Two accesses that nothing orders: which, where, and what would have ordered them. */
export function dataRace(evidence: Evidence): Diagnosis {
  const { outcome } = evidence;
  const race = joinRace(outcome.observed.get('races'));
  const thread = outcome.failureThread;
  if (race === undefined) {
    return { verdict: 'data-race', message: `thread ${thread} met a data race`, details: [], thread };
  }
  const { first, second } = race;
  const message = raceText({ ...evidence, operation: (step) => evidence.steps[step].operation }, race);
  const details = [
    ...sideLines(evidence, first, 'first, in this execution'),
    ...sideLines(evidence, second, 'then'),
    ...ordering(evidence, race),
  ];
  return { verdict: 'data-race', message, details, thread };
}

/** What it takes to say where accesses are. */
interface Naming extends Pick<Evidence, 'labels' | 'placeOf'> {
  /** The name of a step's operation, where the trace is still there. */
  readonly operation?: (step: number) => string;
  readonly at?: Evidence['at'];
}

/** `nothing orders thread 1's plain read (reader.mjs:12) and thread 0's plain write (writer.mjs:7) of data[0]`. */
export function raceText(naming: Naming, race: PassedRace | FoundRace): string {
  const { first, second, buffer, offset } = race;
  const mixed =
    first.plain || second.plain ? '' : ': both are atomic, but their ranges overlap without being equal';
  const place = naming.labels.place(buffer, offset);
  return `nothing orders ${accessText(naming, first)} and ${accessText(naming, second)} of ${place}${mixed}`;
}

/** `thread 1's plain read (reader.mjs:12)`, `thread 0's Atomics.store at step 5 (writer.mjs:7)`. */
function accessText({ placeOf, operation, at }: Naming, side: Omit<RaceSide, 'clock'>): string {
  const { thread, step, writes, stack, site } = side;
  if (step !== undefined) {
    if (operation === undefined) return `thread ${thread}'s atomic ${writes ? 'write' : 'read'}`;
    return `thread ${thread}'s Atomics.${operation(step)} at step ${step}${at?.(step) ?? ''}`;
  }
  const where = placeOf(stack === '' && site !== undefined ? siteLine(site) : stack);
  return `thread ${thread}'s plain ${writes ? 'write' : 'read'}${where === '' ? '' : ` (${where})`}`;
}

/**
 * The races that a search went past, as lines for a result. Those that are intended say why; who did what differs from
 * schedule to schedule, and is left out.
 */
export function passedLines(observed: RunOutcome['observed'], naming: Naming): string[] {
  const places = new Map<string, Set<string>>();
  for (const { reason, first, second, buffer, offset } of passedRaces(observed.get('races'))) {
    const what = reason === undefined ? 'data race' : `intended race (${reason})`;
    const sides = [first, second].map((side) => kindText(naming, side)).sort();
    const said = `${what}: ${sides.join(' and ')} of`;
    places.set(said, (places.get(said) ?? new Set()).add(naming.labels.place(buffer, offset)));
  }
  return [...places].map(([said, at]) => `${said} ${[...at].sort()[0]}${moreText(at.size - 1)}`).sort();
}

function moreText(places: number): string {
  return places === 0 ? '' : ` and ${places} more place${places === 1 ? '' : 's'}`;
}

/** `plain read (reader.mjs:12)`, `atomic write`. */
function kindText({ placeOf }: Naming, { step, writes, site }: Omit<RaceSide, 'clock'>): string {
  const kind = `${step === undefined ? 'plain' : 'atomic'} ${writes ? 'write' : 'read'}`;
  const where = site === undefined ? '' : placeOf(siteLine(site));
  return where === '' ? kind : `${kind} (${where})`;
}

/** One of the two accesses of a race, for a picture. */
export interface RacedAccess {
  readonly thread: number;
  readonly stack: string;
  /** The step that its thread took last before it, and how the access is told there; undefined for one that is a step itself. */
  readonly after: { readonly step: number; readonly text: string } | undefined;
}

/** Both accesses of the race that was found; none where there was no race. */
export function racedAccesses(evidence: Evidence): RacedAccess[] {
  const race = joinRace(evidence.outcome.observed.get('races'));
  if (race === undefined) return [];
  const place = evidence.labels.place(race.buffer, race.offset);
  return [race.first, race.second].map((side) => {
    const { thread, plain, writes, steps } = side;
    const stack = stackOf(evidence, side);
    const step = evidence.steps.slice(0, steps).findLastIndex((one) => one.thread === thread);
    const where = evidence.placeOf(stack);
    const text = `plain ${writes ? 'write' : 'read'} of ${place}${where === '' ? '' : ` (${where})`}`;
    return { thread, stack, after: plain && step >= 0 ? { step, text } : undefined };
  });
}

function sideLines(evidence: Evidence, side: RaceSide, when: string): string[] {
  const { thread, step, writes } = side;
  const what =
    step === undefined
      ? `thread ${thread} ${writes ? 'wrote' : 'read'} it plainly`
      : `thread ${thread} did ${evidence.labels.step(evidence.steps[step])} at step ${step}`;
  const frames = codeFrames(stackOf(evidence, side)).filter((line) => line.trim() !== '');
  return [`${when}: ${what}`, ...frames];
}

/** The stack of an access; where it was not taken the line of its place. */
function stackOf({ outcome }: Evidence, { step, stack, site }: RaceSide): string {
  if (step !== undefined) return outcome.sites.get(step) ?? '';
  return stack !== '' || site === undefined ? stack : siteLine(site);
}

/** A place as a line of a stack. */
function siteLine({ file, line, column, name }: AccessSite): string {
  const where = `${file}:${line}:${column}`;
  return name === undefined ? `    at ${where}` : `    at ${name} (${where})`;
}

/** What would have ordered the two. */
function ordering(evidence: Evidence, { first, second }: FoundRace): string[] {
  const { steps, labels, at } = evidence;
  if (!first.plain && !second.plain)
    return ['atomic operations order one another only where their ranges are equal'];
  const releases = steps.flatMap((step, i) => (step.thread === first.thread && isRelease(step) ? [i] : []));
  const next = releases.slice(first.clock - 1).find((i) => !steps[i].slept);
  const [one, other] = [`thread ${first.thread}`, `thread ${second.thread}`];
  if (next === undefined) {
    return [
      `${one} did no atomic write after its access that ${other} could have read before its own: store a flag by ` +
        'Atomics after the data and load it by Atomics before them, or hold one lock around both accesses',
    ];
  }
  const step = steps[next];
  const place = labels.place(step.buffer, step.offset);
  const how = step.kind === KIND.NOTIFY ? 'been woken by it' : `read ${place} by Atomics after it`;
  return [
    `${one} next did ${labels.step(step)} at step ${next}${at(next)}: the two would be ordered if ${other} had ${how}, ` +
      'and before its own access',
  ];
}

/** A step by which other threads can come to know what its thread did. */
function isRelease(step: Step): boolean {
  return step.wrote || step.slept || (step.kind === KIND.NOTIFY && step.woke);
}
