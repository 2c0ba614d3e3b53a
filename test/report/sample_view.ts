import type { InterleavingView, ViewedStep, WordValue } from '#src/results/interleaving_view.js';

/** A failing schedule of two threads that count in turn: `length` steps, with a fold from 10 on if there are more than 40. */
export function sampleView(length: number, given: Partial<InterleavingView> = {}): InterleavingView {
  const steps: ViewedStep[] = [];
  const counts: WordValue[] = [];
  for (let i = 0; i < length; i++) {
    const thread = (i >> 2) & 1;
    const switched = i > 0 && i % 4 === 0 ? 1 + (thread & 1) : 0;
    if (i % 2 === 0) steps.push([thread, 0, 0, switched, 1000 + i]);
    else {
      steps.push([thread, 1, 1, switched, 1000 + i]);
      counts.push([
        i,
        String(1000 + i),
        counts.length === 0 ? '0' : (counts[counts.length - 1][1] as string),
      ]);
    }
  }
  return {
    verdict: 'check',
    message: 'check() failed: counted 1 of 2',
    messages: [],
    details: ['Error: counted 1 of 2', 'at check (counter.mjs:9:11)'],
    thrownAt: 2,
    cause: { name: 'lost update', sentence: 'thread 0 stored over it', steps: [1, 3] },
    about: {
      scenario: 'counter.mjs',
      seed: 7,
      strategy: 'pct',
      schedule: 12,
      job: 0,
      timeouts: 'mixed',
      replay: 'npx framelab replay counter.json',
      shrink: 'npx framelab shrink counter.json',
    },
    switches: 3,
    preemptions: 1,
    eventHash: '0123456789abcdef',
    steps,
    texts: ['load(words[0]) = #', 'store(words[0], #)'],
    stacks: [[0], [1, 0]],
    places: [
      { file: 'counter.mjs', line: 4, column: 3, name: 'thread' },
      { file: 'counter.mjs', line: 5, column: 3, name: '' },
      { file: 'counter.mjs', line: 9, column: 11, name: 'check' },
    ],
    sources: [
      {
        file: 'counter.mjs',
        from: 1,
        lines: Array.from({ length: 12 }, (_, i) => `  line ${i + 1} of the source`),
      },
    ],
    threads: [
      { states: [[0, 'running']] },
      {
        states: [
          [0, 'not started'],
          [4, 'running'],
          [6, 'waits on words[0]'],
        ],
      },
    ],
    words: [
      { name: 'words[0]', bytes: 4, values: counts },
      {
        name: 'words[1]',
        bytes: 4,
        values: [
          [2, '5'],
          [3, null],
        ],
      },
    ],
    folds: length > 40 ? [{ from: 10, to: length - 21, text: `steps 10 to ${length - 21} repeat` }] : [],
    ...given,
  };
}
