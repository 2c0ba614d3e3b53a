import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../platform/error.ts';
import { abortSignal, anyFunction, checkOptions, type OptionRules } from '../../platform/options_check.ts';
import { REPLAY, type ReplayOptions } from '../options/replay_options.ts';
import { where } from '../options/where.ts';
import { FORMAT } from '../replay/recording.ts';
import { ScheduleFailed } from '../replay/schedule_failed.ts';
import { explainReplay } from './explain.ts';
import { type Answer, type ReplayResult, replay } from './replay.ts';

export interface ReplayAllOptions extends ReplayOptions {
  /** Is told of each file when it was replayed. */
  readonly onReplayed?: (replayed: Replayed) => void;
  /** Ends the suite after the file in hand. */
  readonly signal?: AbortSignal;
}

const OPTIONS: OptionRules<ReplayAllOptions> = { ...REPLAY, onReplayed: anyFunction, signal: abortSignal };

/** What one file of a suite came to: an answer, or the error why there is none. */
export interface Replayed {
  readonly file: string;
  readonly result: ReplayResult | undefined;
  /** The file is damaged, its scenario is gone or does not load, or a worker crashed. */
  readonly error: LabError | undefined;
}

/** What a folder of replay files came to. */
export interface SuiteResult {
  /** In the order of the files' names. */
  readonly replays: readonly Replayed[];
  readonly counts: Readonly<Record<Answer | 'error', number>>;
  /** Files that were not replayed since the suite was interrupted. */
  readonly notRun: readonly string[];
}

/**
 * The replay files of a folder, those in folders within it left out, in the order of their names.
 *
 * @throws `Usage` if there is no such folder, or no replay file in it: a suite of nothing would pass
 */
export function replayFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw new LabError('Usage', `there is no folder ${folder}: ${(cause as Error).message}`, { cause });
  }
  const files = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .filter(isReplayFile)
    .sort();
  if (files.length === 0) throw new LabError('Usage', `there is no replay file in ${folder}`);
  return files;
}

/** Damaged ones count as well: that they are damaged is to be said. */
function isReplayFile(file: string): boolean {
  return (
    statSync(file, { throwIfNoEntry: false })?.isFile() === true &&
    readFileSync(file, 'utf8').includes(FORMAT)
  );
}

/**
 * Replays all replay files of a folder, one after the other.
 *
 * @throws `Usage` as `replayFiles` does; what a single file throws is in the result
 */
export async function replayAll(folder: string, options: ReplayAllOptions = {}): Promise<SuiteResult> {
  checkOptions(options, OPTIONS, 'replayAll()');
  const { onReplayed, signal, ...each } = options;
  const files = replayFiles(folder);
  const replays: Replayed[] = [];
  for (const file of files) {
    if (signal?.aborted) break;
    const replayed = await replayOne(file, each);
    replays.push(replayed);
    onReplayed?.(replayed);
  }
  return { replays, counts: countsOf(replays), notRun: files.slice(replays.length) };
}

async function replayOne(file: string, options: ReplayOptions): Promise<Replayed> {
  try {
    return { file, result: await replay(file, options), error: undefined };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { file, result: undefined, error };
  }
}

function countsOf(replays: readonly Replayed[]): SuiteResult['counts'] {
  const counts = { 'still fails': 0, fixed: 0, 'no longer applies': 0, error: 0 };
  for (const { result } of replays) counts[result?.answer ?? 'error']++;
  return counts;
}

/**
 * For a test: passes where what the replay file shows is fixed.
 *
 * @throws `ScheduleFailed` where it still fails, `Nondeterminism` where it no longer applies, so that it says nothing; and
 * what `replay` throws
 */
export async function expectFixed(file: string, options: ReplayOptions = {}): Promise<ReplayResult> {
  const result = await replay(file, options);
  if (result.answer === 'fixed') return result;
  const { failure, recording, newRecording } = result;
  if (result.answer === 'still fails' && failure !== undefined) {
    throw new ScheduleFailed(failure, newRecording ?? recording, { file }, where(recording.scenario));
  }
  throw new LabError('Nondeterminism', `${file}: ${explainReplay(result)}`);
}
