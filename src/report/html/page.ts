import { TOOL_VERSION } from '../../platform/version.ts';
import type { RunResult } from '../../results/run_result.ts';
import type { SweepResult } from '../../results/sweep_result.ts';
import { printableResult } from '../printable_result.ts';
import { escapeHtml } from './markup.ts';
import { runArticle } from './run_article.ts';
import { styleSheet } from './style.ts';
import { sweepArticle } from './sweep_article.ts';

/** Reports as one page that needs nothing else: no network, no script. */
export async function htmlReport(given: readonly (RunResult | SweepResult)[]): Promise<string> {
  const results = given.map(printableResult);
  const articles: string[] = [];
  for (const [i, result] of results.entries()) {
    articles.push(result.kind === 'sweep' ? await sweepArticle(result) : await runArticle(result, `r${i}`));
  }
  const names = results.map((result) =>
    result.kind === 'sweep'
      ? `${result.cells[0]?.configuration.workload ?? ''} sweep`
      : result.configuration.workload,
  );
  const title = `framelab: ${names.join(', ')}`;
  return htmlPage(title, articles.join('\n'));
}

export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${styleSheet()}</style>
</head>
<body>
<main>
${body}
<footer>framelab ${TOOL_VERSION}. Every figure is in the run's JSON too.</footer>
</main>
</body>
</html>
`;
}
