import {
  type InterleavingView,
  SWITCHED,
  type ViewedFold,
  type ViewedWord,
  type WordValue,
} from '../../results/interleaving_view.ts';
import { escapeHtml } from '../markup.ts';
import { columnWords } from './columns.ts';
import { stepText } from './script.ts';

// End tags that HTML lets one leave out are left out: a row is written up to hundreds of thousands of times.

/** Cells beyond which rows within folds hold no more than what changes, for the size of the page. */
const CELLS_MAX = 10_000;

/** Characters by which a thread's steps are shifted to the right of those of the thread before: at most, and all together. */
const SHIFT = { most: 16, all: 32 };
/** More words than these need the room. */
const WORDS_MANY = 4;

const SIGNS = { [SWITCHED.NO]: '', [SWITCHED.SWITCH]: '\u2192', [SWITCHED.PREEMPTION]: '\u00bb' };
const CLASSES = { [SWITCHED.NO]: '', [SWITCHED.SWITCH]: ' s', [SWITCHED.PREEMPTION]: ' p' };

/** All steps as a table; what is folded opens without a script, too. */
export function stepTable(view: InterleavingView): string {
  const words = columnWords(view);
  const rows = new Rows(view, words);
  const parts: string[] = [];
  let next = 0;
  const put = (to: number, inFold: boolean): void => {
    if (to <= next) return;
    const lines: string[] = [];
    for (; next < to; next++) lines.push(rows.row(next, inFold));
    parts.push(`<tbody${inFold ? ' class=folded' : ''}>\n${lines.join('\n')}`);
  };
  for (const fold of view.folds) {
    put(fold.from, false);
    parts.push(foldRow(fold, words.length));
    put(fold.to + 1, true);
  }
  put(view.steps.length, false);
  const lean = isSmall(view, words)
    ? ''
    : '<caption>In folds, a step shows only the words that it changed.</caption>';
  const head = words.map(({ name }) => `<th scope="col">${escapeHtml(name)}`).join('');
  const room = words.length > WORDS_MANY ? 0.4 : 1;
  const shift = room * Math.min(SHIFT.most, SHIFT.all / Math.max(1, view.threads.length - 1));
  return `<div class="scroll" tabindex="0" role="region" aria-label="Steps"><table id="steps" style="--shift:${shift.toFixed(1)}ch">${lean}
<thead><tr><th scope="col">step<th><span class="unseen">switch</span><th scope="col" class="t">thread and operation${head}
${parts.join('\n')}
</table></div>`;
}

function foldRow({ text }: ViewedFold, words: number): string {
  return `<tbody class="fold"><tr><td colspan="${3 + words}"><label><input type="checkbox"> ${escapeHtml(text)}</label>`;
}

/** For each step that sends or takes a message, links to the other side. */
function linksOf({ messages }: InterleavingView): Map<number, string> {
  const links = new Map<number, string>();
  const add = (step: number, sign: string, other: number): void => {
    const link =
      other < 0
        ? '<span class=msg>\u2192 nobody takes it</span>'
        : `<a class=msg href=#s${other} data-step=${other}>${sign} step ${other}</a>`;
    links.set(step, `${links.get(step) ?? ''} ${link}`);
  };
  for (const [sent, taken] of messages) {
    add(sent, '\u2192', taken);
    if (taken >= 0) add(taken, '\u2190', sent);
  }
  return links;
}

/** Every row holds every value. */
function isSmall({ steps }: InterleavingView, words: readonly ViewedWord[]): boolean {
  return steps.length * (1 + words.length) <= CELLS_MAX;
}

/** Writes rows one after the other: each word's value is followed from entry to entry. */
class Rows {
  private readonly view: InterleavingView;
  private readonly words: readonly ViewedWord[];
  private readonly next: number[];
  private readonly isSmall: boolean;
  private readonly caused: ReadonlySet<number>;
  private readonly links: ReadonlyMap<number, string>;

  constructor(view: InterleavingView, words: readonly ViewedWord[]) {
    this.view = view;
    this.words = words;
    this.next = words.map(() => 0);
    this.isSmall = isSmall(view, words);
    this.caused = new Set(view.cause?.steps);
    this.links = linksOf(view);
  }

  row(number: number, inFold: boolean): string {
    const { view } = this;
    const step = view.steps[number];
    const switched = step[3] as keyof typeof SIGNS;
    const isLean = inFold && !this.isSmall;
    const classes = `t${step[0]}${CLASSES[switched]}${this.caused.has(number) ? ' why' : ''}`;
    const quoted = classes.includes(' ') ? `"${classes}"` : classes;
    const operation = escapeHtml(stepText(view, step));
    const source = isLean ? '' : this.sourceOf(step[2]);
    const cells = this.cells(number, isLean);
    const link = this.links.get(number) ?? '';
    const id = link === '' ? '' : ` id=s${number}`;
    return `<tr${id} class=${quoted}><th>${number}<td>${SIGNS[switched]}<td>${isLean ? operation : `<code>${operation}</code>`}${link}${source}${cells}`;
  }

  private sourceOf(stack: number): string {
    if (stack < 0) return '';
    const { file, line } = this.view.places[this.view.stacks[stack][0]];
    const excerpt = this.view.sources.find(
      ({ file: name, from, lines }) => name === file && from <= line && line < from + lines.length,
    );
    const text = excerpt?.lines[line - excerpt.from].trim() ?? '';
    const where = escapeHtml(`${file.replace(/^.*\//, '')}:${line}`);
    return `<small>${where}${text === '' ? '' : ` <i>${escapeHtml(text)}</i>`}</small>`;
  }

  /** A cell for each word; in a lean row only for those that change. */
  private cells(number: number, isLean: boolean): string {
    let cells = '';
    let skipped = 0;
    for (let i = 0; i < this.words.length; i++) {
      const entry = this.entryAt(i, number);
      const changed = entry?.[0] === number && entry.length === 3;
      if (isLean && !changed) {
        skipped++;
        continue;
      }
      if (skipped > 0) cells += `<td${skipped > 1 ? ` colspan=${skipped}` : ''}>`;
      skipped = 0;
      cells += changed
        ? `<td class=w${i}>${entry[1] ?? '?'}`
        : `<td>${entry === undefined ? '' : (entry[1] ?? '?')}`;
    }
    return cells;
  }

  private entryAt(word: number, step: number): WordValue | undefined {
    const { values } = this.words[word];
    while (this.next[word] < values.length && values[this.next[word]][0] <= step) this.next[word]++;
    return values[this.next[word] - 1];
  }
}
