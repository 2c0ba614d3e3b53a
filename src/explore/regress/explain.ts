import { placeText } from '../replay/places.ts';
import { circumstances, deviation } from '../replay/turns.ts';
import type { Following, ReplayResult } from './replay.ts';

/** Lost places that are named, at most. */
const NAMED_MAX = 5;

/** What a replay showed, and what that rests on; more lines for what may have to do with it. */
export function explainReplay(result: ReplayResult): string {
  return `${sentence(result)}${circumstances(result)}`;
}

function sentence(result: ReplayResult): string {
  const { answer, by } = result;
  if (answer === 'still fails') {
    if (by === 'turns')
      return result.reproduced ? 'still fails, as recorded' : `still fails: ${deviation(result)}`;
    const how =
      by === 'places' ? followedText(result) : `in a schedule nearby, number ${result.nearby?.schedules}`;
    return `still fails, though not by the recorded turns: ${how}`;
  }
  if (answer === 'fixed') return `fixed: ${fixedText(result)}`;
  return `no longer applies: ${whyNot(result)}`;
}

function fixedText(result: ReplayResult): string {
  const { recording, following } = result;
  if (following === undefined || following.lost.length > 0) {
    const gone = following === undefined ? '' : `; recorded places are gone:${lostText(following)}`;
    return `all orders of the operations that are there now were run, and none failed (recorded: ${recording.verdict})${gone}`;
  }
  const steps =
    following?.schedules === 0
      ? `the schedule no longer fails: all its ${recording.steps} steps were taken, without a failure`
      : followedText(result);
  return `${steps}; ${searchText(result)} (recorded: ${recording.verdict})`;
}

function followedText({ following }: ReplayResult): string {
  if (following === undefined) return 'the file holds no places';
  const { switches, followed, waited } = following;
  const order =
    waited === 0
      ? ''
      : `; at ${waited} a thread now waits for another before it comes there, so that the recorded order is not possible`;
  return `${followed} of ${switches} recorded switches were followed by their places${order}`;
}

function searchText({ nearby }: ReplayResult): string {
  if (nearby === undefined) return 'nothing was searched';
  const all = nearby.allOrders ? ', all orders of Atomics operations among them' : '';
  return `none of ${nearby.schedules} schedules nearby failed${all}`;
}

/** The recorded places that are not there any more, a line each. */
function lostText({ lost }: Following): string {
  const all = [...new Set(lost.map(placeText))];
  const named = all.slice(0, NAMED_MAX).map((place) => `\n  not there: ${place}`);
  const more = all.length > NAMED_MAX ? `\n  and ${all.length - NAMED_MAX} more` : '';
  return `${named.join('')}${more}`;
}

function whyNot(result: ReplayResult): string {
  const { failure, following, recording, nearby } = result;
  if (failure !== undefined && failure.verdict !== 'nondeterminism') {
    return `it fails in another way: ${failure.verdict} (${failure.message}) instead of ${recording.verdict}`;
  }
  if (nearby === undefined) return deviation(result);
  if (following === undefined) {
    return (
      'the schedule could not be followed: the file is of version 2 and holds no places by which to follow it on other ' +
      `code; ${searchText(result)}. Whether the code still fails is not known: explore it anew`
    );
  }
  return (
    `the schedule could not be followed: ${followedText(result)}; ${searchText(result)}. ` +
    `Whether the code still fails is not known: explore it anew${lostText(following)}`
  );
}
