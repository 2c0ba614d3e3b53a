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

  /** A Worker is about to be started, as that thread. Where there is none for it, the session begins again with so many. */
  start(thread: number): void {
    const engine: Engine = this.engine;
    const { words } = engine;
    // Its number could be that of a lane.
    if (words[H.FAULTS] !== 0) this.refuse('started a Worker where faults happen');
    if (thread < words[H.THREADS]) return;
    const threads = thread + 1;
    if (threads > THREADS_MAX) {
      this.refuse(
        `started a Worker too many: at most ${THREADS_MAX} threads run in a schedule, the first ones among them`,
      );
    }
    words[H.NEXT_THREAD] = threads;
    if (words[H.ABANDON] === ABANDON.NONE) words[H.ABANDON] = ABANDON.PRUNED;
    throw ABANDONED;
  }

  private refuse(message: string): never {
    const engine: Engine = this.engine;
    return engine.abort(FAIL.UNCONTROLLED, { name: 'Uncontrolled', message, stack: stackText() });
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
