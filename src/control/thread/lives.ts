import { stackText } from '../notes/site.ts';
import { ABANDON, FAIL, H, T, THREADS_MAX } from '../words/layout.ts';
import { ABANDONED } from './abandon.ts';
import type { Engine } from './engine.ts';

/** Threads that start and end within a schedule: Workers, and whoever exits. */
export class Lives {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** A Worker is started that there is no thread for: the session begins again with so many. */
  needThreads(threads: number): never {
    const engine: Engine = this.engine;
    const { words } = engine;
    if (threads > THREADS_MAX) {
      engine.abort(FAIL.UNCONTROLLED, {
        name: 'Uncontrolled',
        message: `started a Worker too many: at most ${THREADS_MAX} threads run in a schedule, the first ones among them`,
        stack: stackText(),
      });
    }
    words[H.NEXT_THREAD] = threads;
    if (words[H.ABANDON] === ABANDON.NONE) words[H.ABANDON] = ABANDON.PRUNED;
    throw ABANDONED;
  }

  /** From now on this thread does nothing any more: it exits. */
  exit(): void {
    this.engine.words[this.engine.block + T.KILL] = 1;
  }

  /** Another thread is to end: at its next step, wherever it waits. Part of a step of this one. */
  terminate(thread: number): void {
    const { words, layout, sets } = this.engine;
    const block = layout.threads + thread * T.WORDS;
    if (!sets.alive.has(thread)) return;
    words[block + T.KILL] = 1;
    if (!sets.enabled.has(thread)) words[block + T.BY] = words[H.STEP];
    sets.enabled.add(thread);
    sets.timeable.remove(thread);
    sets.held.remove(thread);
  }

  /** A thread ends: so do the Workers that it started. */
  terminateChildren(): void {
    const { words, layout, me } = this.engine;
    for (let thread = 0; thread < words[H.THREADS]; thread++) {
      if (words[layout.threads + thread * T.WORDS + T.PARENT] === me) this.terminate(thread);
    }
  }
}
