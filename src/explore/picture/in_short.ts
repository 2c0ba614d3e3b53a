import type { Failure } from '../../verdicts/failure.ts';
import { shortPlace } from '../../verdicts/source.ts';
import { isFold } from './fold.ts';
import { interleaving, type Row } from './interleaving.ts';

/** Lines, and operations of one line, that are shown. */
const LINES_MAX = 12;
const OPERATIONS_MAX = 4;

/** What a thread does from one switch to the next. */
interface Stretch {
  readonly thread: number;
  readonly who: string;
  readonly mark: string;
  readonly rows: Row[];
}

/**
 * The interleaving in a few lines, one for each stretch between two switches: who, how it came to run (`>>` preempted the
 * thread before, `->` followed it), and what it did.
 */
export function inShort(failure: Failure): string[] {
  const stretches = stretchesOf(failure);
  const width = Math.max(...stretches.map(({ who }) => who.length));
  const lines = stretches.map(({ who, mark, rows }) => {
    const shown = rows.filter(({ text }) => text !== 'starts');
    const texts = (shown.length > 0 ? shown : rows).map(operation);
    const left = texts.length - OPERATIONS_MAX;
    if (left > 1) texts.splice(2, left, `${left} more`);
    return `${padded(who, width)} ${mark} ${texts.join(', ')}`;
  });
  const left = lines.length - LINES_MAX;
  if (left > 0) lines.splice(LINES_MAX / 2, left, `... ${left} more stretches`);
  return lines;
}

/** Numbers stand below one another. */
function padded(who: string, width: number): string {
  const [word, number = ''] = who.split(' ');
  return number === '' ? word.padEnd(width) : `${word} ${number.padStart(width - word.length - 1)}`;
}

function stretchesOf(failure: Failure): Stretch[] {
  const stretches: Stretch[] = [];
  for (const row of interleaving(failure)) {
    if (isFold(row)) continue;
    const last = stretches.at(-1);
    if (last?.thread === row.thread) last.rows.push(row);
    else stretches.push({ thread: row.thread, who: row.who, mark: MARKS[row.switched], rows: [row] });
  }
  return stretches;
}

const MARKS = { preemption: '>>', switch: '->', no: '  ' } as const;

function operation({ text, times, places, arrow }: Row): string {
  const place = places[0];
  const where = place === undefined ? '' : ` (${shortPlace(place)})`;
  const taken = arrow.startsWith('<-') && times === 1 ? ` ${arrow}` : '';
  return `${text}${times > 1 ? ` x ${times}` : ''}${taken}${where}`;
}
