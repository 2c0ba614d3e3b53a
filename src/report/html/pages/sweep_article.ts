import { escapeHtml } from '../../../page/markup.ts';
import { badge } from '../../../page/summary.ts';
import type { SweepResult } from '../../../results/sweep_result.ts';
import { sweepFindings } from '../../advice/sweep_findings.ts';
import { sweepConfigurationLines } from '../../figures/configuration_text.ts';
import { formatMany } from '../../figures/format.ts';
import { environmentTable } from '../../tables/conditions_tables.ts';
import { sweepTable } from '../../tables/sweep_table.ts';
import type { Chart } from '../components/chart/chart.ts';
import { chartGrid, chartMultiples } from '../components/chart/chart_figure.ts';
import { tableSection } from '../components/table_section.ts';
import { repetitionsChart, scalingCharts } from './sweep_charts.ts';

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
  const configuration = sweepConfigurationLines(sweep);
  const scaling = scalingCharts(sweep);
  const findings = sweepFindings(sweep)
    .map((text) => `<li><p>${escapeHtml(text)}</p></li>`)
    .join('');
  return `<article>
<header><h1>${escapeHtml(first?.configuration.workload ?? 'sweep')}: sweep</h1>${sweep.complete ? '' : badge('interrupted', 'warn')}</header>
${configuration.map((line) => `<p class="sub">${escapeHtml(line)}</p>`).join('')}
<p class="sub">${escapeHtml(sub)}</p>
${findings === '' ? '' : `<h2>What this says</h2><ul class="advice">${findings}</ul>`}
${scaling.length === 0 ? '' : scalingSection(scaling, sweep)}
<h2>Throughput</h2>
${tableSection(sweepTable(sweep))}
${chartGrid([repetitionsChart(sweep)])}
<h2>Environment</h2>
${tableSection(environmentTable(sweep.environment))}
</article>`;
}

function scalingSection(charts: readonly Chart[], { repeat, environment }: SweepResult): string {
  const note = `Throughput by number of workers, all on one scale, the highest first: medians, with lowest and highest of ${formatMany(repeat, 'repetition')}. Dashed: the ideal, what one worker did times the workers, or times the ${formatMany(environment.cores, 'core')} where there are more workers than that.`;
  return `<h2>Scaling</h2>
<p class="note">${escapeHtml(note)}</p>
${chartMultiples(charts)}`;
}
