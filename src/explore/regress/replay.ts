import { KIND_NAMES, kindsWith, WRITES } from '../../control/words/operation.ts';
import type { Failure } from '../../verdicts/failure.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { checkReplayOptions, type ReplayOptions } from '../options/replay_options.ts';
import { openFor } from '../replay/execution.ts';
import { type Places, type RecordedPlace, sameText } from '../replay/places.ts';
import { checkRecording, type Recording } from '../replay/recording.ts';
import { readReplayFile } from '../replay/replay_file.ts';
import { replayTurns, type TurnReplay } from '../replay/turns.ts';
import { type Confirmed, confirmed, recordingOf } from './confirmed.ts';
import { follow, isPlaced } from './follow.ts';
import { type Searched, searchNearby } from './nearby.ts';
import { SameFailure } from './same_failure.ts';
import { stretchesOf } from './trial.ts';

/**
 * `still fails`: the same verdict at the same site, or by the same cause. `fixed`: every recorded switch was followed, and no
 * schedule nearby failed. `no longer applies`: neither is known, since the code has changed too much.
 */
export type Answer = 'still fails' | 'fixed' | 'no longer applies';

/** How a recording was followed by its places. */
export interface Following {
  /** Recorded switches, the end of the schedule among them. */
  readonly switches: number;
  /** Those made at their place. */
  readonly followed: number;
  /** Those before which the thread had to wait for another: the place is there, the recorded order is not possible. */
  readonly waited: number;
  /** Places of switches that their thread did not come to. */
  readonly lost: readonly RecordedPlace[];
  /** Schedules that were run to follow it. */
  readonly schedules: number;
}

export interface ReplayResult extends Omit<TurnReplay, 'places'> {
  readonly answer: Answer;
  /** What led to the failure of `still fails`: the recorded thread turns, its places, or a schedule nearby. */
  readonly by: 'turns' | 'places' | 'nearby' | undefined;
  /** Undefined where the thread turns said it all, and for files of version 2, which hold no places. */
  readonly following: Following | undefined;
  /** The search nearby; undefined where none was needed. */
  readonly nearby: { readonly schedules: number; readonly allOrders: boolean } | undefined;
  /** A recording of the failing schedule of the present code, where it still fails by other events than recorded. */
  readonly newRecording: Recording | undefined;
}

/** Schedules of the search nearby, where the caller does not say. */
export const NEARBY = 1000;

/** Verdicts that say nothing against the code: there is no failure to be looked for. */
const NOT_OF_THE_CODE: readonly Verdict[] = ['nondeterminism', 'uncontrolled'];

/**
 * Says of a replay file, or of a recording, whether what it shows is still there: runs its schedule in fresh workers; where
 * that no longer fails, follows it by its places in the source, and searches nearby.
 *
 * This runs the scenario that the file names: do it with files only from where you would take code.
 *
 * @throws Usage if the file is no replay file, or was damaged, and if the scenario is not there, or lies outside the
 * working folder and that is not allowed; `Scenario` if the scenario no longer loads.
 */
export async function replay(source: string | Recording, options: ReplayOptions = {}): Promise<ReplayResult> {
  checkReplayOptions(options);
  if (typeof source === 'string') {
    const { recording, isOurs } = readReplayFile(source);
    return answer(recording, { ...options, allowOutside: isOurs || options.allowOutside });
  }
  checkRecording(source, 'the recording');
  return answer(source, options);
}

async function answer(recording: Recording, options: ReplayOptions): Promise<ReplayResult> {
  const turns = await replayTurns(recording, options);
  const same = new SameFailure(recording);
  const { failure } = turns;
  if (NOT_OF_THE_CODE.includes(recording.verdict)) {
    const still = failure !== undefined && failure.verdict === recording.verdict;
    return resultOf(turns, {
      answer: still ? 'still fails' : 'no longer applies',
      by: still ? 'turns' : undefined,
    });
  }
  if (turns.reproduced) return resultOf(turns, { answer: 'still fails', by: 'turns' });
  if (failure !== undefined && same.as(failure)) {
    const newRecording = recordingOf(failure, recording);
    return resultOf(turns, { answer: 'still fails', by: 'turns', newRecording });
  }
  return followAndSearch(turns, same, options.nearby ?? NEARBY);
}

/** The recorded turns do not show the failure any more: looks for it by places, and nearby. */
async function followAndSearch(turns: TurnReplay, same: SameFailure, budget: number): Promise<ReplayResult> {
  const { recording } = turns;
  const session = await openFor(recording, true);
  try {
    const exact = wereFollowed(turns);
    const followed = exact || !isPlaced(recording) ? undefined : await follow(session, recording);
    const following = followed ?? (exact ? allFollowed(recording) : undefined);
    let other = isOther(turns.failure) ? turns.failure : undefined;
    if (followed?.failure !== undefined) {
      const shown = await confirmed(followed.failure, recording);
      if (shown !== undefined && same.as(shown.failure))
        return stillFails(turns, 'places', shown, { following });
      other ??= shown?.failure ?? followed.failure;
    }
    const around = followed ?? { stretches: stretchesOf(recording.schedule), slack: [] };
    const searched = await searchNearby(session, recording, around, (failure) => same.as(failure), budget);
    const found = { following, nearby: searched };
    if (searched.found !== undefined) return stillFails(turns, 'nearby', searched.found, found);
    other ??= searched.other;
    // That every order of the present operations was run shows more than that the recorded one can be followed.
    const isShown =
      following !== undefined &&
      (isWhole(following) || (searched.allOrders && isStillWritten(following, searched)));
    if (other === undefined && isShown) {
      return resultOf({ ...turns, failure: undefined }, { ...found, answer: 'fixed' });
    }
    return resultOf({ ...turns, failure: other ?? turns.failure }, { ...found, answer: 'no longer applies' });
  } finally {
    await session.close();
  }
}

/**
 * Every recorded step was taken, at its place, and nothing failed. A file of version 2 does not know places: where the
 * scenario has changed, the turns may have led anywhere.
 */
function wereFollowed({ recording, failure, followed, scenarioChanged, places }: TurnReplay): boolean {
  if (failure !== undefined || !followed) return false;
  return isPlaced(recording) ? isSameWay(recording, places) : !scenarioChanged;
}

function isSameWay(recorded: Places, now: Places): boolean {
  return recorded.at.every((place, step) => sameText(recorded.places[place], now.places[now.at[step]]));
}

function allFollowed({ schedule }: Recording): Following {
  const switches = schedule.length / 2;
  return { switches, followed: switches, waited: 0, lost: [], schedules: 0 };
}

const WRITING: ReadonlySet<string> = new Set(kindsWith(WRITES).map((kind) => KIND_NAMES[kind]));

/** The words that lost operations wrote are written by others: the operations were replaced, not only taken away. */
function isStillWritten({ lost }: Following, { written }: Searched): boolean {
  return lost.every(({ operation, memory }) => !WRITING.has(operation) || written.has(memory));
}

function isWhole({ switches, followed, waited, lost }: Following): boolean {
  return lost.length === 0 && followed + waited === switches;
}

/** A failure of the code that is not the recorded one; that the turns do not fit is none. */
function isOther(failure: Failure | undefined): boolean {
  return failure !== undefined && failure.verdict !== 'nondeterminism';
}

function stillFails(
  turns: TurnReplay,
  by: 'places' | 'nearby',
  { failure, recording }: Confirmed,
  found: { readonly following: Following | undefined; readonly nearby?: Searched },
): ReplayResult {
  return resultOf({ ...turns, failure }, { ...found, answer: 'still fails', by, newRecording: recording });
}

function resultOf(
  { recording, failure, reproduced, followed, scenarioChanged }: TurnReplay,
  found: {
    readonly answer: Answer;
    readonly by?: ReplayResult['by'];
    readonly following?: Following;
    readonly nearby?: Searched;
    readonly newRecording?: Recording;
  },
): ReplayResult {
  const { following, nearby } = found;
  return {
    recording,
    failure,
    reproduced,
    followed,
    scenarioChanged,
    answer: found.answer,
    by: found.by,
    following: following && plain(following),
    nearby: nearby && { schedules: nearby.schedules, allOrders: nearby.allOrders },
    newRecording: found.newRecording,
  };
}

/** Without what only the search needs. */
function plain({ switches, followed, waited, lost, schedules }: Following): Following {
  return { switches, followed, waited, lost, schedules };
}
