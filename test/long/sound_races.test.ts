import { explore } from 'framelab/explore';
import { describe, expect, it } from 'vitest';
import { soundScenarios } from '../explore/sound_scenarios.ts';

// No false data race: `explore` throws for whatever it finds. What framelab marks as intended is listed, and nothing else.

/** Scenarios whose programs race, or that misuse what they try: two frees of one frame. */
const RACING: readonly string[] = ['slots'];
/** A machine takes a hundred times longer than a lock. */
const SCHEDULES = { machine: 1500, other: 10_000 };

describe('sound scenarios race nowhere but where it is marked', () => {
  for (const { name, url, threads } of soundScenarios()) {
    if (RACING.some((racing) => url.pathname.includes(`/${racing}.mjs`))) continue;
    const schedules = url.pathname.includes('/machine/') ? SCHEDULES.machine : SCHEDULES.other;
    it(`${name}, ${schedules} schedules`, async () => {
      const { passedRaces } = await explore(url, { races: true, threads, schedules, seed: 9 });
      for (const line of passedRaces) expect(line).toMatch(/^intended race \(.{20,}\): /);
    });
  }
});
