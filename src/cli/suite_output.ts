import { explainReplay } from '../explore/regress/explain.ts';
import type { Replayed, SuiteResult } from '../explore/regress/suite.ts';
import { type Ending, endingOfError } from './exit_codes.ts';
import { endingOfAnswer } from './replay_output.ts';

/** The width of the longest answer. */
const ANSWER_WIDTH = 'no longer applies'.length;

/** One file's answer in a line; more lines if there is no answer. */
export function suiteLine({ file, result, error }: Replayed): string {
  if (result === undefined) return `${'error'.padEnd(ANSWER_WIDTH)}  ${file}: ${error?.message ?? ''}`;
  const { answer, failure, recording } = result;
  const of = failure ?? recording;
  const why =
    answer === 'no longer applies'
      ? explainReplay(result).replace(/^no longer applies: /, '')
      : `${of.verdict}: ${of.message}`;
  const [first, ...rest] = (answer === 'fixed' ? `was ${recording.verdict}` : why).split('\n');
  return [
    `${answer.padEnd(ANSWER_WIDTH)}  ${file}: ${first}`,
    ...rest.map((line) => `  ${line.trim()}`),
  ].join('\n');
}

/** `3 replay files: 2 fixed, 1 still fails`. */
export function suiteSummary({ replays, counts, notRun }: SuiteResult): string {
  const files = replays.length + notRun.length;
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([answer, count]) => `${count} ${answer}`);
  if (notRun.length > 0) parts.push(`${notRun.length} not run`);
  return `${files} replay file${files === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

/** The same for other programs. */
export function suiteAsJson({ replays, counts, notRun }: SuiteResult): object {
  return { counts, notRun, replays: replays.map(replayedAsJson) };
}

function replayedAsJson({ file, result, error }: Replayed): object {
  if (result === undefined) return { file, answer: null, error: error?.code, message: error?.message };
  const { answer, by, following, nearby, scenarioChanged, recording, failure } = result;
  const recorded = { verdict: recording.verdict, message: recording.message };
  const shown = failure && {
    verdict: failure.verdict,
    message: failure.message,
    cause: failure.cause,
    details: failure.details,
    eventHash: failure.eventHash,
    thread: failure.thread,
  };
  return { file, answer, by, following, nearby, scenarioChanged, recorded, failure: shown };
}

/** Outcomes, the gravest first. */
const GRAVEST: readonly Ending[] = ['found', 'crashed', 'usage', 'untrustworthy'];

/** The outcome of its gravest file. */
export function endingOfSuite({ replays }: SuiteResult): Ending {
  const endings = replays.map(({ result, error }) =>
    result === undefined ? (endingOfError(error) ?? 'crashed') : endingOfAnswer(result),
  );
  return GRAVEST.find((ending) => endings.includes(ending)) ?? 'ok';
}
