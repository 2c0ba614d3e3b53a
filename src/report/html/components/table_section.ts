import { escapeHtml } from '../../../page/markup.ts';
import { type ReportTable, tableFor } from '../../tables/report_table.ts';

/** A table that scrolls by itself if it is wider than the page; empty if it has no rows. */
export function tableSection(given: ReportTable): string {
  const table = tableFor('page', given);
  if (table.rows.length === 0) return '';
  const { columns } = table;
  const title = escapeHtml(table.title);
  const note = table.note === undefined ? '' : `<p class="note">${escapeHtml(table.note)}</p>`;
  const head = columns.every((column) => column.title === '')
    ? ''
    : `<thead><tr>${columns
        .map((column) => {
          const help = column.help === undefined ? null : escapeHtml(column.help);
          const text = escapeHtml(column.title);
          return `<th scope="col"${column.text ? ' class="t"' : ''}>${help === null ? text : `<abbr title="${help}">${text}</abbr>`}</th>`;
        })
        .join('')}</tr></thead>`;
  const body = table.rows
    .map((row) => `<tr>${row.map((cell, i) => cellOf(cell, columns[i].text ?? false)).join('')}</tr>`)
    .join('');
  return `<section class="table"><h3>${title}</h3>${note}<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>${head}<tbody>${body}</tbody></table></div></section>`;
}

/** A long text would make the table wider than any screen. */
const LONG = 40;

function cellOf(cell: string, isText: boolean): string {
  const classes = [...(isText ? ['t'] : []), ...(cell.length > LONG ? ['w'] : [])].join(' ');
  return `<td${classes === '' ? '' : ` class="${classes}"`}>${escapeHtml(cell)}</td>`;
}
