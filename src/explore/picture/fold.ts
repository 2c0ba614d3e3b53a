import type { Cause } from '../../verdicts/causes/cause.ts';
import type { Verdict } from '../../verdicts/verdict.ts';
import type { Row } from './interleaving.ts';

/** In place of rows that are not shown: why, and which steps. */
export interface Fold {
  readonly fold: string;
  readonly from: number;
  readonly to: number;
}

export type Line = Row | Fold;

export function isFold(line: Line): line is Fold {
  return 'fold' in line;
}

/** Longest cycle that is folded, and how often it must repeat; a single row is folded when it comes twice. */
const CYCLE_MAX = 64;
const TIMES_MIN = 3;
/** Cycles of cycles: how deep. */
const DEPTH_MAX = 4;
/** Rows beyond which what is not new is left out: of a schedule that does not end, and of one that ends in a failure. */
const ROWS_MAX = { endless: 30, ending: 150 };
/** Rows that are shown at the end of one that ends. */
const LAST = 20;
/** Shorter stretches are not worth leaving out. */
const GAP_MIN = 4;

/** A row, or a cycle of such with how often it was gone through. */
interface Item {
  readonly id: string;
  readonly row: Row | undefined;
  readonly items: readonly Item[];
  readonly times: number;
  readonly from: number;
  /** Steps in all. */
  readonly steps: number;
}

/**
 * Rows as they are shown: cycles once, with how often they repeat; and of what is long all the same, because threads
 * that go round are interleaved at random, only what is new, with a line that says what was left out.
 */
export function fold(rows: readonly Row[], verdict: Verdict, cause: Cause | undefined): Line[] {
  const endless = verdict === 'livelock' || verdict === 'starvation' || verdict === 'step-limit';
  const most = endless ? ROWS_MAX.endless : ROWS_MAX.ending;
  const single = rows.map(itemOf);
  let items = single;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const folded = foldCycles(items);
    if (folded.length === items.length) break;
    items = folded;
  }
  if (shown(items) <= most) return items.flatMap(linesOf);
  const kept = new Set(cause?.steps);
  const last = endless ? 0 : LAST;
  const events = onlyNew(single, (item) => item.id, kept, last, 'nothing new in them');
  if (lengthOf(events) <= most) return events;
  const shapes = onlyNew(single, shapeOf, kept, last, 'nothing but other values is new in them');
  if (lengthOf(shapes) <= most) return shapes;
  return headAndTail(items, most, kept);
}

function lengthOf(lines: readonly Line[]): number {
  return lines.filter((line) => !isFold(line)).length;
}

function itemOf(row: Row): Item {
  const place = row.places[0];
  const id = `${row.thread} ${row.text} ${place?.file}:${place?.line}`;
  return { id, row, items: [], times: 1, from: row.step, steps: 1 };
}

/** Folds what repeats without a break, from the left, the shortest cycle first. */
function foldCycles(items: readonly Item[]): Item[] {
  const ids = new Map<string, number>();
  const numbers = items.map(({ id }) => {
    const known = ids.get(id) ?? ids.size;
    ids.set(id, known);
    return known;
  });
  const folded: Item[] = [];
  for (let i = 0; i < items.length; ) {
    let length = 1;
    let times = 1;
    for (let p = 1; times === 1 && p <= CYCLE_MAX && i + 2 * p <= items.length; p++) {
      let same = 0;
      while (i + p + same < items.length && numbers[i + same] === numbers[i + p + same]) same++;
      const repeats = Math.floor(same / p) + 1;
      if (repeats < (p === 1 ? 2 : TIMES_MIN)) continue;
      length = p;
      times = repeats;
    }
    if (times === 1) folded.push(items[i]);
    else folded.push(cycle(items.slice(i, i + length), items.slice(i, i + length * times), times));
    i += length * times;
  }
  return folded;
}

function cycle(once: readonly Item[], all: readonly Item[], times: number): Item {
  const steps = all.reduce((sum, item) => sum + item.steps, 0);
  return {
    id: `(${once.map((item) => item.id).join('; ')}) x ${times}`,
    row: undefined,
    items: once,
    times,
    from: once[0].from,
    steps,
  };
}

function shown(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + (item.row === undefined ? shown(item.items) : 1), 0);
}

function linesOf(item: Item): Line[] {
  if (item.row !== undefined) return [item.row];
  const [first] = item.items;
  if (item.items.length === 1 && first.row !== undefined) return [{ ...first.row, times: item.times }];
  const inner = item.items.flatMap(linesOf);
  const once = item.items.reduce((sum, one) => sum + one.steps, 0);
  const end = item.from + item.steps - 1;
  const range = `steps ${item.from} to ${item.from + once - 1}`;
  return [
    ...inner,
    {
      fold: `${range} repeat: a cycle of ${once}, x ${number(item.times)}, up to step ${end}`,
      from: item.from + once,
      to: end,
    },
  ];
}

/** The thread and the operations, without their values. */
function shapeOf(item: Item): string {
  return item.row === undefined ? `(${item.items.map(shapeOf).join('; ')})` : item.row.shape;
}

/** Items that have not been seen before, and their neighbours; those that the cause names; and the last ones. */
function onlyNew(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  kept: ReadonlySet<number>,
  last: number,
  why: string,
): Line[] {
  const seen = new Set<string>();
  const keep = items.map((item, i) => {
    const key = keyOf(item);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew || i >= items.length - last || names(item, kept);
  });
  return lines(items, (i) => keep[i] || keep[i + 1] === true, why);
}

function names(item: Item, kept: ReadonlySet<number>): boolean {
  for (const step of kept) if (step >= item.from && step < item.from + item.steps) return true;
  return false;
}

/** Much that is new: the beginning and the end. */
function headAndTail(items: readonly Item[], most: number, kept: ReadonlySet<number>): Line[] {
  const head = Math.ceil((most * 2) / 3);
  const tail = items.length - (most - head);
  return lines(
    items,
    (i) => i < head || i >= tail || names(items[i], kept),
    'the schedule is too long to show',
  );
}

function lines(items: readonly Item[], keep: (i: number) => boolean, why: string): Line[] {
  const result: Line[] = [];
  for (let i = 0; i < items.length; ) {
    let end = i;
    while (end < items.length && !keep(end)) end++;
    if (end - i >= GAP_MIN) {
      const { from } = items[i];
      const last = items[end - 1];
      const to = last.from + last.steps - 1;
      result.push({
        fold: `steps ${from} to ${to} are left out (${leftOut(items.slice(i, end))}): ${why}`,
        from,
        to,
      });
    } else if (end > i) {
      result.push(...items.slice(i, end).flatMap(linesOf));
    } else {
      result.push(...linesOf(items[i]));
      end = i + 1;
    }
    i = end;
  }
  return result;
}

/** `4,985 of thread 0, 4,985 of thread 1`. */
function leftOut(items: readonly Item[]): string {
  const counts = new Map<number, number>();
  const count = (item: Item, times: number): void => {
    if (item.row === undefined) for (const one of item.items) count(one, times * item.times);
    else counts.set(item.row.thread, (counts.get(item.row.thread) ?? 0) + times);
  };
  for (const item of items) count(item, 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([thread, n]) => `${number(n)} of thread ${thread}`)
    .join(', ');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
