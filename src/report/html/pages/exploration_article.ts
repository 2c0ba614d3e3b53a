import { escapeHtml } from '../../../page/markup.ts';
import { badge, type Mood } from '../../../page/summary.ts';
import {
  againCommand,
  type Explored,
  foundIn,
  headline,
  notesOn,
  outcomeOf,
  outcomeText,
} from '../../figures/exploration_view.ts';
import { explorationTables } from '../../tables/exploration_tables.ts';
import { chartGrid } from '../components/chart/chart_figure.ts';
import { foundProblem, notesSection } from '../components/found_problem.ts';
import { tableSection } from '../components/table_section.ts';

import { behaviourChart } from './behaviour_chart.ts';

/** An exploration, or a replay file: what it found first, then how. */
export function explorationArticle(result: Explored): string {
  return `<article>
<header><h1>${escapeHtml(result.scenario)}</h1>${badge(outcomeText(result), moodOf(result))}</header>
<p class="sub">${escapeHtml(headline(result))}</p>
${foundIn(result).map(foundProblem).join('\n')}
${notesSection(notesOn(result))}
${curveOf(result)}
${explorationTables(result).map(tableSection).join('\n')}
<p class="rerun">Again: <code>${escapeHtml(againCommand(result))}</code></p>
</article>`;
}

/** How many behaviours were seen, where that was counted. */
function curveOf(result: Explored): string {
  const chart = result.kind === 'exploration' ? behaviourChart(result.behaviours) : null;
  return chart === null ? '' : `<h2>What was seen</h2>${chartGrid([chart])}`;
}

function moodOf(result: Explored): Mood {
  const outcome = outcomeOf(result);
  if (outcome === 'passed') return 'good';
  return outcome === 'interrupted' || outcome === 'unproved' ? 'warn' : 'bad';
}
