import { createHash } from 'node:crypto';
import { escapeHtml } from './markup.ts';
import { styleSheet } from './style_sheet.ts';

export interface PageParts {
  readonly title: string;
  /** HTML: what is between the page's edges. */
  readonly body: string;
  /** Text at its very end. */
  readonly footer: string;
  /** CSS that this page needs beyond the style sheet of all. */
  readonly style?: string;
  /** Plain JSON for the script, in an element of this id. */
  readonly data?: { readonly id: string; readonly value: unknown };
  /** JavaScript that runs once the page is there. */
  readonly script?: string;
}

/** A page that needs nothing else, and may ask for nothing else: no network, no script but its own. */
export function htmlPage({ title, body, footer, style = '', data, script }: PageParts): string {
  const json =
    data === undefined
      ? ''
      : `<script type="application/json" id="${data.id}">${scriptJson(data.value)}</script>\n`;
  const code = script === undefined ? '' : `<script>${script}</script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${styleSheet()}${style}</style>
</head>
<body>
<main>
${body}
<footer>${escapeHtml(footer)}</footer>
</main>
${json}${code}</body>
</html>
`;
}

/** What a page shows comes out of files and programs of others: the browser is told to run no other script than the page's. */
function policy(script: string | undefined): string {
  const own =
    script === undefined ? "'none'" : `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${own}`;
}

/** JSON that cannot end the element it is in. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
