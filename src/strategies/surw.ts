import {
  type ControlContext,
  count,
  nth,
  type Strategy,
  type StrategyType,
} from '../control/thread/strategy.ts';
import { H, type Layout, R, T, THREADS_MAX } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { isMemory } from '../control/words/place.ts';
import { kindOf, threadOf } from '../control/words/record.ts';
import { below } from '../control/words/word_random.ts';

const PLACES_MAX = 24;
/** Words of one place: buffer, offset, then the number of accesses of each thread. */
const PLACE_WORDS = 2 + THREADS_MAX;

/**
 * Selectively uniform random walk: choose one shared place, and sample the interleavings of its accesses
 * uniformly, by giving the next access to a thread with probability proportional to the accesses it has
 * left; everything else is scheduled at random (Zhao, Wolff, Mathur, Roychoudhury: "Selectively uniform
 * concurrency testing", ASPLOS 2025).
 *
 * The counts are those of the schedule before. The first schedule, which has none, is a plain random walk.
 */
class Surw implements Strategy {
  readonly random = true;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly buffer: number;
  private readonly offset: number;
  private readonly intent: number;
  private readonly left: number;
  private readonly placeCount: number;
  private readonly places: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.buffer = base;
    this.offset = base + 1;
    this.intent = base + 2;
    this.placeCount = base + 3;
    this.left = base + 4;
    this.places = base + 4 + THREADS_MAX;
  }

  begin(): void {
    const words = this.words;
    words[this.intent] = -1;
    words[this.buffer] = -1;
    const places = words[this.placeCount];
    if (places === 0) return;
    const place = this.places + below(words, places) * PLACE_WORDS;
    words[this.buffer] = words[place];
    words[this.offset] = words[place + 1];
    for (let t = 0; t < THREADS_MAX; t++) words[this.left + t] = words[place + 2 + t];
    this.draw();
  }

  /** Chooses whose access to the place comes next. */
  private draw(): void {
    const words = this.words;
    const alive = words[H.ALIVE];
    let sum = 0;
    for (let t = 0; t < THREADS_MAX; t++) if ((alive & (1 << t)) !== 0) sum += words[this.left + t];
    words[this.intent] = -1;
    if (sum === 0) return;
    let n = below(words, sum);
    for (let t = 0; t < THREADS_MAX; t++) {
      if ((alive & (1 << t)) === 0) continue;
      n -= words[this.left + t];
      if (n < 0) {
        words[this.intent] = t;
        return;
      }
    }
  }

  pick(candidates: number): number {
    const words = this.words;
    const step = words[H.STEP] - 1;
    if (step >= 0 && words[this.buffer] >= 0) {
      const r = this.layout.trace + step * R.WORDS;
      if (words[r + R.BUFFER] === words[this.buffer] && words[r + R.OFFSET] === words[this.offset]) {
        const thread = threadOf(words[r]);
        if (words[this.left + thread] > 0) words[this.left + thread]--;
        this.draw();
      }
    }
    let open = candidates;
    const intent = words[this.intent];
    if (intent >= 0) {
      for (let set = candidates; set !== 0; set &= set - 1) {
        const thread = 31 - Math.clz32(set & -set);
        const t = this.layout.threads + thread * T.WORDS;
        if (
          thread !== intent &&
          words[t + T.BUFFER] === words[this.buffer] &&
          words[t + T.OFFSET] === words[this.offset]
        ) {
          open &= ~(1 << thread);
        }
      }
      // The thread that was to go next cannot: choose anew next time, and now among all.
      if (open === 0) {
        open = candidates;
        words[this.intent] = -1;
      }
    }
    return nth(open, below(words, count(open)));
  }

  /** Counts the accesses of this schedule, by place and thread, for the next one. */
  end(): boolean {
    const words = this.words;
    const steps = words[H.STEP];
    let places = 0;
    for (let step = 0; step < steps; step++) {
      const r = this.layout.trace + step * R.WORDS;
      const kind = kindOf(words[r]);
      if (!isMemory(words[r + R.BUFFER]) || kind === KIND.START) continue;
      let i = 0;
      let place = this.places;
      while (
        i < places &&
        (words[place] !== words[r + R.BUFFER] || words[place + 1] !== words[r + R.OFFSET])
      ) {
        i++;
        place += PLACE_WORDS;
      }
      if (i === places) {
        if (places === PLACES_MAX) continue;
        places++;
        words[place] = words[r + R.BUFFER];
        words[place + 1] = words[r + R.OFFSET];
        for (let t = 0; t < THREADS_MAX; t++) words[place + 2 + t] = 0;
      }
      words[place + 2 + threadOf(words[r])]++;
    }
    words[this.placeCount] = places;
    return true;
  }
}

export const surw: StrategyType = {
  name: 'surw',
  description:
    'the accesses of one place at a time in uniformly random order (selectively uniform random walk)',
  systematic: false,
  params: {},
  words: () => 4 + THREADS_MAX + PLACES_MAX * PLACE_WORDS,
  create: (context, base) => new Surw(context, base),
};
