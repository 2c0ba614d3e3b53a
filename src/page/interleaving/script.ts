import type { InterleavingView, ViewedStep, ViewedWord } from '../../results/interleaving_view.ts';
import type { PageClipboard, PageDocument, PageElement, PageEvent } from './dom.ts';

// What runs in the page. Each function goes there as its text (`pageScript`), so it may use nothing but its arguments and
// the other functions of this file.

/** The page's script: these functions, and the call that starts them. */
export function pageScript(): string {
  const functions = [
    stepText,
    entryAt,
    begin,
    openers,
    markPartners,
    keys,
    copying,
    make,
    showStep,
    showSource,
    threadName,
    showThreads,
    showMemory,
    memoryCell,
  ];
  return `${functions.map(String).join('\n')}\nbegin(document, navigator.clipboard);\n`;
}

/** A step as one would write it. */
export function stepText(view: Pick<InterleavingView, 'texts'>, step: ViewedStep): string {
  const text = view.texts[step[1]];
  if (step.length === 4) return text;
  let next = 4;
  return text.replace(/#/g, () => String(step[next++]));
}

/** The last of the entries, ordered by their steps, that begins at or before a step; undefined if none does. */
export function entryAt<E extends readonly [step: number, ...unknown[]]>(
  entries: readonly E[],
  step: number,
): E | undefined {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle][0] <= step) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/** Where the reader is, and how to go elsewhere. */
interface Stepping {
  /** By number. */
  readonly rows: readonly PageElement[];
  step: number;
  go(step: number): void;
  /** The next one that is shown, forth or back. */
  move(by: 1 | -1): void;
  /** Opens or closes the fold that is nearest after the step, or around it. */
  toggle(): void;
}

function begin(document: PageDocument, clipboard: PageClipboard | undefined): void {
  const view = JSON.parse(document.querySelector('#interleaving')?.textContent ?? '') as InterleavingView;
  const rows = [...document.querySelectorAll('#steps tbody:not(.fold) tr')];
  const panel = document.querySelector('#panel') as PageElement;
  copying(document, clipboard);
  if (rows.length === 0) return;
  panel.hidden = false;
  const boxes = openers(document);
  let began = false;
  const foldOf = (step: number): number =>
    view.folds.findIndex((fold) => fold.from <= step && step <= fold.to);
  const isHidden = (step: number): boolean => {
    const fold = foldOf(step);
    return fold >= 0 && !boxes[fold].checked;
  };
  const stepping: Stepping = {
    rows,
    step: 0,
    go(step) {
      const fold = foldOf(step);
      if (fold >= 0) boxes[fold].checked = true;
      rows[stepping.step].removeAttribute('aria-current');
      markPartners(view, rows, stepping.step, false);
      markPartners(view, rows, step, true);
      stepping.step = step;
      rows[step].setAttribute('aria-current', 'step');
      showStep(document, panel, view, step);
      if (!began) return;
      panel.querySelector('.changed')?.scrollIntoView({ block: 'nearest' });
      rows[step].scrollIntoView({ block: 'nearest' });
    },
    move(by) {
      let to = stepping.step + by;
      while (to >= 0 && to < rows.length && isHidden(to)) to += by;
      // What is left is folded: its fold opens.
      if (to < 0 || to >= rows.length) to = Math.min(rows.length - 1, Math.max(0, stepping.step + by));
      stepping.go(to);
    },
    toggle() {
      const { step } = stepping;
      const fold = view.folds.findIndex(({ to }) => to >= step);
      if (fold < 0) return;
      boxes[fold].checked = !boxes[fold].checked;
      if (isHidden(step)) stepping.go(Math.max(0, view.folds[fold].from - 1));
    },
  };
  keys(document, panel, stepping);
  stepping.go(0);
  began = true;
}

/** Marks the other sides of the messages of a step. */
function markPartners(view: InterleavingView, rows: readonly PageElement[], step: number, on: boolean): void {
  for (const [sent, taken] of view.messages) {
    if (taken < 0 || (sent !== step && taken !== step)) continue;
    const partner = rows[sent === step ? taken : sent];
    if (on) partner.setAttribute('data-partner', '');
    else partner.removeAttribute('data-partner');
  }
}

/** The boxes that open folds, in order; one more opens them all. */
function openers(document: PageDocument): PageElement[] {
  const boxes = [...document.querySelectorAll('#steps .fold input')];
  const all = document.querySelector('#open-all');
  all?.addEventListener('click', () => {
    const open = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = open;
  });
  if (all !== null && boxes.length > 0) all.hidden = false;
  return boxes;
}

function keys(document: PageDocument, panel: PageElement, stepping: Stepping): void {
  const last = stepping.rows.length - 1;
  const actions: Record<string, () => void> = {
    ArrowRight: () => stepping.move(1),
    ArrowDown: () => stepping.move(1),
    j: () => stepping.move(1),
    ArrowLeft: () => stepping.move(-1),
    ArrowUp: () => stepping.move(-1),
    k: () => stepping.move(-1),
    Home: () => stepping.go(0),
    End: () => stepping.go(last),
    o: () => stepping.toggle(),
  };
  document.addEventListener('keydown', (event: PageEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
  for (const button of panel.querySelectorAll('button')) {
    button.addEventListener('click', () => actions[button.dataset.key as string]());
  }
  const numbers = new Map(stepping.rows.map((row, step) => [row, step]));
  document.querySelector('#steps')?.addEventListener('click', (event) => {
    const row = event.target.closest('tr');
    const link = event.target.closest('a');
    if (link?.dataset.step !== undefined) {
      event.preventDefault();
      stepping.go(Number(link.dataset.step));
      return;
    }
    const step = row === null || link !== null ? undefined : numbers.get(row);
    if (step !== undefined) stepping.go(step);
  });
}

/** Buttons that copy the command beside them; without a clipboard they stay hidden, and a click selects the command. */
function copying(document: PageDocument, clipboard: PageClipboard | undefined): void {
  if (clipboard === undefined) return;
  for (const button of document.querySelectorAll('button.copy')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const text = button.closest('.command')?.querySelector('code')?.textContent ?? '';
      clipboard.writeText(text).then(
        () => {
          button.textContent = 'copied';
        },
        () => {
          button.textContent = 'select it by a click';
        },
      );
    });
  }
}

function make(document: PageDocument, name: string, text: string, className = ''): PageElement {
  const element = document.createElement(name);
  element.textContent = text;
  if (className !== '') element.setAttribute('class', className);
  return element;
}

function showStep(document: PageDocument, panel: PageElement, view: InterleavingView, number: number): void {
  const step = view.steps[number];
  const fill = (part: string, ...children: (PageElement | string)[]): void => {
    panel.querySelector(`[data-part=${part}]`)?.replaceChildren(...children);
  };
  fill('number', `step ${number} (0 to ${view.steps.length - 1})`);
  const what = make(document, 'code', stepText(view, step));
  fill('operation', make(document, 'b', threadName(view, step[0]), `k t${step[0]}`), what);
  fill('switch', ['', 'switched to here', 'preemption: the thread before could have gone on'][step[3]]);
  fill('source', ...showSource(document, view, step[2]));
  fill('threads', ...showThreads(document, view, number));
  fill('memory', ...showMemory(document, view, number));
}

/** The text around the innermost place of a stack, and the stack. */
function showSource(document: PageDocument, view: InterleavingView, stack: number): PageElement[] {
  const places = stack < 0 ? [] : view.stacks[stack].map((place) => view.places[place]);
  if (places.length === 0)
    return [make(document, 'p', 'No place in the source is known of this step.', 'note')];
  const [inner] = places;
  const excerpt = view.sources.find(
    ({ file, from, lines }) => file === inner.file && from <= inner.line && inner.line < from + lines.length,
  );
  const shown: PageElement[] = [];
  if (excerpt !== undefined) {
    const text = make(document, 'pre', '', 'source');
    text.setAttribute('tabindex', '0');
    excerpt.lines.forEach((line, i) => {
      const at = excerpt.from + i;
      if (Math.abs(at - inner.line) > 4) return;
      text.append(
        make(document, at === inner.line ? 'mark' : 'span', `${String(at).padStart(4)}  ${line}\n`),
      );
    });
    shown.push(text);
  }
  const list = make(document, 'ol', '', 'stack');
  for (const { name, file, line, column } of places) {
    list.append(make(document, 'li', `${name === '' ? '' : `${name} `}${file}:${line}:${column}`));
  }
  shown.push(list);
  return shown;
}

function threadName(view: InterleavingView, thread: number): string {
  return view.threads[thread].name ?? `thread ${thread}`;
}

function showThreads(document: PageDocument, view: InterleavingView, number: number): PageElement[] {
  const current = view.steps[number][0];
  return view.threads.map(({ states }, thread) => {
    const item = make(document, 'li', '', thread === current ? 'now' : '');
    const state = entryAt(states, number)?.[1] ?? '';
    item.append(make(document, 'b', threadName(view, thread), `k t${thread}`), make(document, 'span', state));
    return item;
  });
}

function showMemory(document: PageDocument, view: InterleavingView, number: number): PageElement[] {
  return view.words.map((word) => {
    const row = make(document, 'tr', '');
    const name = make(document, 'th', word.name);
    name.setAttribute('scope', 'row');
    row.append(name, memoryCell(document, word, number));
    return row;
  });
}

function memoryCell(document: PageDocument, { values }: ViewedWord, number: number): PageElement {
  const entry = entryAt(values, number);
  if (entry === undefined) return make(document, 'td', 'not touched yet', 'open');
  const value = entry[1] ?? 'not known';
  if (entry.length === 2 || entry[0] !== number) {
    return make(document, 'td', value, entry[1] === null ? 'open' : '');
  }
  return make(document, 'td', `${entry[2] ?? '?'} \u2192 ${value}`, 'changed');
}
