import type { InterleavingView, SourceExcerpt } from '../../results/interleaving_view.ts';
import { escapeHtml } from '../markup.ts';
import { htmlPage } from '../page.ts';
import { badge } from '../summary.ts';
import { columnWords } from './columns.ts';
import { pageScript } from './script.ts';
import { stepTable } from './step_table.ts';
import { interleavingStyle } from './style.ts';

/**
 * A failing schedule as a page that needs nothing else. It is read without a script, too: that adds stepping forth and back,
 * with the source, the threads and the memory at each step.
 *
 * @param footer text at its very end
 */
export function interleavingPage(view: InterleavingView, footer: string): string {
  const body = [
    header(view),
    causeOf(view),
    facts(view),
    commands(view),
    wanted(view),
    `<h2>Interleaving</h2>\n<div class="stage">\n${steps(view)}\n${panel(view)}\n</div>`,
    sourcesSection(view),
  ];
  return htmlPage({
    title: `${view.verdict}: ${view.about.scenario}`,
    body: body.filter((part) => part !== '').join('\n'),
    footer,
    style: interleavingStyle(view),
    data: { id: 'interleaving', value: view },
    script: pageScript(),
  });
}

function header({ verdict, message, about }: InterleavingView): string {
  const scenario = `<span class="sub">${escapeHtml(about.scenario)}</span>`;
  return `<div class="verdict"><header>${badge(verdict, 'bad')}${scenario}</header><h1>${escapeHtml(message)}</h1></div>`;
}

function causeOf({ cause }: InterleavingView): string {
  if (cause === null) return '';
  return `<p class="cause"><b>Cause: ${escapeHtml(cause.name)}.</b> ${escapeHtml(cause.sentence)}.</p>`;
}

function facts({ about, threads, steps, switches, preemptions, eventHash }: InterleavingView): string {
  const job = about.job > 0 ? ` of job ${about.job}` : '';
  const found =
    about.strategy === 'first' ? 'the first schedule' : `${about.strategy}, schedule ${about.schedule}${job}`;
  const figures: readonly (readonly [string, string])[] = [
    ['found by', found],
    ['seed', String(about.seed)],
    ['threads', String(threads.filter(({ name }) => name === undefined).length)],
    ['steps', steps.length.toLocaleString('en')],
    ['switches', switches.toLocaleString('en')],
    ['preemptions', preemptions.toLocaleString('en')],
    ['timeouts', about.timeouts],
    ['event hash', eventHash],
  ];
  const items = figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}

function commands({ about }: InterleavingView): string {
  const rows = [
    ['Replay it', about.replay],
    ['Make it smaller', about.shrink],
  ] as const;
  const items = rows.flatMap(([name, command]) =>
    command === null
      ? []
      : [
          `<div class="command"><span>${name}</span><code>${escapeHtml(command)}</code><button class="copy" hidden>copy</button></div>`,
        ],
  );
  return items.length === 0 ? '' : `<div class="commands">${items.join('')}</div>`;
}

const WANTED: Readonly<Record<string, string>> = {
  check: 'What check() wanted',
  invariant: 'What invariant() wanted',
  exception: 'What was thrown',
};

/** What else there is to say: of an error, its stack and the source where it was thrown. */
function wanted({ verdict, details, thrownAt, places, sources }: InterleavingView): string {
  if (details.length === 0) return '';
  const lines = details.map((line) => `<li>${escapeHtml(line)}</li>`).join('');
  const place = thrownAt === null ? undefined : places[thrownAt];
  const excerpt =
    place === undefined
      ? undefined
      : sources.find(
          ({ file, from, lines }) =>
            file === place.file && from <= place.line && place.line < from + lines.length,
        );
  const source =
    excerpt === undefined || place === undefined ? '' : sourceText(excerpt, new Set([place.line]), 2);
  return `<h2>${WANTED[verdict] ?? 'What is known of it'}</h2>\n<div class="wanted"><ul>${lines}</ul>${source}</div>`;
}

/** @param around lines that are shown on either side of the marked ones; by default all */
function sourceText({ from, lines }: SourceExcerpt, marked: ReadonlySet<number>, around = Infinity): string {
  const near = (at: number): boolean => [...marked].some((line) => Math.abs(line - at) <= around);
  const shown = lines.flatMap((line, i) => {
    const at = from + i;
    if (!near(at)) return [];
    const name = marked.has(at) ? 'mark' : 'span';
    return [`<${name}>${String(at).padStart(4)}  ${escapeHtml(line)}\n</${name}>`];
  });
  return `<pre class="source" tabindex="0">${shown.join('')}</pre>`;
}

function steps(view: InterleavingView): string {
  const left = view.words.length - columnWords(view).length;
  const more = left === 0 ? '' : `<span>${left} more words are in the panel</span>`;
  const wide = view.words.some(({ bytes }) => bytes === 8)
    ? '<span>of words of 64 bits, operations name the lower 32 bits</span>'
    : '';
  const why = view.cause === null ? '' : '<span class="bar-of-cause">a step of the cause</span>';
  const messages =
    view.messages.length === 0
      ? ''
      : '<span><b class="msg">\u2192 \u2190 step</b> where a message was taken, or sent</span>';
  return `<div class="steps"><div class="above"><span><b>\u00bb</b> preemption: the thread before could have gone on</span><span>\u2192 another switch</span>${why}${messages}<span>? not known: plain writes are not seen</span>${wide}${more}<button id="open-all" hidden>open or close all</button></div>
${stepTable(view)}</div>`;
}

function button(key: string, sign: string, label: string): string {
  return `<button data-key="${key}" aria-label="${label}" title="${label} (${key})">${sign}</button>`;
}

function panel({ words }: InterleavingView): string {
  const memory = `<h3>Memory after it</h3><div class="memory" tabindex="0" role="region" aria-label="Memory"><table><tbody data-part="memory"></tbody></table></div>`;
  return `<aside class="panel" id="panel" hidden aria-label="The step in view">
<div class="bar">${button('Home', '\u21e4', 'first step')}${button('k', '\u2190', 'step back')}<output data-part="number" aria-live="polite"></output>${button('j', '\u2192', 'step forth')}${button('End', '\u21e5', 'last step')}</div>
<p data-part="operation"></p><p data-part="switch"></p>
${words.length === 0 ? '' : memory}
<h3>Threads</h3><ul class="states" data-part="threads"></ul>
<h3>Source</h3><div data-part="source"></div>
<p class="note keys"><kbd>\u2190</kbd> <kbd>\u2192</kbd> or <kbd>k</kbd> <kbd>j</kbd> step, <kbd>Home</kbd> <kbd>End</kbd> go to the ends, <kbd>o</kbd> opens a fold; or click on a step</p>
</aside>`;
}

/** The source around all that the steps did, for who has no script. */
function sourcesSection({ sources, places }: InterleavingView): string {
  if (sources.length === 0) return '';
  const texts = sources.map((excerpt) => {
    const lines = places.filter(({ file }) => file === excerpt.file).map(({ line }) => line);
    return `<h3>${escapeHtml(`${excerpt.file}:${excerpt.from}`)}</h3>${sourceText(excerpt, new Set(lines))}`;
  });
  return `<details class="sources"><summary>Source</summary>${texts.join('\n')}</details>`;
}
