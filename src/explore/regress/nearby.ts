import type { RunOutcome } from '../../control/session/run.ts';
import { H } from '../../control/words/layout.ts';
import { Sets } from '../../control/words/sets.ts';
import { readTrace } from '../../control/words/trace.ts';
import { Random } from '../../platform/random.ts';
import { type Failure, failureOf, labelsOf } from '../../verdicts/failure.ts';
import type { Recording } from '../replay/recording.ts';
import type { Session } from '../scenario/session.ts';
import { type Confirmed, confirmed } from './confirmed.ts';
import { laterSwitches, perturbed } from './perturb.ts';
import type { Stretch } from './trial.ts';

/** Where the search begins: the recorded stretches as they are on the present code. */
export interface Neighbourhood {
  readonly stretches: readonly Stretch[];
  /** See `Followed`; empty where nothing is known. */
  readonly slack: readonly number[];
}

/** What a search near a recording came to. */
export interface Searched {
  /** Schedules that were run. */
  readonly schedules: number;
  /** The failure that was looked for. */
  readonly found: Confirmed | undefined;
  /** Some other failure that was met. */
  readonly other: Failure | undefined;
  /** All orders of operations of `Atomics` were run, and nothing was seen that is not watched. */
  readonly allOrders: boolean;
  /** Places in memory that operations changed in the last of these, as tables show them. */
  readonly written: ReadonlySet<string>;
}

/** The parts of the budget that go to switches within what is new, and to perturbed switches; the rest to the portfolio. */
const LATER_SHARE = 0.2;
const PERTURBED_SHARE = 0.3;

/**
 * Looks for a failure near a recording that did not show it: switches moved within what is new at their places, then
 * switches perturbed at random, then schedules of the portfolio. All of it depends on the recorded seed alone.
 *
 * @param isSame asked of every failure that fresh workers showed again
 * @param budget schedules to run at most
 */
export async function searchNearby(
  session: Session,
  recording: Recording,
  around: Neighbourhood,
  isSame: (failure: Failure) => boolean,
  budget: number,
): Promise<Searched> {
  const search = new Search(session, recording, isSame);
  const random = new Random(recording.seed);
  let left = Math.floor(budget * LATER_SHARE);
  for (const stretches of laterSwitches(around.stretches, around.slack)) {
    if (left-- <= 0 || search.found !== undefined) break;
    await search.try(stretches);
  }
  for (left = Math.floor(budget * PERTURBED_SHARE); left > 0 && search.found === undefined; left--) {
    await search.try(perturbed(around.stretches, recording.threads, random));
  }
  let allOrders = false;
  if (search.found === undefined && search.schedules < budget) {
    allOrders = await search.portfolio(budget - search.schedules);
  }
  const { schedules, found, other } = search;
  return { schedules, found, other, allOrders, written: allOrders ? writtenPlaces(session) : new Set() };
}

function writtenPlaces(session: Session): ReadonlySet<string> {
  const labels = labelsOf(session);
  const changes = readTrace(session.words, session.layout).filter((step) => step.changed);
  return new Set(changes.map(({ buffer, offset }) => labels.place(buffer, offset)));
}

class Search {
  private readonly session: Session;
  private readonly recording: Recording;
  private readonly isSame: (failure: Failure) => boolean;
  /** Failures that were shown to be others, so that each is run again once. */
  private readonly others = new Set<string>();
  schedules = 0;
  found: Confirmed | undefined;
  other: Failure | undefined;

  constructor(session: Session, recording: Recording, isSame: (failure: Failure) => boolean) {
    this.session = session;
    this.recording = recording;
    this.isSame = isSame;
  }

  async try(stretches: readonly Stretch[]): Promise<void> {
    const { session, recording } = this;
    const { timeouts } = recording;
    this.schedules++;
    const outcome = await session.run({
      strategy: 'segments',
      schedules: 1,
      guide: stretches.flat(),
      timeouts,
    });
    await this.look(outcome);
  }

  /** Ends at the first failure of the kind that is looked for. @returns whether all orders were run */
  async portfolio(schedules: number): Promise<boolean> {
    const { session, recording } = this;
    const { timeouts } = recording;
    const { words } = session;
    const outcome = await session.run({ strategy: 'portfolio', schedules, timeouts });
    this.schedules += outcome.executions + outcome.pruned;
    if (await this.look(outcome)) return false;
    const { unexplored, unwatched, plainWrites } = outcome.noted;
    return (
      words[H.SPACE_DONE] !== 0 &&
      words[H.BOUNDED_LOOPS] === 0 &&
      words[H.TRUNCATED] === 0 &&
      !new Sets(words).acted.isEmpty &&
      unexplored.length + unwatched.length + plainWrites.length === 0
    );
  }

  /** Whether the outcome is a failure, of whatever kind. */
  private async look(outcome: RunOutcome): Promise<boolean> {
    const failure = failureOf(this.session, outcome);
    if (failure === undefined) return false;
    const name = `${failure.verdict} ${failure.message.replace(/\d+/g, '#')}`;
    if (this.others.has(name)) return true;
    const again = await confirmed(failure, this.recording);
    if (again !== undefined && this.isSame(again.failure)) {
      this.found = again;
    } else {
      this.others.add(name);
      this.other ??= again?.failure ?? failure;
    }
    return true;
  }
}
