import { escapeHtml } from '../../../page/markup.ts';
import { badge } from '../../../page/summary.ts';
import type { SweepResult } from '../../../results/sweep_result.ts';
import { sweepFindings } from '../../advice/sweep_findings.ts';
import { formatMany } from '../../figures/format.ts';
import { environmentTable } from '../../tables/conditions_tables.ts';
import { sweepTable } from '../../tables/sweep_table.ts';
import { chartGrid } from '../components/chart/chart_figure.ts';
import { tableSection } from '../components/table_section.ts';
import { efficiencyChart, repetitionsChart, scalingChart } from './sweep_charts.ts';

/** A sweep: how it scales, what each combination did, and how far repetitions spread. */
export function sweepArticle(sweep: SweepResult): string {
  const [first] = sweep.cells;
  const sub = [
    formatMany(sweep.cells.length, 'combination'),
    `${formatMany(sweep.repeat, 'repetition')} each, interleaved`,
    `Node ${sweep.environment.node}`,
    `${sweep.environment.cores} cores`,
    sweep.startedAt.replace('T', ' ').replace(/\..*/, ' UTC'),
  ].join(' · ');
  const charts = [scalingChart(sweep), efficiencyChart(sweep), repetitionsChart(sweep)];
  const findings = sweepFindings(sweep)
    .map((text) => `<li><p>${escapeHtml(text)}</p></li>`)
    .join('');
  return `<article>
<header><h1>${escapeHtml(first?.configuration.workload ?? 'sweep')}: sweep</h1>${sweep.complete ? '' : badge('interrupted', 'warn')}</header>
<p class="sub">${escapeHtml(sub)}</p>
${findings === '' ? '' : `<h2>What this says</h2><ul class="advice">${findings}</ul>`}
<h2>Throughput</h2>
${chartGrid(charts)}
${tableSection(sweepTable(sweep))}
<h2>Environment</h2>
${tableSection(environmentTable(sweep.environment))}
</article>`;
}
