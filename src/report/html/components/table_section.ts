import { escapeHtml } from '../../../page/markup.ts';
import { CARD_WIDTHS } from '../../../page/table_style.ts';
import { type ReportColumn, type ReportTable, tableFor } from '../../tables/report_table.ts';

/** A table, which becomes a card for each row where the page is narrower than it; empty if it has no rows. */
export function tableSection(given: ReportTable): string {
  const table = tableFor('page', given);
  if (table.rows.length === 0) return '';
  const { columns } = table;
  const title = escapeHtml(table.title);
  const note = table.note === undefined ? '' : `<p class="note">${escapeHtml(table.note)}</p>`;
  const hasHead = columns.some((column) => column.title !== '');
  const head = hasHead ? `<thead><tr>${columns.map(headOf).join('')}</tr></thead>` : '';
  const bars = columns.findIndex((column) => column.title === table.bars?.column);
  const body = table.rows
    .map((row, at) => {
      const cells = row.map((cell, i) =>
        cellOf(cell, columns[i], i === bars ? table.bars?.parts[at] : undefined),
      );
      return `<tr${at === table.best ? ' class="best"' : ''}>${cells.join('')}</tr>`;
    })
    .join('');
  return `<section class="table ${layoutOf(table)}"><h3>${title}</h3>${note}<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>${head}<tbody>${body}</tbody></table></div></section>`;
}

/** A table of two columns fits everywhere: its texts wrap. */
const PAIR = 2;
/** Tables with more columns have smaller letters. */
const DENSE = 12;
/** Pixels of a letter, and between two columns, of either kind of table. */
const ROOMY = { letter: 8.2, gap: 16 };
const TIGHT = { letter: 7.5, gap: 10 };

/** The least width of page at which it is shown as a table: in steps, so that the style sheet can know them all. */
function layoutOf({ columns, rows }: ReportTable): string {
  if (columns.length <= PAIR) return 'pairs';
  const isDense = columns.length > DENSE;
  const { letter, gap } = isDense ? TIGHT : ROOMY;
  const letters = columns.reduce((sum, { title }, i) => {
    const cells = rows.map((row) => (row[i].length > LONG ? LONG : row[i].length));
    return sum + Math.max(...title.split(' ').map((word) => word.length), ...cells);
  }, 0);
  const needed = letters * letter + (columns.length + 1) * gap;
  const step = CARD_WIDTHS.find((width) => needed <= width) ?? CARD_WIDTHS[CARD_WIDTHS.length - 1];
  return `${isDense ? 'dense ' : ''}w${step}`;
}

function headOf({ title, help, text: isText }: ReportColumn): string {
  const text = escapeHtml(title);
  const shown = help === undefined ? text : `<abbr title="${escapeHtml(help)}">${text}</abbr>`;
  return `<th scope="col"${isText ? ' class="t"' : ''}>${shown}</th>`;
}

/** A longer text wraps: it would make the table wider than any screen. */
const LONG = 26;

/** @param bar how long the bar behind it is, 0 to 1 */
function cellOf(cell: string, { title, text }: ReportColumn, bar: number | undefined): string {
  const names = [text && 't', cell.length > LONG && 'w', bar !== undefined && 'bar']
    .filter(Boolean)
    .join(' ');
  const classes = names === '' ? '' : ` class="${names}"`;
  const label = title === '' ? '' : ` data-l="${escapeHtml(title)}"`;
  const length = bar === undefined ? '' : ` style="--p:${(bar * 100).toFixed(1)}%"`;
  return `<td${classes}${label}${length}>${escapeHtml(cell)}</td>`;
}
