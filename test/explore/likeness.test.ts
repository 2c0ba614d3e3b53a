import { describe, expect, it } from 'vitest';
import { likeness } from '#src/explore/replay/likeness.js';
import { search } from '#src/explore/search/search.js';
import type { Failure } from '#src/verdicts/failure.js';
import { scenario } from './paths.ts';

// Which failures a search takes for the same without running the second one again.

const { failed } = await search(scenario('verdicts/lost-wakeup.mjs'), { seed: 1, strategy: 'random' });
const failure = (failed as unknown as { failure: Failure }).failure;

describe('failures are alike', () => {
  it('whatever the numbers of their steps, which depend on what the other threads did before', () => {
    expect(failure.details.join('\n')).toMatch(/\bstep \d+/);
    const later = failure.details.map((line) => line.replace(/\bstep (\d+)/g, (_, n) => `step ${+n + 7}`));
    expect(likeness({ ...failure, details: later })).toBe(likeness(failure));
  });

  it('only where the same is said of the same words, and each thread did the same at last', () => {
    const other = failure.details.map((line) => line.replace('words[', 'others['));
    expect(other).not.toEqual(failure.details);
    expect(likeness({ ...failure, details: other })).not.toBe(likeness(failure));
    expect(likeness({ ...failure, steps: failure.steps.slice(0, -1) })).not.toBe(likeness(failure));
    expect(likeness({ ...failure, verdict: 'deadlock' })).not.toBe(likeness(failure));
  });
});
