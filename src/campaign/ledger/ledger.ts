import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../../platform/error.ts';
import { makeFolder } from '../../platform/write_file.ts';
import type { Plan } from '../plan/plan.ts';
import { LINE_VERSION, type Line } from './lines.ts';

const FOLDER = 'results';
const ENDING = '.jsonl';

/** A line without what every line begins with. */
export type LineContent = Line extends infer L
  ? L extends Line
    ? Omit<L, 'v' | 'plan' | 'worker' | 'at'>
    : never
  : never;

/** Where one worker writes down what it did. */
export class Ledger {
  readonly worker: string;
  private readonly plan: string;
  private readonly file: string;

  /** Makes the folder. @throws `NotWritten` */
  constructor(folder: string, plan: Plan, worker = nameOfWorker()) {
    this.worker = worker;
    this.plan = plan.id;
    makeFolder(join(folder, FOLDER));
    this.file = join(folder, FOLDER, `${worker}${ENDING}`);
  }

  /** Adds a line by one write, so that a line is there in part only where the disk is full or the machine fails. @throws `NotWritten` */
  add(content: LineContent): Line {
    const line = {
      v: LINE_VERSION,
      plan: this.plan,
      worker: this.worker,
      at: Date.now(),
      ...content,
    } as Line;
    this.copy(line);
    return line;
  }

  /** Adds a line that another worker wrote. */
  copy(line: Line): void {
    try {
      appendFileSync(this.file, `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new LabError('NotWritten', `${this.file} cannot be written: ${(cause as Error).message}`, {
        cause,
      });
    }
  }
}

let started = 0;

/** Unique among machines, processes, and the workers of a process. */
function nameOfWorker(): string {
  const host = hostname().replace(/[^\w.-]/g, '_');
  return `${host}-${process.pid}-${Date.now().toString(36)}-${started++}`;
}

/** Whether what a worker wrote down is in this folder. */
export function holdsLedger(folder: string, worker: string): boolean {
  return existsSync(join(folder, FOLDER, `${worker}${ENDING}`));
}

/** What was read of a campaign's folder. */
export interface Ledgers {
  readonly lines: readonly Line[];
  /** Lines that could not be read, or are of another plan, and where. */
  readonly damage: readonly string[];
}

/**
 * Reads everything that workers wrote in these folders. The last line of a file may be torn, where its worker was killed: it is
 * passed over, for its slice is done again.
 *
 * @throws `Usage` if a file cannot be read
 */
export function readLedgers(folders: readonly string[], plan: Plan): Ledgers {
  const lines: Line[] = [];
  const damage: string[] = [];
  for (const file of folders.flatMap(filesIn)) {
    const texts = textOf(file).split('\n');
    for (const [i, text] of texts.entries()) {
      if (text === '') continue;
      const line = lineOf(text);
      if (line === undefined) {
        if (i < texts.length - 1) damage.push(`${file}:${i + 1} is no line of a campaign`);
      } else if (line.plan !== plan.id) damage.push(`${file}:${i + 1} is of another plan`);
      else lines.push(line);
    }
  }
  return { lines, damage };
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(join(folder, FOLDER)).filter((name) => name.endsWith(ENDING));
    return names.sort().map((name) => join(folder, FOLDER, name));
  } catch {
    // Nothing was done yet.
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LabError('Usage', `${file}: cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** By its shape: every field that is used without a look is there. Undefined if it is none. */
export function lineOf(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    const known = line.v === LINE_VERSION && typeof line.plan === 'string' && typeof line.slice === 'string';
    if (!known) return undefined;
    if (line.t === 'begin') return line;
    if (line.t === 'find')
      return typeof line.key === 'string' && typeof line.finding === 'object' ? line : undefined;
    return line.t === 'slice' && typeof line.figures === 'object' && Array.isArray(line.finds)
      ? line
      : undefined;
  } catch {
    return undefined;
  }
}
