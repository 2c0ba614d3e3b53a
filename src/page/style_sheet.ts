import { seriesVariables } from './series_colors.ts';
import { tableStyle } from './table_style.ts';

/** The page's style sheet: light and dark by what the reader's system prefers, from 400 to 1920 pixels. */
export function styleSheet(): string {
  return `:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2129;--muted:#596573;--line:#dfe4ea;--good:#187544;--bad:#c02f2f;--warn:#8c5b00;--goodbg:#e6f4ec;--badbg:#fbe9e9;--warnbg:#fbf2df;--heat:37 99 199;${seriesVariables(0)}}
@media (prefers-color-scheme:dark){:root{--bg:#0e1217;--card:#161b22;--ink:#e3e8ee;--muted:#98a4b3;--line:#2a323c;--good:#5cc98c;--bad:#f07d78;--warn:#e2b04a;--goodbg:#14301f;--badbg:#3a1b1c;--warnbg:#33280f;--heat:107 163 245;${seriesVariables(1)}}}
${tableStyle()}${RULES}`;
}

const RULES = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1600px;margin:0 auto;padding:28px 32px 48px}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 14px;margin-bottom:4px}
h1{font-size:26px;line-height:1.25;margin:0;letter-spacing:-.01em}
h2{font-size:18px;margin:36px 0 12px;letter-spacing:-.005em}
h3{font-size:14px;font-weight:600;margin:0}
p{margin:0}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.sub{color:var(--muted)}
.badge{font-size:13px;font-weight:600;padding:2px 10px;border-radius:99px;background:var(--goodbg);color:var(--good)}
.badge.bad{background:var(--badbg);color:var(--bad)}
.badge.warn{background:var(--warnbg);color:var(--warn)}
nav{display:flex;flex-wrap:wrap;gap:2px 18px;margin:14px 0 0;font-size:14px}
a{color:var(--s0);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin:20px 0 0}
.tile,.chart,.table,.advice{background:var(--card);border:1px solid var(--line);border-radius:8px;min-width:0}
.tile{padding:12px 16px}
.tile b{display:block;font-size:22px;line-height:1.3;font-weight:600;font-variant-numeric:tabular-nums}
.tile span{color:var(--muted);font-size:13px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,560px),1fr));gap:16px}
.grid+.grid,.grid+.chart,.chart+.grid,.table+.grid,.grid+.table,.table+.table,.chart+.table,.table+.chart{margin-top:16px}
.chart{margin:0;padding:14px 16px 12px;container-type:inline-size}
.chart figcaption{margin-bottom:10px}
.chart svg{display:block;width:100%;height:auto}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:6px 0 0;padding:0;font-size:13px;color:var(--muted)}
.key li{display:flex;align-items:center;gap:7px}
.key i{width:14px;height:0;border-top:3px solid var(--c);border-radius:2px}
.key i.dashed{border-top-style:dashed;border-top-width:2px;border-radius:0}
.narrow{display:none}
@container (max-width:500px){.wide{display:none}.narrow{display:block}}
.full{display:none}
@container (min-width:900px){.full{display:block}.full~.wide{display:none}}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr));gap:12px;margin:12px 0 16px}
.note{color:var(--muted);font-size:13px;margin-top:8px;max-width:100ch}
.memory img{display:block;width:100%;height:auto;image-rendering:pixelated;border-radius:3px}
.legend{list-style:none;margin:12px 0 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr));gap:3px 24px;font-size:13px}
.legend li{display:flex;align-items:baseline;gap:8px;font-variant-numeric:tabular-nums}
.legend i{flex:none;width:11px;height:11px;border-radius:2px;background:var(--l);box-shadow:inset 0 0 0 1px rgb(128 128 128/.35);align-self:flex-start;margin-top:5px}
@media (prefers-color-scheme:dark){.legend i{background:var(--d)}}
.legend b{margin-left:auto;font-weight:600;white-space:nowrap}
.legend span{color:var(--muted);min-width:4.6em;text-align:right;white-space:nowrap}
abbr{text-decoration:none;border-bottom:1px dotted var(--muted);cursor:help}
.advice{margin:0;padding:4px 18px;list-style:none}
.advice li{padding:11px 0 11px 16px;position:relative}
.advice li+li{border-top:1px solid var(--line)}
.advice li::before{content:"";position:absolute;left:0;top:19px;width:7px;height:7px;border-radius:50%;background:var(--s1)}
.advice li.fine::before{background:var(--good)}
.advice li.trust::before{background:var(--bad)}
.advice b{font-weight:600}
.advice p{max-width:110ch}
.advice .try{color:var(--muted)}
.advice .try::before{content:"Try: ";font-weight:600}
.heat td{padding:0;text-align:center;border:0}
.heat table{width:100%;max-width:calc(110px + var(--n)*96px);min-width:0;table-layout:fixed}
.heat th:first-child,.heat td:first-child{width:92px}
.heat td div{margin:1px;padding:7px 2px;border-radius:3px;height:34px;overflow:hidden;white-space:nowrap;background:rgb(var(--heat)/var(--a))}
.heat td.strong div{color:#fff}
@media (prefers-color-scheme:dark){.heat td.strong div{color:#0b1a30}}
.heat th{border:0;padding:5px 0;text-align:center}
.heat tbody th{text-align:right;color:var(--muted);padding:0 8px 0 0;white-space:nowrap}
.heat tbody tr+tr td,.heat tbody tr+tr th{border:0}
@container (max-width:500px){.heat.many td div{font-size:0}}
.heat .none{font-size:0}
.heat caption{caption-side:top;text-align:left;color:var(--muted);padding-bottom:4px}
.problem{background:var(--badbg);border:1px solid var(--bad);border-radius:8px;padding:12px 16px;margin-top:16px}
.rerun{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 14px;margin-top:16px}
.grid>.table{margin-top:0;align-self:stretch}
.table+.chart{margin-top:16px}
details{margin-top:16px}
summary{cursor:pointer;font-weight:600;font-size:14px}
details[open] summary{margin-bottom:12px}
footer{margin-top:40px;color:var(--muted);font-size:13px}
article+article{margin-top:56px;padding-top:36px;border-top:2px solid var(--line)}
@media (max-width:640px){main{padding:18px 14px 36px}h1{font-size:21px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tile b{font-size:18px}.chart{padding:12px}.scroll{padding-inline:12px}.table h3,.table>.note{padding-inline:12px}}
@media print{body{background:#fff}.chart,.table,.tile{break-inside:avoid}}
`;
