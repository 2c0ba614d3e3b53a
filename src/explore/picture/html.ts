import type { Failure } from '../../verdicts/failure.ts';
import { isFold } from './fold.ts';
import { costOf, interleaving, type Row } from './interleaving.ts';

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function tableRow(row: Row, threads: readonly number[]): string {
  const place = row.places[0];
  const stack = row.places.map(
    (at) => `${at.name === '' ? '' : `${at.name} `}${at.file}:${at.line}:${at.column}`,
  );
  const where = place === undefined ? '' : `<small>${escapeHtml(`${place.file}:${place.line}`)}</small>`;
  const source = row.source === '' ? '' : `<code>${escapeHtml(row.source)}</code>`;
  const times = row.times > 1 ? ` <b>&times;&nbsp;${row.times.toLocaleString('en')}</b>` : '';
  const step = `<td title="${escapeHtml(stack.join('\n'))}"><span>${escapeHtml(row.text)}${times}</span>${source}${where}</td>`;
  const cells = threads.map((thread) => (thread === row.thread ? step : '<td></td>')).join('');
  const mark = row.switched === 'preemption' ? 'preemption' : row.switched === 'switch' ? 'switch' : '';
  return `<tr class="${mark === '' ? 'same' : mark}"><th scope="row">${row.step}</th><td class="mark">${mark}</td>${cells}</tr>`;
}

/** The interleaving as one HTML page with nothing outside itself; hovering over a step shows its stack. */
export function renderHtml(failure: Failure, title: string): string {
  const shown = interleaving(failure);
  const all = shown.filter((line): line is Row => !isFold(line));
  const threads = [...new Set(all.map((row) => row.thread))].sort((a, b) => a - b);
  const cost = costOf(failure);
  const { cause } = failure;
  const body = shown.map((line) =>
    isFold(line)
      ? `<tr class="fold"><th scope="row">&hellip;</th><td class="mark"></td><td colspan="${threads.length}">${escapeHtml(line.fold)}</td></tr>`
      : tableRow(line, threads),
  );
  const why =
    cause === undefined
      ? ''
      : `<p class="cause"><b>Cause: ${escapeHtml(cause.name)}.</b> ${escapeHtml(cause.sentence)}.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; --line: #8884; --mark: #c40; }
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
th, td { padding: .25rem .75rem; text-align: left; vertical-align: top; border-left: 1px solid var(--line); }
th[scope=row], .mark { border-left: 0; color: #888; font-weight: normal; font-size: 12px; }
tr.switch > *, tr.preemption > * { border-top: 1px solid var(--line); }
tr.preemption > * { border-top: 2px solid var(--mark); }
tr.preemption .mark { color: var(--mark); font-weight: bold; }
span, code { font-family: ui-monospace, monospace; display: block; }
code, small { color: #888; font-size: 12px; display: block; }
tr.fold > * { border-top: 1px dashed var(--line); border-bottom: 1px dashed var(--line); font-style: italic; }
.cause { max-width: 60rem; padding: .5rem 1rem; border-left: 4px solid var(--mark); }
pre { white-space: pre-wrap; }
</style>
</head>
<body>
<h1>${escapeHtml(failure.verdict)}: ${escapeHtml(failure.message)}</h1>
${why}
<p>${escapeHtml(title)}. ${cost.steps} steps, ${cost.switches} switches, of them ${cost.preemptions} preemptions. Event hash ${escapeHtml(failure.eventHash)}.</p>
<table>
<thead><tr><th>step</th><th></th>${threads.map((thread) => `<th>thread ${thread}</th>`).join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
<pre>${escapeHtml(failure.details.map((line) => line.trim()).join('\n'))}</pre>
</body>
</html>
`;
}
