import { escapeHtml } from './markup.ts';
import { styleSheet } from './style_sheet.ts';

export interface PageParts {
  readonly title: string;
  /** HTML: the page's content. */
  readonly body: string;
  /** Text at its very end. */
  readonly footer: string;
  /** CSS that this page needs beside the common style sheet. */
  readonly style?: string;
}

/** A page that needs nothing else: no network, no script. */
export function htmlPage({ title, body, footer, style = '' }: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${styleSheet()}${style}</style>
</head>
<body>
<main>
${body}
<footer>${escapeHtml(footer)}</footer>
</main>
</body>
</html>
`;
}
