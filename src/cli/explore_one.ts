import type { ExploreOptions } from '../explore/options/explore_options.ts';
import { ScheduleFailed } from '../explore/replay/schedule_failed.ts';
import { explorationOf } from '../explore/search/exploration.ts';
import { type ExploreProgramOptions, searchProgram } from '../explore/search/explore_program.ts';
import { resultText, searchedText } from '../explore/search/result.ts';
import { type KeptFind, type Search, search } from '../explore/search/search.ts';
import type { ShrinkResult } from '../explore/shrink/shrink.ts';
import type { ExplorationResult } from '../results/exploration_result.ts';
import { type Ending, endingOfError } from './exit_codes.ts';
import { ExploreProgress } from './explore_progress.ts';
import { findAsJson } from './find_json.ts';
import type { Io } from './io.ts';
import { shrinkFind, shrunkAsJson, shrunkText } from './shrink_find.ts';

/** How many finds are shrunk at once: each takes its time. */
const SHRUNK_MAX = 3;

/** The outcome of one scenario. */
export interface Told {
  readonly ending: Ending;
  readonly result: ExplorationResult;
  /** The same, which also keeps the fields of finds from before explorations had results. */
  readonly json: object;
  /** What `explore()` would throw beside a failing schedule; undefined if there is nothing. */
  readonly error: Error | undefined;
}

/** That it is a program, and what was asked of it. */
export interface AskedOfProgram extends Pick<ExploreProgramOptions, 'args' | 'exitCode' | 'check'> {
  readonly program: true;
}

/**
 * Explores a scenario, or a program, and reports to people. @param shrinkMs time to make a find smaller, in milliseconds; 0 for none
 */
export async function exploreOne(
  scenario: string,
  asked: ExploreOptions & Partial<AskedOfProgram>,
  shrinkMs: number,
  io: Io,
): Promise<Told> {
  const { program, args, exitCode, check, ...options } = asked;
  const told = new Set<string>();
  const onRemark = (line: string): void => {
    told.add(line);
    io.note(line);
  };
  const progress = new ExploreProgress(io);
  const onProgress = io.quiet ? undefined : progress.show.bind(progress);
  const all = { ...options, onRemark, onProgress, signal: io.interrupt };
  const ended = await (program === true
    ? searchProgram(scenario, { ...all, args, exitCode, check })
    : search(scenario, all));
  const { result, failed, finds } = ended;
  const shrunk = await tellFinds(ended, shrinkMs, io);
  if (failed === undefined && !io.quiet) {
    io.line(resultText({ ...result, remarks: result.remarks.filter((line) => !told.has(line)) }));
  }
  const found = failed instanceof ScheduleFailed;
  const exploration = await explorationOf(ended, io.interrupt.aborted);
  const first = finds[0]?.failed;
  const before = first === undefined ? { found: false } : findAsJson(first);
  const smaller = shrunk === null ? {} : { shrunk: shrunkAsJson(shrunk) };
  const kinds = options.all === true ? { finds: finds.map(asJson) } : {};
  return {
    ending: endingOf(ended, io),
    result: exploration,
    json: { ...exploration, ...before, ...smaller, ...kinds },
    error: found ? undefined : failed,
  };
}

function endingOf({ failed }: Search, io: Io): Ending {
  if (failed !== undefined) return endingOfError(failed) ?? 'found';
  return io.interrupt.aborted ? 'interrupted' : 'ok';
}

/** Returns the first find after shrinking, if it was shrunk. */
async function tellFinds({ finds, result }: Search, shrinkMs: number, io: Io): Promise<ShrinkResult | null> {
  let first: ShrinkResult | null = null;
  for (const [i, find] of finds.entries()) {
    if (finds.length > 1) io.line(`\n${i + 1} of ${finds.length} kinds of failure, ${timesText(find)}:`);
    io.line(find.failed.message);
    if (find.shortest !== undefined) io.line(`The shortest of them: ${find.shortest.command}`);
    if (i === finds.length - 1) io.line(searchedText(result));
    const smaller = i < SHRUNK_MAX ? await shrinkFind(find.shortest ?? find.failed, shrinkMs, io) : null;
    if (smaller !== null) io.line(shrunkText(smaller));
    if (i === 0) first = smaller;
  }
  return first;
}

function timesText({ times }: KeptFind): string {
  return `in ${times} schedule${times === 1 ? '' : 's'}`;
}

function asJson({ failed, times, shortest }: KeptFind): object {
  const { replayFile = null, command, failure } = failed;
  const shorter = shortest && { replayFile: shortest.replayFile ?? null, command: shortest.command };
  return {
    verdict: failure.verdict,
    message: failure.message,
    times,
    replayFile,
    command,
    shortest: shorter ?? null,
  };
}
