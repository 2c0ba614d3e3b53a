import { describe, expect, test } from 'vitest';
import { slicesOf } from '#src/campaign/plan/plan.js';
import { campaignResult } from '#src/campaign/tally/result.js';
import { Tally } from '#src/campaign/tally/tally.js';
import { csvReport } from '#src/report/csv.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { junitReport } from '#src/report/junit.js';
import { campaignMarkdown, campaignSummary } from '#src/report/markdown/campaign_markdown.js';
import { campaignText } from '#src/report/text/campaign_text.js';
import { readEnvironment } from '#src/results/environment.js';
import { done, exploreCell, find, plan } from './lines.ts';

// Every format says the same of a campaign: what was found, how much was done, what is in doubt or missing.

const environment = await readEnvironment();
const hash = (n: number) => n.toString(16).padStart(16, '0');

/** Three slices of one cell with a find, one of two of another, and one that was refused. */
function result() {
  const of = plan(exploreCell('a'), exploreCell('b', { slices: 2 }), exploreCell('c', { slices: 1 }));
  const tally = new Tally();
  for (let i = 0; i < 3; i++) {
    const once = [hash(16 * i + 1), hash(16 * i + 3)];
    const behaviours = { schedules: 100, shift: 0, once, again: [hash(5)] };
    tally.add(done(`a~${i}`, { behaviours, finds: [{ key: 'abc', times: 4, first: 9 }] }));
  }
  tally.add(find('a~0', 'abc', 'counted 1 <of> 2'));
  tally.add(done('b~1'));
  tally.add(done('c~0', { end: 'refused', why: 'it exports no thread' }));
  return campaignResult({
    plan: of,
    slices: slicesOf(of),
    tally,
    damage: [],
    environment,
    startedAt: '2026-01-01T00:00:00.000Z',
    reproduce: ['campaign', 'run', 'night'],
    replayCommand: (file) => `framelab replay night/${file}`,
  });
}

const FORMATS: Readonly<Record<string, (of: ReturnType<typeof result>) => string>> = {
  terminal: (of) => campaignText(of, { color: false }),
  markdown: campaignMarkdown,
  github: campaignSummary,
  html: (of) => htmlReport([of]),
};

describe.each(Object.entries(FORMATS))('%s', (name, format) => {
  const text = format(result());
  test('says what was found, where, and how often', () => {
    expect(text).toMatch(/1 kind of failure/);
    expect(text).toMatch(/a\.mjs: check: counted 1 (<|&lt;|\\<)of/);
    expect(text).toMatch(/12 times in a/);
  });

  test('says how much was done, and what was not', () => {
    expect(text).toMatch(/400 schedules in 4 of 6 slices/);
    expect(text).toMatch(/1 slice of the plan is missing/);
    expect(text).toMatch(/c\\*~0 could not be done: it exports no thread/);
    expect(text).toMatch(/1\/2/);
  });

  test('says how likely a new behaviour is', () => expect(text).toMatch(/1 in 50/));
  test('shows a curve where it can', () => expect(text.includes('<svg')).toBe(name === 'html'));
});

test('JUnit has a case for each cell, and one for what is in doubt', () => {
  const xml = junitReport([result()]);
  expect(xml).toContain('tests="4" failures="1" errors="1" skipped="2"');
  expect(xml).toContain('<skipped message="1 of 2 slices were done"/>');
});

test('CSV has a line for each figure', () => {
  const lines = csvReport([result()]).split('\r\n');
  expect(lines).toContain('0,campaign,,,outcome,violation');
  expect(lines).toContain('0,cell,a.mjs,random,executions,300');
  expect(lines).toContain('0,kind,a.mjs,abc,check,12');
});
