import { findingOfSchedule, type ScheduleFailed } from '../../explore/replay/schedule_failed.ts';
import { explorationOf } from '../../explore/search/exploration.ts';
import { searchProgram } from '../../explore/search/explore_program.ts';
import { summarise } from '../../explore/search/result.ts';
import { type Search, search } from '../../explore/search/search.ts';
import { LabError } from '../../platform/error.ts';
import type { Finding } from '../../results/finding.ts';
import { sampleOf } from '../ledger/behaviour_sample.ts';
import type { SliceFigures, SliceFind } from '../ledger/lines.ts';
import type { ExploreCell, Slice } from '../plan/plan.ts';
import { keyOfFinding, keyOfRecording } from './find_key.ts';
import type { ReplayStore } from './replay_store.ts';
import { refusedSlice, type SliceEnd } from './slice_end.ts';

/** Steps of a finding that are written into a ledger: its replay file has them all. */
const STEPS_KEPT_MAX = 200;

/** Errors by which a slice cannot be done, on any machine. */
const REFUSALS: readonly string[] = ['Usage', 'Scenario', 'Strategy', 'Uncontrolled'];

/**
 * Runs the schedules of a slice, past every failure that can be passed.
 *
 * @throws `WorkerCrashed` where threads were given no time: the slice may be tried again
 */
export async function exploreSlice(
  slice: Slice & { readonly cell: ExploreCell },
  store: ReplayStore,
  signal: AbortSignal,
): Promise<SliceEnd> {
  const { cell } = slice;
  const directory = store.temporary();
  try {
    const ended = await searched(slice, directory, signal);
    const kept = await keptOf(ended, cell, store);
    const stopped = signal.aborted && ended.result.executions < cell.schedules && !exhaustedIn(ended);
    return {
      finds: kept.map(({ key, finding, replay }) => ({ key, finding, replay })),
      line: {
        end: stopped ? 'stopped' : 'done',
        figures: figuresOf(ended),
        finds: kept.map(({ key, times, first }): SliceFind => ({ key, times, first })),
        behaviours: sampleOf(ended.explored.flatMap(({ behaviours }) => behaviours ?? [])),
      },
    };
  } catch (error) {
    if (error instanceof LabError && REFUSALS.includes(error.code)) return refusedSlice(error.message);
    throw error;
  } finally {
    store.remove(directory);
  }
}

function searched(
  { cell, index, seed }: Slice & { readonly cell: ExploreCell },
  directory: string,
  signal: AbortSignal,
): Promise<Search> {
  const shares: Record<string, number> =
    cell.shares === true ? { share: index + 1, shares: cell.slices } : {};
  const options = {
    ...cell.options,
    strategy: cell.strategy,
    params: { ...cell.params, ...shares },
    schedules: cell.schedules,
    seed,
    // A slice shows the same on every machine.
    jobs: 1,
    all: true,
    directory,
    signal,
  };
  if (cell.program === undefined) return search(cell.scenario, options);
  return searchProgram(cell.scenario, { ...options, ...cell.program });
}

interface KeptHere extends SliceFind {
  readonly finding: Finding;
  readonly replay: string | null;
}

/** The kinds of failure that a search met, with a replay of each. */
async function keptOf(ended: Search, cell: ExploreCell, store: ReplayStore): Promise<KeptHere[]> {
  if (ended.finds.length === 0 && ended.failed !== undefined) {
    const [finding] = (await explorationOf(ended, false)).findings;
    return [{ key: keyOfFinding(cell, finding), finding, replay: null, times: 1, first: 1 }];
  }
  return ended.finds.map(({ failed, times, shortest }) => {
    const key = keyOfRecording(cell, failed.recording);
    const replay = written(store, key, failed);
    if (shortest !== undefined) written(store, key, shortest);
    const { strategy, schedule } = failed.recording.found;
    const first = strategy === 'first' ? 1 : schedule;
    return { key, finding: inShort(findingOfSchedule(failed), replay), replay, times, first };
  });
}

/** Null where it cannot be written: that must not cost the find. */
function written(store: ReplayStore, key: string, { recording }: ScheduleFailed): string | null {
  try {
    return store.keep(key, recording, 'here');
  } catch {
    return null;
  }
}

/** The last steps alone, and the replay where it is kept. */
function inShort(finding: Finding, replay: string | null): Finding {
  const { evidence } = finding;
  if (evidence?.kind !== 'schedule') return finding;
  const steps = evidence.steps.slice(-STEPS_KEPT_MAX);
  return { ...finding, evidence: { ...evidence, steps, recording: replay, command: '' } };
}

function exhaustedIn({ explored }: Search): boolean {
  return explored.some((one) => one.exhausted);
}

function figuresOf(ended: Search): SliceFigures {
  const { executions, pruned, steps, seconds, unwatched, remarks } = ended.result;
  const { complete, atomicsComplete } = ofItsShare(ended);
  const exhausted = exhaustedIn(ended);
  return {
    executions,
    pruned,
    steps,
    operations: 0,
    seconds,
    exhausted,
    complete,
    atomicsComplete,
    unwatched,
    remarks,
  };
}

/** What an exploration would say if its share were the whole search: if all shares say so, it is true of the search. */
function ofItsShare({
  explored,
  request,
  result,
  failed,
  finds,
}: Search): Pick<SliceFigures, 'complete' | 'atomicsComplete'> {
  if (!(request.params.shares > 1)) return result;
  const whole = { ...request, params: { ...request.params, share: 1, shares: 1 } };
  return summarise(explored, whole, {
    seconds: result.seconds,
    failed: failed !== undefined || finds.length > 0,
  });
}
