import { basename, join } from 'node:path';
import { LabError } from '../../platform/error.ts';
import { isFolder } from '../../platform/is_folder.ts';
import { ensureWritable, writeWholeFile } from '../../platform/write_file.ts';
import { isShrinkable } from '../../verdicts/blame.ts';
import type { Failure } from '../../verdicts/failure.ts';
import { type Cost, costOf } from '../../verdicts/switches.ts';
import { checkShrinkOptions, type ShrinkOptions } from '../options/replay_options.ts';
import { failurePage } from '../picture/failure_page.ts';
import { aboutSchedule } from '../replay/about_schedule.ts';
import { evidenceOf } from '../replay/evidence.ts';
import { execute, openFor, type Rerun } from '../replay/execution.ts';
import { makeRecording, type Recording } from '../replay/recording.ts';
import { readReplayFile, writeOwnRecording } from '../replay/replay_file.ts';
import { scenarioHash } from '../replay/scenario_file.ts';
import { reproduce } from '../replay/turns.ts';
import { Effort } from './effort.ts';
import { fewerStretches, fewestPreemptions } from './fewer_switches.ts';
import { type Found, foundFrom, scheduleOf } from './found.ts';
import { fewerThreadsAndOperations } from './smaller_scenario.ts';

/** Fewer threads and operations are looked for in one half of the time at most: with many threads it would be all. */
const SMALLER_SHARE = 2;

export interface ShrinkResult {
  readonly failure: Failure;
  readonly before: Cost & { readonly threads: number };
  readonly after: Cost & { readonly threads: number };
  /** True if it was shown by search that no schedule with fewer preemptions fails in this way. */
  readonly minimal: boolean;
  readonly recording: Recording;
  /** The files that were written; undefined for what was not asked for, or could not be written after all. */
  readonly file: string | undefined;
  readonly html: string | undefined;
  /** Why a file could not be written, a line each. */
  readonly notWritten: readonly string[];
}

/**
 * Makes a failing schedule as small as it can: fewer threads, fewer operations (where the scenario exports
 * `operations`), then the fewest preemptions, then the fewest switches and steps.
 *
 * Preemptions are reduced by delta debugging over the stretches between switches (Zeller, Hildebrandt:
 * "Simplifying and isolating failure-inducing input", 2002), then by a depth-first search with a growing bound,
 * which proves the minimum wherever it comes to its end within the time.
 */
export async function shrink(file: string, options: ShrinkOptions = {}): Promise<ShrinkResult> {
  checkShrinkOptions(options);
  const { recording, isOurs } = readReplayFile(file);
  const stem = file.replace(/\.json$/, '');
  const target = targetOf(options.file, `${stem}.min.json`);
  const page = options.html === null ? undefined : (options.html ?? `${stem}.html`);
  ensureWritable(target);
  if (page !== undefined) ensureWritable(page);
  const original = await reproduce(recording, { allowOutside: isOurs || options.allowOutside });
  const hash = scenarioHash(recording.scenario);
  const before = { ...costOf(original), threads: recording.threads };
  const { smallest, shown } = await smallestShown(recording, original, options);
  if (shown === undefined)
    throw new LabError('Nondeterminism', `${file}: the shrunk schedule cannot be repeated`);
  const { final, minimal } = smallest;
  const smaller = makeRecording({
    ...final,
    scenarioHash: hash,
    verdict: shown.verdict,
    message: shown.message,
    eventHash: shown.eventHash,
    steps: shown.steps.length,
    found: recording.found,
    ...evidenceOf(shown, recording.scenario),
  });
  const notWritten: string[] = [];
  const written = tryToWrite(target, notWritten, (to) => writeOwnRecording(smaller, to));
  const html = tryToWrite(page, notWritten, (to) =>
    writeWholeFile(
      to,
      failurePage(
        shown,
        aboutSchedule(smaller, { replay: written, shrink: minimal ? undefined : (written ?? file) }),
        final.threads,
      ),
    ),
  );
  return {
    failure: shown,
    before,
    after: { ...costOf(shown), threads: final.threads },
    minimal,
    recording: smaller,
    file: written,
    html,
    notWritten,
  };
}

/** A schedule that was made smaller. */
interface Smallest {
  readonly final: Rerun;
  readonly best: Found;
  readonly minimal: boolean;
}

interface Asked {
  /** For each attempt with fewer threads or operations. */
  readonly schedules: number;
  readonly effort: Effort;
  /** Of a program: by workers that run it in all schedules. */
  readonly reuse: boolean;
}

/** The smallest schedule that was found, and its failure in new workers; undefined if it cannot be repeated. */
async function smallestShown(
  recording: Recording,
  original: Failure,
  { timeMs = 10_000, schedules = 1000, signal, onProgress }: ShrinkOptions,
): Promise<{ readonly smallest: Smallest; readonly shown: Failure | undefined }> {
  const effort = new Effort(timeMs, signal, onProgress);
  try {
    let smallest = await smallestOf(recording, original, { schedules, effort, reuse: true });
    let shown = await shownAgain(smallest);
    if (shown === undefined && recording.program !== undefined) {
      // Workers that ran the program again did something else than new ones.
      smallest = await smallestOf(recording, original, { schedules, effort, reuse: false });
      shown = await shownAgain(smallest);
    }
    return { smallest, shown };
  } finally {
    effort.end();
  }
}

async function smallestOf(
  recording: Recording,
  original: Failure,
  { schedules, effort, reuse }: Asked,
): Promise<Smallest> {
  let rerun: Rerun = recording;
  let best = foundFrom(original);
  let minimal = false;
  if (isShrinkable(recording.verdict)) {
    // A program starts the threads that it wants.
    const isProgram = recording.program !== undefined;
    const smaller = isProgram
      ? undefined
      : await effort.share(SMALLER_SHARE, (part) =>
          fewerThreadsAndOperations(recording, original, schedules, part),
        );
    if (smaller !== undefined) ({ rerun, best } = smaller);
    const session = await openFor(rerun, reuse);
    try {
      best = await fewerStretches(session, best, effort, rerun.timeouts);
      ({ best, minimal } = await fewestPreemptions(session, best, effort, rerun.timeouts));
    } finally {
      await session.close();
    }
  }
  return { final: { ...rerun, ...scheduleOf(best.failure) }, best, minimal };
}

/** The same failure in new workers, with a stack for each step; undefined if it is another one, or none. */
async function shownAgain({ final, best }: Smallest): Promise<Failure | undefined> {
  const { failure } = await execute(final, { describe: true });
  return failure?.eventHash === best.failure.eventHash ? failure : undefined;
}

/** Where the smaller replay goes: the file that was given, or a file of the usual name in a folder that was given. */
function targetOf(given: string | undefined, usual: string): string {
  if (given === undefined) return usual;
  return /[/\\]$/.test(given) || isFolder(given) ? join(given, basename(usual)) : given;
}

/** The file, if it could be written; else the reason is added to `notWritten`. */
function tryToWrite(
  file: string | undefined,
  notWritten: string[],
  write: (file: string) => void,
): string | undefined {
  if (file === undefined) return undefined;
  try {
    write(file);
    return file;
  } catch (error) {
    notWritten.push((error as Error).message);
    return undefined;
  }
}
