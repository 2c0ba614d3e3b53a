import { htmlPage } from '../../../page/page.ts';
import { TOOL_VERSION } from '../../../platform/version.ts';
import type { RunResult } from '../../../results/run_result.ts';
import type { SweepResult } from '../../../results/sweep_result.ts';
import { printableResult } from '../../figures/printable_result.ts';
import { runArticle } from './run_article.ts';
import { sweepArticle } from './sweep_article.ts';

/** Reports as one page. */
export function htmlReport(given: readonly (RunResult | SweepResult)[]): string {
  const results = given.map(printableResult);
  const articles = results.map((result, i) =>
    result.kind === 'sweep' ? sweepArticle(result) : runArticle(result, `r${i}`),
  );
  const names = results.map((result) =>
    result.kind === 'sweep'
      ? `${result.cells[0]?.configuration.workload ?? ''} sweep`
      : result.configuration.workload,
  );
  return htmlPage({
    title: `framelab: ${names.join(', ')}`,
    body: articles.join('\n'),
    footer: `framelab ${TOOL_VERSION}. Every figure is in the run's JSON too.`,
  });
}
