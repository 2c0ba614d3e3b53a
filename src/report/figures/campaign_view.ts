import type { CampaignCell, CampaignResult } from '../../results/campaign_result.ts';
import { type FoundView, findingView } from './exploration_view.ts';
import { formatCount, formatMany } from './format.ts';

/** How it ended, for people. */
export function campaignOutcome({ outcome, kinds }: CampaignResult): string {
  if (outcome === 'passed') return 'nothing found';
  return outcome === 'violation' ? formatMany(kinds.length, 'kind of failure', 'kinds of failure') : outcome;
}

/** What was done, in one line. */
export function campaignHeadline({ cells, slices, stoppedBy }: CampaignResult): string {
  const sum = (of: (cell: CampaignCell) => number): number =>
    cells.reduce((total, cell) => total + of(cell), 0);
  const schedules = sum((cell) => (cell.kind === 'explore' ? cell.executions : 0));
  const operations = sum((cell) => cell.operations);
  const work = [
    ...(schedules > 0 || operations === 0 ? [formatMany(schedules, 'schedule')] : []),
    ...(operations > 0 ? [`${formatMany(operations, 'operation')} of real threads`] : []),
  ];
  const done = `${formatCount(slices.done)} of ${formatMany(slices.planned, 'slice')}`;
  return `${work.join(', ')} in ${done}${stoppedBy === null ? '' : `: ${stoppedBy}`}`;
}

/** What to know beside the findings. */
export function campaignNotes(result: CampaignResult): string[] {
  const { slices, stoppedBy, doubts } = result;
  const missing = slices.planned - slices.done - slices.refused - slices.crashed;
  const lacks =
    missing > 0 && stoppedBy === null
      ? [
          `${formatMany(missing, 'slice')} of the plan ${missing === 1 ? 'is' : 'are'} missing: nothing is said of what ${missing === 1 ? 'it' : 'they'} would have shown`,
        ]
      : [];
  const whole = result.cells.filter(({ complete, atomicsComplete }) => complete || atomicsComplete);
  return [
    ...doubts,
    ...lacks,
    ...whole.map(({ subject, how, complete }) =>
      complete
        ? `${subject} by ${how}: complete: every interleaving was run, up to equivalence`
        : `${subject} by ${how}: all orders of Atomics operations were run, up to equivalence`,
    ),
    ...noteByCells(result.cells, ({ unwatched }) => unwatched).map((line) => `not watched: ${line}`),
  ];
}

export function campaignFound(result: CampaignResult): FoundView[] {
  return result.findings.map((finding, i) => {
    const view = findingView(finding);
    const { subject, times, slice, cells } = result.kinds[i];
    const how = `${formatMany(times, 'time')} in ${cells.join(', ')}; first in slice ${slice}`;
    return { ...view, title: `${subject}: ${view.title}`, lines: [...view.lines, how] };
  });
}

/** Each line once, with the subjects that it is about where it is not about all. */
function noteByCells(
  cells: readonly CampaignCell[],
  of: (cell: CampaignCell) => readonly string[],
): string[] {
  const about = new Map<string, Set<string>>();
  for (const cell of cells) {
    for (const line of of(cell)) about.set(line, (about.get(line) ?? new Set()).add(cell.subject));
  }
  const all = new Set(cells.map(({ subject }) => subject)).size;
  return [...about].map(([line, subjects]) =>
    subjects.size === all ? line : `${line} (${[...subjects].join(', ')})`,
  );
}
