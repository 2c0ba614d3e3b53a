import type { Failure } from '../../verdicts/failure.ts';
import { type RecordedPlace, sameText } from '../replay/places.ts';
import type { Recording } from '../replay/recording.ts';
import type { Session } from '../scenario/session.ts';
import { align, isAt } from './alignment.ts';
import { placeAt, type Stretch, stretchesOf, type Trial, tryStretches } from './trial.ts';

/** Schedules that may be run to find recorded switches again: what is beyond is not followed, and said so. */
const TRIALS_MAX = 400;

/** Steps of a thread behind a switch in which its counterpart is looked for, too. */
const AHEAD = 32;

/** A recording as it was followed on the present code, switch by switch. */
export interface Followed {
  /** The recorded stretches, in steps of the present code. */
  readonly stretches: readonly Stretch[];
  /** For each of them, how many steps more it may have without leaving the recorded place: what is new there. */
  readonly slack: readonly number[];
  /** Recorded switches, the end of the last stretch among them. */
  readonly switches: number;
  /** Those made at their place. */
  readonly followed: number;
  /** Those before which the thread had to wait for another one, so that the recorded order is no longer possible. */
  readonly waited: number;
  /** Places of switches that no thread came to where it was due. */
  readonly lost: readonly RecordedPlace[];
  /** Schedules that were run. */
  readonly schedules: number;
  /** What the last of them failed by. */
  readonly failure: Failure | undefined;
  /** Every place that was come to. */
  readonly met: readonly RecordedPlace[];
}

/** A recording with the places of its steps. */
export type PlacedRecording = Recording & Required<Pick<Recording, 'places' | 'at'>>;

export function isPlaced(recording: Recording): recording is PlacedRecording {
  return recording.places !== undefined && recording.at !== undefined;
}

/**
 * Follows a recording by its places: each thread runs until it comes to the place at which the recorded one was switched
 * away from, be it by more steps now or by fewer; what is new is run in its thread. Ends at the first failure.
 */
export function follow(session: Session, recording: PlacedRecording): Promise<Followed> {
  return new Follower(session, recording).run();
}

/** What is known of one thread. */
interface Thread {
  /** The places of its recorded steps, in order. */
  readonly recorded: RecordedPlace[];
  /** So many of them lie before the stretch in hand. */
  passed: number;
  /** So many of them were found again, or given up. */
  matched: number;
}

/** A switch whose thread could not come to its place yet. */
interface Waiting {
  readonly thread: number;
  readonly place: RecordedPlace;
  /** Steps of the schedule up to there. */
  readonly from: number;
}

/**
 * The two sides of a switch, as numbers of present steps: behind the counterpart of the step before it, and before the
 * counterpart of the step after it; -1 where there is none.
 *
 * @param last index of the step before the switch; the stretch that it ends has so many `steps`
 */
function sidesOf(
  recorded: readonly RecordedPlace[],
  counterparts: readonly number[],
  last: number,
  steps: number,
): { readonly after: number; readonly before: number } {
  const before = counterparts[last + 1] ?? -1;
  if (counterparts[last] >= 0) return { after: counterparts[last] + 1, before };
  if (before >= 0) return { after: -1, before };
  const came = lastNeeded(recorded, counterparts, last);
  if (came < 0) return { after: -1, before };
  // Where all of the stretch was a wait that is not needed now, nothing of it is to be run.
  return { after: came <= last - steps ? 0 : counterparts[came] + 1, before };
}

const WAITS: readonly string[] = ['wait', 'waitAsync', 'wake', 'idle'];

/**
 * The step that a thread came to, where it left out nothing but waits and repetitions of a loop up to the end of its
 * stretch: where the fault is mended it does not wait. -1 where it left out anything else.
 */
function lastNeeded(
  recorded: readonly RecordedPlace[],
  counterparts: readonly number[],
  last: number,
): number {
  for (let i = last; i >= 0; i--) {
    if (counterparts[i] >= 0) return i;
    const isRepeated = recorded.slice(0, i).some((earlier) => sameText(earlier, recorded[i]));
    if (!WAITS.includes(recorded[i].operation) && !isRepeated) return -1;
  }
  return -1;
}

class Follower {
  private readonly session: Session;
  private readonly recording: PlacedRecording;
  private readonly recorded: readonly Stretch[];
  private readonly threads: readonly Thread[];
  private readonly stretches: Stretch[] = [];
  private readonly slack: number[] = [];
  private readonly waiting: Waiting[] = [];
  private readonly lost: RecordedPlace[] = [];
  private readonly met = new Map<string, RecordedPlace>();
  /** Steps in `stretches`. */
  private length = 0;
  private followed = 0;
  private schedules = 0;

  constructor(session: Session, recording: PlacedRecording) {
    this.session = session;
    this.recording = recording;
    this.recorded = stretchesOf(recording.schedule);
    const { places, at, threads } = recording;
    // The nemesis is followed by its lanes: each is like a thread.
    const actors = Math.max(threads, ...this.recorded.map(([actor]) => actor + 1));
    this.threads = Array.from({ length: actors }, () => ({ recorded: [], passed: 0, matched: 0 }));
    let step = 0;
    for (const [thread, steps] of this.recorded) {
      for (let n = 0; n < steps; n++) this.threads[thread].recorded.push(places[at[step++]]);
    }
  }

  async run(): Promise<Followed> {
    const { recorded } = this;
    let next = 0;
    let last: Trial | undefined;
    while (last === undefined || next < recorded.length) {
      last = await this.try(recorded.slice(next));
      if (last.failure !== undefined) return this.result(last);
      while (next < recorded.length && this.isAsRecorded(recorded[next], last)) {
        this.keep(recorded[next++], 0);
        this.followed++;
      }
      if (next === recorded.length) break;
      if (this.schedules >= TRIALS_MAX) {
        this.giveUp(recorded.slice(next));
        break;
      }
      const [thread, steps] = recorded[next];
      const alone = await this.try([[thread, this.recording.stepLimit]]);
      if (alone.failure !== undefined) return this.result(alone);
      this.place(thread, steps, next === recorded.length - 1, alone);
      last = undefined;
      next++;
    }
    this.lookForThoseThatWaited(last as Trial);
    return this.result(last as Trial);
  }

  private async try(rest: readonly Stretch[]): Promise<Trial> {
    this.schedules++;
    const trial = await tryStretches(this.session, this.recording, [...this.stretches, ...rest]);
    for (const place of trial.places.places)
      this.met.set(`${place.operation}\n${place.memory}\n${place.text}`, place);
    return trial;
  }

  /** The stretch is taken step by step as it was recorded. */
  private isAsRecorded([thread, steps]: Stretch, { steps: taken, places }: Trial): boolean {
    const { recorded, passed, matched } = this.threads[thread];
    if (matched !== passed || this.length + steps > taken.length) return false;
    for (let n = 0; n < steps; n++) {
      const step = this.length + n;
      if (taken[step].actor !== thread || !sameText(recorded[passed + n], placeAt(places, step)))
        return false;
    }
    this.threads[thread].passed += steps;
    this.threads[thread].matched = this.threads[thread].passed;
    return true;
  }

  /** Finds the end of a recorded stretch in what its thread does when it runs alone from here. */
  private place(thread: number, steps: number, isLast: boolean, alone: Trial): void {
    const of = this.threads[thread];
    let end = this.length;
    while (end < alone.steps.length && alone.steps[end].actor === thread) end++;
    const taken = Array.from({ length: end - this.length }, (_, n) => placeAt(alone.places, this.length + n));
    const goesOn = alone.steps.slice(end).some((step) => step.actor === thread);
    of.passed += steps;
    const recorded = of.recorded.slice(of.matched, of.passed + AHEAD);
    const counterparts = align(recorded, taken);
    const last = of.passed - 1 - of.matched;
    const { after, before } = sidesOf(recorded, counterparts, last, steps);
    if (after < 0 && before < 0) {
      this.missed(thread, recorded[last], taken.length, goesOn);
      // What was passed on the way is not looked for again.
      const reached = counterparts.slice(0, last).findLastIndex((at) => at >= 0);
      of.matched = goesOn ? of.matched + reached + 1 : of.passed;
      return;
    }
    // Behind the last step of a thread nothing says where to switch: what is new there is run, too.
    const endsHere = of.passed === of.recorded.length && !isLast;
    const cut = endsHere ? taken.length : after >= 0 ? after : before;
    const most = before >= 0 ? before : taken.length;
    this.keep([thread, cut], Math.max(0, most - cut));
    of.matched = of.passed;
    this.followed++;
  }

  /** The thread did not come to the place: since it waits for another one, or since the place is not on its way. */
  private missed(thread: number, place: RecordedPlace, steps: number, goesOn: boolean): void {
    this.keep([thread, steps], 0);
    if (goesOn) this.waiting.push({ thread, place, from: this.length });
    else this.lost.push(place);
  }

  private keep(stretch: Stretch, slack: number): void {
    if (stretch[1] === 0) return;
    this.stretches.push(stretch);
    this.slack.push(slack);
    this.length += stretch[1];
  }

  private giveUp(rest: readonly Stretch[]): void {
    for (const [thread, steps] of rest) {
      const of = this.threads[thread];
      of.passed += steps;
      this.lost.push(of.recorded[of.passed - 1]);
    }
  }

  /** A thread that had to wait comes to the place later: then it is there, only the order is no longer possible. */
  private lookForThoseThatWaited({ steps, places }: Trial): void {
    const { waiting } = this;
    for (let i = waiting.length - 1; i >= 0; i--) {
      const { thread, place, from } = waiting[i];
      const comes = steps.some(
        (step, n) => n >= from && step.actor === thread && isAt(place, placeAt(places, n)),
      );
      if (comes) continue;
      this.lost.push(place);
      waiting.splice(i, 1);
    }
  }

  private result({ failure }: Trial): Followed {
    return {
      stretches: this.stretches,
      slack: this.slack,
      switches: this.recorded.length,
      followed: this.followed,
      waited: this.waiting.length,
      lost: this.lost,
      schedules: this.schedules,
      failure,
      met: [...this.met.values()],
    };
  }
}
