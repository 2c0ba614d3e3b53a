import { placeText } from '../replay/places.ts';
import { circumstances, deviation } from '../replay/turns.ts';
import type { ReplayResult } from './replay.ts';

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

/** A fix may well take away the very operations that were recorded. */
function hint({ nearby }: ReplayResult): string {
  if (nearby?.allOrders !== true) return '';
  return '\nIf the fix took these places away, this file has done its work: none of all orders of the present operations fails';
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
  const lost = [...new Set(following.lost.map(placeText))];
  const named = lost.slice(0, NAMED_MAX).map((place) => `\n  not there: ${place}`);
  const more = lost.length > NAMED_MAX ? `\n  and ${lost.length - NAMED_MAX} more` : '';
  return (
    `the schedule could not be followed: ${followedText(result)}; ${searchText(result)}. ` +
    `Whether the code still fails is not known: explore it anew${named.join('')}${more}${hint(result)}`
  );
}
