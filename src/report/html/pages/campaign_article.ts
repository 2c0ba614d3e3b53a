import { escapeHtml } from '../../../page/markup.ts';
import { badge, type Mood } from '../../../page/summary.ts';
import type { CampaignCell, CampaignResult } from '../../../results/campaign_result.ts';
import {
  campaignFound,
  campaignHeadline,
  campaignNotes,
  campaignOutcome,
} from '../../figures/campaign_view.ts';
import { formatCount } from '../../figures/format.ts';
import { shellWords } from '../../figures/shell_words.ts';
import { campaignTables } from '../../tables/campaign_tables.ts';
import type { Chart } from '../components/chart/chart.ts';
import { chartGrid } from '../components/chart/chart_figure.ts';
import { foundProblem, notesSection } from '../components/found_problem.ts';
import { tableSection } from '../components/table_section.ts';

/** Fewer points are no curve. */
const POINTS_MIN = 2;

/** A campaign: what it found first, then how much was done. */
export function campaignArticle(result: CampaignResult): string {
  const charts = behaviourCharts(result.cells);
  return `<article>
<header><h1>Campaign</h1>${badge(campaignOutcome(result), moodOf(result))}</header>
<p class="sub">${escapeHtml(campaignHeadline(result))}</p>
${campaignFound(result).map(foundProblem).join('\n')}
${notesSection(campaignNotes(result))}
${charts.length === 0 ? '' : `<h2>What was seen</h2>${chartGrid(charts)}`}
${campaignTables(result).map(tableSection).join('\n')}
<p class="rerun">Go on with: <code>framelab ${escapeHtml(shellWords(result.reproduce))}</code></p>
</article>`;
}

function moodOf({ outcome }: CampaignResult): Mood {
  if (outcome === 'passed') return 'good';
  return outcome === 'violation' ? 'bad' : 'warn';
}

/** For each subject, how many behaviours each strategy had shown after so many schedules. */
function behaviourCharts(cells: readonly CampaignCell[]): Chart[] {
  const bySubject = new Map<string, CampaignCell[]>();
  for (const cell of cells) {
    const { behaviours } = cell;
    // A search that repeats no behaviour has as many as schedules: that is no curve.
    const repeats = behaviours !== undefined && (behaviours.chanceOfNew ?? behaviours.chanceBelow) !== null;
    if (!repeats || behaviours.curve.length < POINTS_MIN) continue;
    bySubject.set(cell.subject, [...(bySubject.get(cell.subject) ?? []), cell]);
  }
  return [...bySubject].map(([subject, of]) => chartOf(subject, of));
}

function chartOf(subject: string, cells: readonly CampaignCell[]): Chart {
  const count = (value: number): string => formatCount(value);
  const shown = cells.map(({ how, behaviours }) => `${how} ${formatCount(behaviours?.distinct ?? 0)}`);
  const first = Math.min(...cells.map(({ behaviours }) => behaviours?.curve[0][0] ?? 1));
  const last = Math.max(...cells.map(({ behaviours }) => behaviours?.schedules ?? 1));
  return {
    title: subject,
    summary: `Behaviours, up to the order of independent operations: ${shown.join(', ')}.`,
    x: { title: 'schedules', kind: 'log', min: Math.max(1, first), max: last, format: count },
    y: { title: 'behaviours', kind: 'linear', min: 0, whole: true, format: count },
    series: cells.map(({ how, behaviours }) => ({ name: how, points: behaviours?.curve ?? [] })),
  };
}
