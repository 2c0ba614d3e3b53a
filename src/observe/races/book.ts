import { stackText } from '../../control/notes/site.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { isAllowed, type PlainAccesses } from '../../control/thread/plain_accesses.ts';
import { FAIL, H } from '../../control/words/layout.ts';
import type { GonePast, RaceReport, RaceSide } from './report.ts';
import { CELL, HEADER } from './shadow.ts';

/** An access: what kind, which bytes of which buffer, and where in the code: a site, or the step of an atomic one. */
export interface Access {
  kind: number;
  buffer: number;
  offset: number;
  bytes: number;
  where: number;
}

/** Of an access: its stack, and the steps that all threads had taken before it. */
interface Seen {
  readonly stack: string;
  readonly steps: number;
}

const NOT_SEEN: Seen = { stack: '', steps: 0 };

/** As many are told as people read. */
const GONE_PAST_MAX = 64;

/** What one thread knows of the races that were found: its own accesses, and those of the races that it went past. */
export class RaceBook {
  private readonly engine: Engine;
  private readonly plain: PlainAccesses;
  private readonly words: Int32Array;
  /** In a replay that is to be shown: more about the accesses that are kept, by their cells. */
  private readonly seen = new Map<number, Seen>();
  private readonly gonePast = new Map<string, GonePast>();
  /** Of the second access of a race. */
  private stack = '';

  /** @param words of the shadow memory */
  constructor(engine: Engine, plain: PlainAccesses, words: Int32Array) {
    this.engine = engine;
    this.plain = plain;
    this.words = words;
  }

  begin(): void {
    if (this.engine.sites !== undefined) this.seen.clear();
  }

  /** The access under way is kept in that cell. */
  keep(cell: number): void {
    this.seen.set(cell, { stack: stackText(), steps: this.engine.words[H.STEP] });
  }

  /** Is one of the two marked, or are all races gone past? @param cell of the other thread; @param other its access's kind */
  isIntended(now: Access, cell: number, other: number): boolean {
    return (
      this.plain.goesPast ||
      (isPlain(now.kind) && isAllowed(now.where)) ||
      (isPlain(other) && isAllowed(this.words[cell + other + CELL.WHERE]))
    );
  }

  /** Ends the schedule with a race. @param at the first byte that both touch */
  found(now: Access, thread: number, cell: number, other: number, at: number): never {
    const { words, engine } = this;
    words[HEADER.FIRST] = thread + 1;
    words[HEADER.FIRST_KIND] = other;
    words[HEADER.FIRST_WHERE] = words[cell + other + CELL.WHERE];
    words[HEADER.FIRST_CLOCK] = words[cell + other];
    words[HEADER.FIRST_CELL] = cell + other;
    words[HEADER.SECOND] = engine.me + 1;
    words[HEADER.SECOND_KIND] = now.kind;
    words[HEADER.SECOND_WHERE] = now.where;
    words[HEADER.BUFFER] = now.buffer;
    words[HEADER.OFFSET] = at;
    words[HEADER.BYTES] = now.bytes;
    this.stack = stackText();
    return engine.abort(FAIL.RACE, { name: 'DataRace', message: '', stack: this.stack });
  }

  /** Notes a race that is gone past. */
  goPast(now: Access, thread: number, cell: number, other: number): void {
    const where = this.words[cell + other + CELL.WHERE];
    // Sites stay, steps differ from schedule to schedule.
    const one = isPlain(other) ? where : -1;
    const two = isPlain(now.kind) ? now.where : -1;
    const key = `${now.buffer} ${now.offset} ${thread} ${other} ${one} ${now.kind} ${two}`;
    if (this.gonePast.has(key) || this.gonePast.size >= GONE_PAST_MAX) return;
    this.gonePast.set(key, {
      buffer: now.buffer,
      offset: now.offset,
      bytes: now.bytes,
      first: { thread, kind: other, where },
      second: { thread: this.engine.me, kind: now.kind, where: now.where },
    });
  }

  /** @param clock of this thread; @param sites tell those of its sites, too */
  report(clock: number, sites: boolean): RaceReport {
    const { words, engine } = this;
    const raced = words[HEADER.FIRST] !== 0;
    const isFirst = words[HEADER.FIRST] === engine.me + 1;
    const isSecond = words[HEADER.SECOND] === engine.me + 1;
    const place = {
      buffer: words[HEADER.BUFFER],
      offset: words[HEADER.OFFSET],
      bytes: words[HEADER.BYTES],
    };
    return {
      thread: engine.me,
      race: raced
        ? {
            ...place,
            first: isFirst ? this.firstSide() : undefined,
            second: isSecond ? this.secondSide(clock) : undefined,
          }
        : undefined,
      gonePast: [...this.gonePast.values()],
      sites: sites ? this.plain.sites : undefined,
    };
  }

  private firstSide(): RaceSide {
    const { words } = this;
    const seen = this.seen.get(words[HEADER.FIRST_CELL]) ?? NOT_SEEN;
    return this.side(words[HEADER.FIRST_KIND], words[HEADER.FIRST_WHERE], words[HEADER.FIRST_CLOCK], seen);
  }

  private secondSide(clock: number): RaceSide {
    const { words, stack, engine } = this;
    const seen = { stack, steps: engine.words[H.STEP] };
    return this.side(words[HEADER.SECOND_KIND], words[HEADER.SECOND_WHERE], clock, seen);
  }

  private side(kind: number, where: number, clock: number, { stack, steps }: Seen): RaceSide {
    const plain = isPlain(kind);
    return {
      thread: this.engine.me,
      plain,
      writes: kind === CELL.PLAIN_WRITE || kind === CELL.ATOMIC_WRITE,
      step: plain ? undefined : where,
      site: plain ? this.plain.siteAt(where) : undefined,
      stack,
      steps,
      clock,
    };
  }
}

function isPlain(kind: number): boolean {
  return kind < CELL.ATOMIC_READ;
}
