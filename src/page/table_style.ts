/** Pixels that a table may need: where its page has less, each row is a card. */
export const CARD_WIDTHS: readonly number[] = [
  300, 360, 430, 500, 560, 620, 700, 780, 860, 940, 1020, 1100, 1180, 1260, 1340, 1420,
];

/** How tables look, and how they become cards. */
export function tableStyle(): string {
  return `${RULES}${CARD_WIDTHS.map((width) => `@container table (max-width:${width}px){${cards(`.w${width}>*>table`)}}`).join('\n')}
`;
}

const RULES = `.table{padding:14px 0 6px;overflow:hidden;align-self:start;container:table/inline-size}
.table h3,.table>.note{padding:0 16px}
.table>.note{margin:2px 0 6px}
.scroll{overflow-x:auto;padding:4px 16px 6px}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;min-width:min(100%,420px)}
.table table{width:100%}
th{font-weight:600;color:var(--muted);text-align:right;vertical-align:bottom;border-bottom:1px solid var(--line)}
td{text-align:right;white-space:nowrap}
th,td{padding:5px 0 5px 16px}
th:first-child,td:first-child{padding-left:0}
th.t,td.t{text-align:left}
td.w,.pairs td{white-space:normal;overflow-wrap:anywhere}
.pairs td:first-child{min-width:9em}
.dense table{font-size:12px}
.dense th,.dense td{padding-left:10px}
.dense th:first-child,.dense td:first-child{padding-left:0}
tbody tr+tr td,tbody tr+tr th{border-top:1px solid var(--line)}
tbody th{color:var(--ink);font-weight:400;border-bottom:0}
td.bar{background:linear-gradient(90deg,rgb(var(--heat)/.2) var(--p),transparent 0) no-repeat 16px 50%/calc(100% - 16px) 1.5em}
tr.best td{font-weight:600;color:var(--good)}
`;

/** A row as a block: its first cell is its title, the others stand below with their column's title. */
function cards(table: string): string {
  return `${table}{display:block;min-width:0;
thead{display:none}
tbody{display:block}
tr{display:grid;grid-template-columns:repeat(auto-fill,minmax(88px,1fr));gap:6px 12px;padding:9px 0}
tr+tr{border-top:1px solid var(--line)}
td{padding:0;border:0!important;text-align:left;white-space:normal;overflow-wrap:anywhere}
td:first-child,td.w{grid-column:1/-1}
td:first-child{font-weight:600}
td+td::before{content:attr(data-l);display:block;color:var(--muted);font-size:11px;font-weight:400}
td.bar{background-position:0 100%;background-size:100% 3px}}`;
}
