import type { ObserverType } from '../../control/thread/observer.ts';
import { KIND, kindsWith, LEAVES, READS, WAKES, WRITES } from '../../control/words/operation.ts';
import { RaceDetector } from './detector.ts';
import { PlainSteps } from './plain_steps.ts';
import { Shadow } from './shadow.ts';

const PLAIN: readonly number[] = [KIND.READ, KIND.WRITE];

/** Data races, where they are looked for: it is told of plain accesses, and sees all atomic operations. */
export const races: ObserverType = {
  name: 'races',
  kinds: [KIND.START, ...kindsWith(READS | WRITES | LEAVES | WAKES).filter((kind) => !PLAIN.includes(kind))],
  words: () => 0,
  create({ engine, buffers, plain, shadow, threads }) {
    plain.listener = undefined;
    if (shadow === undefined) return null;
    const memory = new Shadow(shadow, threads);
    const detector = new RaceDetector(
      engine,
      buffers,
      plain,
      memory,
      new PlainSteps(engine, buffers, memory.words),
    );
    plain.listener = detector;
    return detector;
  },
};
