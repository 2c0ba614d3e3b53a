import type {
  CampaignEnd,
  CampaignResult,
  CampaignWorker,
  KindOfFailure,
} from '../../results/campaign_result.ts';
import { CAMPAIGN_SCHEMA_VERSION } from '../../results/campaign_result.ts';
import type { Environment } from '../../results/environment.ts';
import type { Finding } from '../../results/finding.ts';
import { headerOf } from '../../results/header.ts';
import type { SliceEnvironment, SliceLine } from '../ledger/lines.ts';
import type { Plan, Slice } from '../plan/plan.ts';
import { cellsOf, subjectOf } from './cells.ts';
import type { Tally } from './tally.ts';

/** What is to be put together. */
export interface Asked {
  readonly plan: Plan;
  /** Those that were asked for: of the whole plan, or of a shard. */
  readonly slices: readonly Slice[];
  readonly tally: Tally;
  /** Lines that could not be read. */
  readonly damage: readonly string[];
  readonly environment: Environment;
  readonly startedAt: string;
  /** Why it ended early, as `the time is over`; undefined where slices that are missing are missing for no reason. */
  readonly stoppedBy?: string;
  readonly interrupted?: boolean;
  readonly reproduce: readonly string[];
  /** The command that replays a file. */
  readonly replayCommand: (replay: string) => string;
}

/** The result of a campaign: the same for the same lines, in whatever order they came. */
export function campaignResult(asked: Asked): CampaignResult {
  const { plan, slices, tally, startedAt, environment, reproduce, stoppedBy } = asked;
  const ends = slices.flatMap(({ id }) => tally.endOf(id) ?? []);
  const wanted = new Set(slices.map(({ id }) => id));
  const lines = [...ends, ...tally.stopped.filter(({ slice }) => wanted.has(slice))];
  const kinds = kindsOf(lines, slices, tally);
  const doubts = doubtsOf(ends, asked);
  const count = (end: SliceLine['end']): number => ends.filter((line) => line.end === end).length;
  const counts = {
    planned: slices.length,
    done: count('done'),
    refused: count('refused'),
    crashed: count('crashed'),
  };
  const missing = slices.length - ends.length;
  const findings = kinds.map((kind) => findingOf(kind, asked));
  return {
    ...headerOf<'campaign', CampaignEnd>({
      schemaVersion: CAMPAIGN_SCHEMA_VERSION,
      kind: 'campaign',
      startedAt,
      environment,
      outcome: outcomeOf(
        findings,
        doubts,
        missing > 0 && stoppedBy === undefined,
        asked.interrupted === true,
      ),
      findings,
      reproduce,
    }),
    plan: plan.id,
    seed: plan.seed,
    slices: counts,
    cells: cellsOf(plan.cells, slices, tally),
    kinds,
    workers: workersOf(ends),
    doubts,
    stoppedBy: missing > 0 ? (stoppedBy ?? null) : null,
  };
}

function outcomeOf(
  findings: readonly Finding[],
  doubts: readonly string[],
  lacks: boolean,
  interrupted: boolean,
): CampaignEnd {
  if (findings.some(({ blames }) => blames === 'code')) return 'violation';
  if (interrupted) return 'interrupted';
  return findings.length > 0 || doubts.length > 0 || lacks ? 'unproved' : 'passed';
}

/** In the order of the plan: by the first slice that met them. */
function kindsOf(lines: readonly SliceLine[], slices: readonly Slice[], tally: Tally): KindOfFailure[] {
  const byId = new Map(slices.map((slice, i) => [slice.id, { slice, i }]));
  const kinds = new Map<string, { at: number; times: number; cells: Set<string>; slice: Slice }>();
  for (const line of lines) {
    const { slice, i } = byId.get(line.slice)!;
    for (const { key, times } of line.finds) {
      const kind = kinds.get(key);
      if (kind === undefined) kinds.set(key, { at: i, times, cells: new Set([slice.cell.id]), slice });
      else {
        kind.times += times;
        kind.cells.add(slice.cell.id);
        if (i < kind.at) Object.assign(kind, { at: i, slice });
      }
    }
  }
  return [...kinds.entries()]
    .sort(([, a], [, b]) => a.at - b.at)
    .map(([key, { times, cells, slice }]) => {
      const find = tally.findOf(key);
      return {
        key,
        verdict: find?.finding.verdict ?? 'unknown',
        subject: subjectOf(slice.cell),
        times,
        cells: [...cells].sort(),
        slice: slice.id,
        replay: find?.replay ?? null,
      };
    });
}

/** With the command that replays it here. */
function findingOf({ key, slice }: KindOfFailure, { tally, replayCommand }: Asked): Finding {
  const find = tally.findOf(key);
  if (find === undefined) return withoutDetails(key, slice);
  const { finding, replay } = find;
  const { evidence } = finding;
  if (evidence?.kind !== 'schedule' || replay === null) return finding;
  return { ...finding, evidence: { ...evidence, recording: replay, command: replayCommand(replay) } };
}

/** The file in which the worker wrote it down is not among those that were read. */
function withoutDetails(key: string, slice: string): Finding {
  const message = `slice ${slice} met a failure of kind ${key}, whose details are in a file that is not here`;
  const none = { details: [], cause: null, thread: null, places: [], evidence: null };
  return { verdict: 'unknown', blames: 'code', message, ...none };
}

function doubtsOf(ends: readonly SliceLine[], { tally, damage, plan }: Asked): string[] {
  const of = (end: SliceLine['end']): SliceLine[] => ends.filter((line) => line.end === end);
  const byReason = new Map<string, string[]>();
  for (const { slice, why = '' } of of('refused')) byReason.set(why, [...(byReason.get(why) ?? []), slice]);
  const other = [...new Set(ends.map(({ on }) => on.framelab))].filter(
    (version) => version !== plan.framelab,
  );
  return [
    ...[...byReason].map(([why, slices]) => `${some(slices)} could not be done: ${why}`),
    ...of('crashed').map(({ slice, why }) => `slice ${slice}: ${why}`),
    ...tally.contradictions.map(
      (slice) => `slice ${slice} was done twice, with different results: it depends on more than its seed`,
    ),
    ...other.map(
      (version) => `slices were done by framelab ${version}, the plan was made by ${plan.framelab}`,
    ),
    ...damage,
  ];
}

function some(slices: readonly string[]): string {
  const [first] = slices;
  return slices.length === 1 ? `slice ${first}` : `${slices.length} slices, as ${first},`;
}

function workersOf(ends: readonly SliceLine[]): CampaignWorker[] {
  const workers = new Map<string, { on: SliceEnvironment; lines: SliceLine[] }>();
  for (const line of ends) {
    const known = workers.get(line.worker) ?? { on: line.on, lines: [] };
    known.lines.push(line);
    workers.set(line.worker, known);
  }
  return [...workers.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([worker, { on, lines }]) => ({
      worker,
      environment: on,
      slices: lines.length,
      executions: lines.reduce((sum, { figures }) => sum + figures.executions + figures.pruned, 0),
      seconds: lines.reduce((sum, { figures }) => sum + figures.seconds, 0),
    }));
}
