import { H } from '../../control/words/layout.ts';
import { nowNs } from '../../platform/clock.ts';
import { LabError } from '../../platform/error.ts';
import { ensureWritable, writeWholeFile } from '../../platform/write_file.ts';
import { type Failure, failureOf } from '../../verdicts/failure.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import { checkShrinkOptions, type ShrinkOptions } from '../options/replay_options.ts';
import { where } from '../options/where.ts';
import { renderHtml } from '../picture/html.ts';
import { type Cost, costOf } from '../picture/interleaving.ts';
import type { Session } from '../scenario/session.ts';
import { execute, openFor, type Rerun } from './execution.ts';
import { failureName, makeRecording, type Recording } from './recording.ts';
import { reproduce } from './replay.ts';
import { encodeSchedule, readReplayFile, writeOwnRecording } from './replay_file.ts';
import { scenarioHash } from './scenario_file.ts';

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

/** Verdicts after which the workers are of no further use: they cannot be shrunk by running variants. */
const NOT_SHRINKABLE: readonly Verdict[] = ['hang', 'crash', 'nondeterminism', 'uncontrolled'];

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
  const target = options.file ?? `${stem}.min.json`;
  const page = options.html === null ? undefined : (options.html ?? `${stem}.html`);
  ensureWritable(target);
  if (page !== undefined) ensureWritable(page);
  const original = await reproduce(recording, { allowOutside: isOurs || options.allowOutside });
  const hash = scenarioHash(recording.scenario);
  const before = { ...costOf(original), threads: recording.threads };
  const end = endOf(options);
  let rerun: Rerun = recording;
  let best: Found = { failure: original, cost: costOf(original) };
  let minimal = false;
  if (!NOT_SHRINKABLE.includes(recording.verdict)) {
    const smaller = await fewerThreadsAndOperations(recording, original, options, end);
    if (smaller !== undefined) ({ rerun, best } = smaller);
    const session = await openFor(rerun);
    try {
      best = await fewerStretches(session, best, end, rerun.timeouts);
      ({ best, minimal } = await fewestPreemptions(session, best, end, rerun.timeouts));
    } finally {
      await session.close();
    }
  }
  const final: Rerun = { ...rerun, ...scheduleOf(best.failure) };
  const { failure: shown } = await execute(final, { describe: true });
  if (shown === undefined || shown.eventHash !== best.failure.eventHash) {
    throw new LabError('Nondeterminism', `${file}: the shrunk schedule cannot be repeated`);
  }
  const smaller = makeRecording({
    ...final,
    scenarioHash: hash,
    verdict: shown.verdict,
    message: shown.message,
    eventHash: shown.eventHash,
    steps: shown.steps.length,
    found: recording.found,
  });
  const notWritten: string[] = [];
  const written = tryToWrite(target, notWritten, (to) => writeOwnRecording(smaller, to));
  const html = tryToWrite(page, notWritten, (to) =>
    writeWholeFile(to, renderHtml(shown, where(recording.scenario))),
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

/** When the search is over: the time was spent, or the user interrupted. */
interface End {
  isOver(): boolean;
  /** Aborted then. */
  signal(): AbortSignal;
}

function endOf({ timeMs = 10_000, signal }: ShrinkOptions): End {
  const deadline = nowNs() + timeMs * 1e6;
  return {
    isOver: () => nowNs() >= deadline || signal?.aborted === true,
    signal() {
      const left = AbortSignal.timeout(Math.max(1, Math.ceil((deadline - nowNs()) / 1e6)));
      return signal === undefined ? left : AbortSignal.any([left, signal]);
    },
  };
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

/** Verdicts about threads that wait. */
const WAITING: readonly Verdict[] = ['deadlock', 'lost-wakeup', 'livelock', 'starvation'];

interface Found {
  readonly failure: Failure;
  readonly cost: Cost;
}

function scheduleOf(failure: Failure): Pick<Rerun, 'schedule' | 'failure'> {
  return {
    schedule: encodeSchedule(failure.steps.map((step) => step.thread)),
    failure: failureName(failure.failure),
  };
}

/** The same verdict, and where there is a message of the scenario's own, the same but for numbers. */
function sameFailure(a: Failure, b: Failure | undefined): b is Failure {
  if (b === undefined || a.verdict !== b.verdict) return false;
  if (a.verdict !== 'exception' && a.verdict !== 'check' && a.verdict !== 'invariant') return true;
  const text = (failure: Failure): string => failure.message.replace(/0x[0-9a-f]+|\d+/gi, '#');
  return text(a) === text(b);
}

function better(a: Cost, b: Cost): boolean {
  if (a.preemptions !== b.preemptions) return a.preemptions < b.preemptions;
  if (a.switches !== b.switches) return a.switches < b.switches;
  return a.steps < b.steps;
}

/** Looks for the same failure with fewer threads, then with fewer operations, by exploring anew. */
async function fewerThreadsAndOperations(
  recording: Recording,
  original: Failure,
  options: ShrinkOptions,
  end: End,
): Promise<{ rerun: Rerun; best: Found } | undefined> {
  let found: { rerun: Rerun; best: Found } | undefined;
  const needsSwitches = costOf(original).preemptions > 0 && !(await recordedFailsInTurn(recording, original));
  const attempt = async (rerun: Rerun): Promise<boolean> => {
    if (end.isOver()) return false;
    const failure = await exploreFor(rerun, original, recording.threads, options, needsSwitches);
    if (failure === undefined) return false;
    found = { rerun: { ...rerun, ...scheduleOf(failure) }, best: { failure, cost: costOf(failure) } };
    return true;
  };
  for (let threads = 1; threads < recording.threads; threads++) {
    if (await attempt({ ...recording, threads })) break;
  }
  const most = recording.operations ?? 0;
  for (let operations = 1; operations < most; operations = operations < 4 ? operations + 1 : operations * 2) {
    if (await attempt({ ...(found?.rerun ?? recording), operations })) break;
  }
  return found;
}

async function exploreFor(
  rerun: Rerun,
  original: Failure,
  threads: number,
  { schedules = 1000, signal }: ShrinkOptions,
  needsSwitches: boolean,
): Promise<Failure | undefined> {
  let session: Session | undefined;
  try {
    session = await openFor(rerun);
    // Who waits for a thread that is not there waits for ever: that is another failure, unless all are alike.
    const fewer = rerun.threads < threads;
    if (fewer && WAITING.includes(original.verdict) && session.facts?.symmetric !== true) return undefined;
    const outcome = await session.run({ strategy: 'portfolio', schedules, signal, timeouts: rerun.timeouts });
    const failure = failureOf(session, outcome);
    if (!sameFailure(original, failure)) return undefined;
    // A check may count on the number of threads. Where a race became a failure that no switch is needed for,
    // it is the check that failed, not the code.
    if (needsSwitches && (await failsInTurn(session, original, rerun.timeouts))) return undefined;
    return failure;
  } catch (error) {
    // A scenario that cannot be set up with so few threads is not one that fails.
    if (error instanceof LabError) return undefined;
    throw error;
  } finally {
    await session?.close();
  }
}

/** Whether it fails in the same way where no thread is ever interrupted. */
async function failsInTurn(
  session: Session,
  original: Failure,
  timeouts: Rerun['timeouts'],
): Promise<boolean> {
  const outcome = await session.run({
    strategy: 'dfs',
    params: { preemptions: 0 },
    schedules: 100,
    timeouts,
  });
  return sameFailure(original, failureOf(session, outcome));
}

async function recordedFailsInTurn(recording: Recording, original: Failure): Promise<boolean> {
  const session = await openFor(recording);
  try {
    return await failsInTurn(session, original, recording.timeouts);
  } finally {
    await session.close();
  }
}

/** Delta debugging: leaves out ever smaller parts of the stretches, as long as the failure remains. */
async function fewerStretches(
  session: Session,
  found: Found,
  end: End,
  timeouts: Rerun['timeouts'],
): Promise<Found> {
  let best = found;
  let stretches = pairs(encodeSchedule(best.failure.steps.map((step) => step.thread)));
  let parts = 2;
  while (stretches.length >= 2 && !end.isOver()) {
    const size = Math.ceil(stretches.length / parts);
    let reduced = false;
    for (let start = 0; start < stretches.length && !reduced && !end.isOver(); start += size) {
      const kept = [...stretches.slice(0, start), ...stretches.slice(start + size)];
      const failure = await runOnce(session, kept.flat(), timeouts);
      if (!sameFailure(found.failure, failure)) continue;
      const cost = costOf(failure);
      if (better(cost, best.cost)) best = { failure, cost };
      stretches = kept;
      parts = Math.max(2, parts - 1);
      reduced = true;
    }
    if (reduced) continue;
    if (size === 1) break;
    parts = Math.min(stretches.length, parts * 2);
  }
  return best;
}

function pairs(runs: readonly number[]): number[][] {
  const result: number[][] = [];
  for (let i = 0; i < runs.length; i += 2) result.push([runs[i], runs[i + 1]]);
  return result;
}

async function runOnce(
  session: Session,
  guide: number[],
  timeouts: Rerun['timeouts'],
): Promise<Failure | undefined> {
  const outcome = await session.run({ strategy: 'segments', schedules: 1, guide, timeouts });
  return failureOf(session, outcome);
}

/** Searches for a failing schedule with 0 preemptions, then 1, ...: the first found has the fewest. */
async function fewestPreemptions(
  session: Session,
  found: Found,
  end: End,
  timeouts: Rerun['timeouts'],
): Promise<{ best: Found; minimal: boolean }> {
  let best = found;
  for (let bound = 0; bound <= best.cost.preemptions; bound++) {
    const searched = await searchWithin(session, bound, best, end, timeouts);
    best = searched.best;
    // Nothing with at most `bound` preemptions fails, or everything that does was seen.
    if (best.cost.preemptions <= bound) return { best, minimal: true };
    if (!searched.exhausted) return { best, minimal: false };
  }
  return { best, minimal: true };
}

async function searchWithin(
  session: Session,
  bound: number,
  found: Found,
  end: End,
  timeouts: Rerun['timeouts'],
): Promise<{ best: Found; exhausted: boolean }> {
  let best = found;
  let fresh = true;
  while (!end.isOver()) {
    const outcome = await session.run({
      strategy: 'dfs',
      params: { preemptions: bound },
      timeouts,
      schedules: 2 ** 31 - 1,
      signal: end.signal(),
      fresh,
    });
    fresh = false;
    const failure = failureOf(session, outcome);
    if (failure === undefined) return { best, exhausted: outcome.reason === 'exhausted' };
    if (outcome.reason !== 'failed') return { best, exhausted: false };
    if (sameFailure(found.failure, failure)) {
      const cost = costOf(failure);
      if (better(cost, best.cost)) best = { failure, cost };
    }
    if (session.words[H.SPACE_DONE] !== 0) return { best, exhausted: true };
  }
  return { best, exhausted: false };
}
