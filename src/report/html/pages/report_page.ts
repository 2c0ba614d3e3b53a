import { htmlPage } from '../../../page/page.ts';
import { TOOL_VERSION } from '../../../platform/version.ts';
import { isExplored, type Reportable } from '../../figures/exploration_view.ts';
import { printableResult } from '../../figures/printable_result.ts';
import { campaignArticle } from './campaign_article.ts';
import { explorationArticle } from './exploration_article.ts';
import { runArticle } from './run_article.ts';
import { sweepArticle } from './sweep_article.ts';

/** Reports as one page. */
export function htmlReport(given: readonly Reportable[]): string {
  const results = given.map(printableResult);
  const articles = results.map(articleOf);
  return htmlPage({
    title: `framelab: ${results.map(nameOf).join(', ')}`,
    body: articles.join('\n'),
    footer: `framelab ${TOOL_VERSION}. Every figure is in the run's JSON too.`,
  });
}

/** @param i tells its anchors from those of the others */
function articleOf(result: Reportable, i: number): string {
  if (isExplored(result)) return explorationArticle(result);
  if (result.kind === 'campaign') return campaignArticle(result);
  return result.kind === 'sweep' ? sweepArticle(result) : runArticle(result, `r${i}`);
}

function nameOf(result: Reportable): string {
  if (isExplored(result)) return result.scenario;
  if (result.kind === 'campaign') return 'campaign';
  return result.kind === 'sweep'
    ? `${result.cells[0]?.configuration.workload ?? ''} sweep`
    : result.configuration.workload;
}
