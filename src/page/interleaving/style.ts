import type { InterleavingView } from '../../results/interleaving_view.ts';
import { SERIES_COLORS } from '../series_colors.ts';
import { columnWords } from './columns.ts';

/** The style of an interleaving's page, beyond that of all pages. */
export function interleavingStyle(view: InterleavingView): string {
  const threads = view.threads
    .map((_, thread) => `.t${thread}{--t:${thread};--c:var(--s${thread % SERIES_COLORS.length})}`)
    .join('');
  const badges = view.threads
    .map(
      ({ name }, thread) =>
        `#steps .t${thread}>:nth-child(3)::before{content:${name === undefined ? `"T${thread}"` : cssText(name)}}`,
    )
    .join('');
  // On a phone a step names the words that it changed, instead of columns for all of them.
  const names = columnWords(view)
    .map(({ name }, i) => `#steps .w${i}::before{content:${cssText(`${name} = `)}}`)
    .join('');
  // Messages make operations long.
  const wrapped = view.messages.length === 0 ? '' : '#steps code{white-space:normal;overflow-wrap:anywhere}';
  return `${RULES}${wrapped}${threads}${badges}@media (max-width:700px){${NARROW}${names}}`;
}

/** Text as a string of CSS that no text can end. */
function cssText(text: string): string {
  return `"${text.replace(/[^\w .=[\]+-]/gu, (char) => `\\${(char.codePointAt(0) as number).toString(16)} `)}"`;
}

const RULES = `:root{--now:#d9e7fb;--mono:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--now:#1c3354}}
.verdict h1{overflow-wrap:anywhere;margin:6px 0 2px}
.verdict .badge{font-size:14px;align-self:center}
.cause{background:var(--warnbg);border-left:4px solid var(--warn);border-radius:0 8px 8px 0;padding:10px 16px;margin-top:16px;max-width:110ch;overflow-wrap:anywhere}
.facts{display:flex;flex-wrap:wrap;gap:4px 28px;margin:16px 0 0}
.facts div{display:flex;gap:8px}
.facts dt{color:var(--muted)}
.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.commands{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:12px;margin-top:16px}
.command{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 12px;display:flex;gap:12px;align-items:baseline;min-width:0}
.command span{color:var(--muted);font-size:13px;flex:none}
.command code{user-select:all;flex:1;min-width:0}
button{font:inherit;font-size:13px;color:var(--ink);background:var(--bg);border:1px solid var(--muted);border-radius:6px;padding:3px 10px;cursor:pointer}
button:hover{border-color:var(--s0)}
button:focus-visible,input:focus-visible,.source:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
.wanted{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.wanted ul{margin:0;padding:0;list-style:none;font:13px/1.6 var(--mono);overflow-wrap:anywhere}
.source{font:12.5px/1.6 var(--mono);margin:8px 0 0;padding:8px 0;background:var(--bg);border:1px solid var(--line);border-radius:6px;overflow-x:auto;tab-size:2}
.source span,.source mark{display:block;width:max-content;min-width:100%;padding:0 12px;color:var(--muted);background:none}
.source mark{color:var(--ink);background:var(--now)}
.stage{display:grid;grid-template-columns:minmax(0,1fr);gap:16px;align-items:start}
@media (min-width:1080px){.stage:not(:has(>[hidden])){grid-template-columns:minmax(0,1fr) 400px}}
.stage>.steps{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 0 4px;min-width:0}
.above{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;padding:2px 16px 6px;font-size:13px;color:var(--muted)}
.above b{color:var(--warn)}
.above .bar-of-cause{border-left:4px solid var(--warn);padding-left:8px}
.above button{margin-left:auto}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.steps .scroll{position:relative}
#steps{width:100%}
#steps caption{text-align:left;color:var(--muted);padding:0 0 6px}
#steps th,#steps td{padding:4px 0 4px 14px;vertical-align:top}
#steps th:first-child{padding-left:6px}
#steps tbody tr{border-top:1px solid var(--line)}
#steps tbody tr>*{border-top:0}
#steps tbody th,#steps tbody td:nth-child(2){color:var(--muted);text-align:right;font-weight:400;width:1%}
#steps tbody td:nth-child(2){font-weight:700;padding-left:8px}
#steps td:nth-child(3){text-align:left;white-space:normal;font:13px/1.5 var(--mono);padding-left:calc(14px + var(--t,0)*var(--shift))}
#steps td:nth-child(3)::before{display:inline-block;min-width:2.6em;margin-right:8px;padding-left:6px;border-left:4px solid var(--c);font-weight:700}
#steps td:nth-child(n+4){font:13px/1.5 var(--mono);color:var(--muted);padding:4px 10px}
#steps thead th:nth-child(n+4){padding-right:10px;font:600 12px/1.5 var(--mono)}
#steps tr>:nth-child(4):not(:only-child){border-left:1px solid var(--line)}
#steps code{white-space:nowrap;font-size:13px}
#steps small{display:block;font-size:12px;color:var(--muted);margin-left:4.1em;max-width:52ch;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
#steps i{font-style:normal;color:var(--ink);margin-left:10px}
#steps td[class^=w]{color:var(--good);background:var(--goodbg);font-weight:700}
#steps tbody:not(.fold) tr{cursor:pointer;scroll-margin:60px}
#steps tbody .p{border-top:2px solid var(--warn);background:var(--warnbg)}
#steps .p>td:nth-child(2){color:var(--warn)}
#steps .why>th{box-shadow:inset 4px 0 var(--warn);font-weight:700;color:var(--ink)}
#steps tbody [aria-current]{background:var(--now)}
#steps [aria-current]>th,#steps [aria-current]>td:nth-child(2){color:var(--ink);font-weight:700}
#steps [aria-current]>td[class^=w]{color:var(--ink)}
#steps .msg{font-size:12px;white-space:nowrap;color:var(--muted);margin-left:8px}
#steps a.msg{color:var(--s0)}
#steps tbody [data-partner]{outline:2px dashed var(--s0);outline-offset:-2px}
#steps .fold td{text-align:left;padding:6px 16px;font:13px/1.5 system-ui,sans-serif;white-space:normal;color:var(--muted);background:var(--bg)}
#steps .fold label{cursor:pointer}
#steps .fold input{margin:0 6px 0 0;vertical-align:-2px;accent-color:var(--s0)}
@supports selector(:has(a)){#steps .folded{display:none}#steps .fold:has(:checked)+.folded{display:table-row-group}}
.panel{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;min-width:0}
.panel h3{margin:16px 0 4px}
.bar{display:flex;gap:6px;align-items:center;flex-wrap:wrap}
.bar button{min-width:38px;font-size:15px}
.bar output{margin:0 auto;font-size:13px;font-variant-numeric:tabular-nums}
.panel [data-part=operation]{margin-top:12px;font-size:15px}
.panel [data-part=operation] code{font-size:14px;font-weight:600}
.panel [data-part=switch]{color:var(--warn);font-size:13px;min-height:1.5em}
.k{border-left:4px solid var(--c);padding-left:7px;margin-right:10px;white-space:nowrap}
.stack{margin:8px 0 0;padding-left:20px;font:12px/1.6 var(--mono);color:var(--muted);overflow-wrap:anywhere}
.states{list-style:none;margin:0;padding:0}
.states li{padding:3px 6px;font-size:14px;border-radius:4px;overflow-wrap:anywhere}
.states .now{background:var(--now)}
.memory{max-height:300px;overflow-y:auto}
.memory table{width:100%;min-width:0}
.memory th{font:13px/1.5 var(--mono);color:var(--ink);text-align:left;white-space:normal;overflow-wrap:anywhere}
.memory th,.memory td{padding:3px 6px}
.memory td{font:13px/1.5 var(--mono)}
.memory .open{color:var(--muted);font-style:italic}
.memory .changed{color:var(--good);background:var(--goodbg);font-weight:700}
kbd{font:12px/1 var(--mono);border:1px solid var(--muted);border-radius:4px;padding:1px 5px;color:var(--ink)}
.keys{line-height:2}
@media (min-width:1080px){.panel{position:sticky;top:12px;max-height:calc(100vh - 24px);overflow-y:auto}}
`;

/** A step is two lines: itself, and the words that it changed. */
const NARROW = `.stage>.panel{position:sticky;bottom:0;max-height:46vh;overflow-y:auto;padding:10px 12px;box-shadow:0 -6px 18px rgb(0 0 0/.2)}
.panel h3{margin-top:10px}
.command{flex-wrap:wrap}
.command code{flex-basis:100%;order:3}
#steps thead{display:none}
#steps,#steps tbody:not(.folded){display:block;min-width:0}
@supports selector(:has(a)){#steps .fold:has(:checked)+.folded{display:block}}
#steps tr{display:flex;flex-wrap:wrap;scroll-margin:40px 0 50vh!important}
#steps tbody th{width:44px}
#steps tbody td:nth-child(2){width:22px}
#steps tbody td:nth-child(3){flex:1 0 calc(100% - 66px);max-width:calc(100% - 66px);overflow-wrap:anywhere;padding-left:8px}
#steps tbody td:nth-child(n+4){display:none}
#steps tbody td[class^=w]{border-left:0;display:block;flex:0 0 auto;margin:0 6px 6px 78px;padding:1px 8px;border-radius:4px}
#steps tbody td[class^=w]~td[class^=w]{margin-left:0}
#steps .fold td{flex:1}
#steps code{white-space:normal}
#steps small{margin-left:0;white-space:normal}
#steps i{display:block;margin-left:0}
`;
