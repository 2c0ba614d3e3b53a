import { explore } from 'framelab/explore';
import { describe, it } from 'vitest';
import { soundScenarios } from '../explore/sound_scenarios.ts';

// No false alarm: `explore` throws for whatever it finds. It ends early where nothing is left to find.

const SCHEDULES = 5000;

describe(`${SCHEDULES} schedules of each sound scenario: nothing found`, () => {
  for (const { name, url, threads } of soundScenarios()) {
    it(name, async () => {
      await explore(url, { threads, schedules: SCHEDULES, seed: 9 });
    });
  }
});
