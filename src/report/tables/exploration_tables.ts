import type { ExplorationResult } from '../../results/exploration_result.ts';
import type { ScheduleEvidence, StepView } from '../../results/finding.ts';
import type { ReplayFile } from '../../results/replay_file.ts';
import { type Explored, foundIn } from '../figures/exploration_view.ts';
import { formatCount } from '../figures/format.ts';
import { nameValueTable, type ReportTable, tableOf } from './report_table.ts';

/** Rows of a schedule that are shown: its end says most. */
const ROWS_MAX = 60;

/** Everything of an exploration, or of a replay file, that is a table; those without rows are left out. */
export function explorationTables(result: Explored): ReportTable[] {
  const schedules = foundIn(result).flatMap(({ schedule }) => (schedule === null ? [] : [schedule]));
  const tables =
    result.kind === 'replay-file'
      ? [stretchTable(result), recordingTable(result)]
      : [...schedules.map(interleavingTable), searchTable(result)];
  return tables.filter(({ rows }) => rows.length > 0);
}

/** A column for each thread, a row for each step. */
function interleavingTable({ steps, stepCount }: ScheduleEvidence): ReportTable {
  const shown = steps.slice(-ROWS_MAX);
  const threads = [...new Set(shown.map(({ thread }) => thread))].sort((a, b) => a - b);
  const note =
    shown.length < stepCount ? `The last ${shown.length} of ${formatCount(stepCount)} steps.` : undefined;
  return tableOf<StepView>(
    'Interleaving',
    shown,
    [
      { title: 'step', cell: ({ step }) => `${step}` },
      { title: 'switch', text: true, cell: ({ switched }) => (switched === 'no' ? '' : switched) },
      ...threads.map((thread) => ({
        title: shown.every((step) => step.thread !== thread || step.operation === 'fault')
          ? 'nemesis'
          : `thread ${thread}`,
        text: true,
        cell: (step: StepView) => (step.thread === thread ? step.text : ''),
      })),
      {
        title: 'place',
        text: true,
        cell: ({ place }) => (place === null ? '' : `${place.file.replace(/^.*\//, '')}:${place.line}`),
      },
    ],
    note,
  );
}

/** Which thread ran, and for how many steps. */
function stretchTable({ schedule }: ReplayFile): ReportTable {
  const stretches: { thread: number; steps: number }[] = [];
  for (let i = 0; i < schedule.length; i += 2) {
    stretches.push({ thread: schedule[i], steps: schedule[i + 1] });
  }
  const shown = stretches.slice(-ROWS_MAX);
  const note =
    shown.length < stretches.length
      ? `The last ${shown.length} of ${stretches.length} stretches.`
      : undefined;
  return tableOf(
    'Schedule',
    shown,
    [
      { title: 'thread', cell: ({ thread }) => `${thread}` },
      { title: 'steps in a row', cell: ({ steps }) => formatCount(steps) },
    ],
    note,
  );
}

function recordingTable({ file, scenario, threads, seed, timeouts, eventHash }: ReplayFile): ReportTable {
  return nameValueTable('Replay file', [
    ['file', file],
    ['scenario', scenario],
    ['threads', `${threads}`],
    ['seed', `${seed}`],
    ['timeouts', timeouts],
    ['event hash', eventHash],
  ]);
}

function searchTable(result: ExplorationResult): ReportTable {
  const { strategy, params, seed, threads, timeouts, executions, pruned, steps, switches, seconds } = result;
  const given = Object.entries(params).map(([name, value]) => ` ${name}=${value}`);
  return nameValueTable('Search', [
    ['strategy', `${strategy}${given.join('')}`],
    ['seed', `${seed}`],
    ['threads', `${threads}`],
    ['timeouts', timeouts],
    ['executions', formatCount(executions)],
    ['abandoned as redundant', formatCount(pruned)],
    ['steps', formatCount(steps)],
    ['switches', formatCount(switches)],
    ['seconds', seconds.toFixed(2)],
    ['Node.js', result.environment.node],
    ['commit', result.environment.commit ?? '-'],
    ['started', result.startedAt],
  ]);
}
