import type { RunResult } from '../../lab/result.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { escapeHtml } from './markup.ts';
import { runArticle } from './run_article.ts';
import { styleSheet } from './style.ts';

/** Reports as one page that needs nothing else: no network, no script. */
export async function htmlReport(results: readonly RunResult[]): Promise<string> {
  const articles: string[] = [];
  for (const [i, result] of results.entries()) articles.push(await runArticle(result, `r${i}`));
  const title = `framelab: ${results.map((result) => result.configuration.workload).join(', ')}`;
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
