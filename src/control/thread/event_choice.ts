import { H, T } from '../words/layout.ts';
import { below } from '../words/word_random.ts';
import type { Engine } from './engine.ts';

/** Which of several events of a thread comes next: by a recording, else by the strategy where that is random. */
export class EventChoice {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** A number below that of the events, 0 for the one that is first by itself. It is part of the step that follows. */
  choose(events: number): number {
    const { words, block } = this.engine;
    const number = words[block + T.EVENTS]++;
    if (events < 2) return 0;
    const choice = words[H.EVENT_GUIDE] >= 0 ? this.guided(number, events) : this.drawn(events);
    if (choice > 0) {
      words[block + T.A] = number;
      words[block + T.B] = choice;
    }
    return choice;
  }

  private guided(number: number, events: number): number {
    const { words, layout, me } = this.engine;
    for (let i = 0; i < words[H.EVENT_GUIDE]; i++) {
      const at = layout.events + 3 * i;
      if (words[at] === me && words[at + 1] === number) return Math.min(words[at + 2], events - 1);
    }
    return 0;
  }

  private drawn(events: number): number {
    const { strategy, words } = this.engine;
    return strategy.random && below(words, 2) === 0 ? below(words, events) : 0;
  }
}
