import type { Notes } from '../notes/notes.ts';
import { stackText } from '../notes/site.ts';
import { KIND, SPINS } from '../words/operation.ts';
import type { Inputs } from './inputs.ts';
import { type Loop, operationHash, Probe } from './probe.ts';

/** Loops that end by themselves after so many iterations are never held: all their ends are explored. */
const ITERATIONS_EXPLORED = 16;
/** Different loops that are tried in a thread: what is more is held without having been shown to be fruitless. */
const LOOPS_MAX = 4096;

/** What one thread knows of the loops at which it may be held, and the trial of one that is under way. */
export class Loops {
  private readonly inputs: Inputs;
  private readonly notes: Notes;
  /** Whether loops are tried; else they are held unseen, as in a replay. */
  tries = false;
  /** By place and by what an iteration does. */
  private readonly loops = new Map<string, Loop>();
  private readonly triedAt = new Set<string>();
  private probe: Probe | undefined;
  private probedKey = '';
  private probedAt = '';
  private readonly napped: [buffer: number, offset: number][] = [];
  private clockBefore = 0;
  private drawsBefore = 0;

  constructor(inputs: Inputs, notes: Notes) {
    this.inputs = inputs;
    this.notes = notes;
  }

  /**
   * What is known of a loop, by its place and the operations of one iteration; `repeated` says how many there were.
   * `explored`: all its ends are explored, it is not held. `tried`: nothing is known, and its trial begins. Undefined: it
   * is one too many to be tried.
   */
  find(site: string, cycle: readonly number[], repeated: number): Loop | 'explored' | 'tried' | undefined {
    const key = `${site}#${cycle.reduce((hash, operation) => (Math.imul(hash, 31) + operation) | 0, 0)}`;
    const loop = this.loops.get(key);
    if (loop !== undefined) {
      return loop.iterations > 0 && loop.iterations <= ITERATIONS_EXPLORED ? 'explored' : loop;
    }
    if (this.loops.size >= LOOPS_MAX) return undefined;
    this.probe = new Probe(cycle, repeated, !this.triedAt.has(site));
    this.triedAt.add(site);
    this.probedKey = key;
    this.probedAt = callPlace();
    this.clockBefore = this.inputs.clock;
    this.drawsBefore = this.inputs.draws;
    return 'tried';
  }

  /** An operation of the loop that runs alone; true when enough is known. `slept`: it is a wait that sleeps. */
  probed(
    kind: number,
    buffer: number,
    offset: number,
    a: number,
    b: number,
    result: number,
    slept: boolean,
  ): boolean {
    if (kind === KIND.PAUSE || SPINS[kind] === 0) return false;
    // Without a timeout it sleeps for good, and the loop has ended before.
    if (slept && b === 0) return false;
    const { probe } = this;
    if (probe === undefined) return true;
    const hash = operationHash(kind, buffer, offset, a, b, result);
    // That it sleeps in every iteration was seen in the first ones.
    if (slept && !probe.repeatsIn(hash)) this.napped.push([buffer, offset]);
    return probe.operation(hash, slept);
  }

  /** Keeps what the trial has shown; `left`: the thread ended, changed memory or fell asleep. */
  endProbe(left: boolean): void {
    const { probe, inputs } = this;
    this.probe = undefined;
    if (probe === undefined) return;
    const loop = probe.judge(left, inputs.clock !== this.clockBefore, inputs.draws !== this.drawsBefore);
    this.loops.set(this.probedKey, loop);
    if (loop.fruitless) for (const [buffer, offset] of this.napped) this.notes.napped(buffer, offset);
    this.napped.length = 0;
    const line = unexplored(loop, this.probedAt);
    if (line !== undefined) this.notes.unexplored(line);
  }
}

/** Where the pending operation was called, for people. */
export function callPlace(): string {
  return stackText()
    .split('\n', 1)[0]
    .trim()
    .replace(/^at (Module\.)?/, '');
}

/** What is to be said of a loop that is held although it may end by itself; undefined if there is nothing. */
function unexplored({ fruitless, iterations, clock, draws }: Loop, at: string): string | undefined {
  if (fruitless) return undefined;
  const why: string[] = [];
  if (clock) why.push('looks at a clock');
  if (draws) why.push('draws random numbers');
  if (iterations > ITERATIONS_EXPLORED && !clock) why.push(`ends by itself after ${iterations} iterations`);
  if (iterations === 0 && why.length === 0)
    why.push('does not repeat itself exactly, so it may end by itself');
  if (why.length === 0) return undefined;
  const cure = clock || draws || iterations === 0 ? '' : ` (--spin ${iterations} or more would)`;
  return `the loop at ${at} ${why.join(' and ')}: it was not left at every moment${cure}`;
}
