import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from '#src/campaign/ledger/lines.js';
import { type Plan, slicesOf } from '#src/campaign/plan/plan.js';
import { campaignResult } from '#src/campaign/tally/result.js';
import { Tally } from '#src/campaign/tally/tally.js';
import { readEnvironment } from '#src/results/environment.js';
import { schemaErrors } from '../schemas.ts';
import { done, exploreCell, find, ON, plan } from './lines.ts';

const environment = await readEnvironment();

function resultOf(of: Plan, lines: readonly Line[], stoppedBy?: string) {
  const tally = new Tally();
  for (const line of lines) tally.add(line);
  const startedAt = '2026-01-01T00:00:00.000Z';
  const replayCommand = (file: string) => `replay ${file}`;
  const rest = { damage: [], environment, startedAt, stoppedBy, reproduce: [], replayCommand };
  return campaignResult({ plan: of, slices: slicesOf(of), tally, ...rest });
}

const TWO = plan(exploreCell('a'), exploreCell('b', { slices: 2 }));
const ALL = ['a~0', 'b~0', 'a~1', 'b~1', 'a~2'];

describe('what lines say together', () => {
  test('is that all was done, and nothing found', () => {
    const result = resultOf(
      TWO,
      ALL.map((slice) => done(slice)),
    );
    expect(schemaErrors('campaign', result)).toEqual([]);
    expect(result.outcome).toBe('passed');
    expect(result.slices).toEqual({ planned: 5, done: 5, refused: 0, crashed: 0 });
    expect(result.cells.map(({ id, executions }) => [id, executions])).toEqual([
      ['a', 300],
      ['b', 200],
    ]);
  });

  test('does not depend on their order, nor on how often each is read', () => {
    const lines: Line[] = [
      ...ALL.map((slice, i) =>
        done(slice, { at: i, finds: i === 2 ? [{ key: 'k', times: 2, first: 7 }] : [] }),
      ),
      // Done twice, by another worker.
      done('a~1', { at: 9, worker: 'x', finds: [{ key: 'k', times: 2, first: 7 }], figures: { seconds: 3 } }),
      find('a~1', 'k', 'it fails here'),
      find('a~1', 'k', 'it fails there', 'x', 9),
    ];
    const expected = resultOf(TWO, lines);
    expect(expected.kinds.map(({ key, times }) => [key, times])).toEqual([['k', 2]]);
    const drawn = fc.shuffledSubarray([...lines, ...lines], { minLength: 2 * lines.length });
    fc.assert(
      fc.property(drawn, (some) => {
        expect(resultOf(TWO, some)).toEqual(expected);
      }),
    );
  });

  test('is not that it passed, where a slice is missing for no reason', () => {
    const result = resultOf(
      TWO,
      ALL.slice(1).map((slice) => done(slice)),
    );
    expect(result.outcome).toBe('unproved');
    expect(
      resultOf(
        TWO,
        ALL.slice(1).map((slice) => done(slice)),
        'the time is over',
      ),
    ).toMatchObject({
      outcome: 'passed',
      stoppedBy: 'the time is over',
    });
  });

  test('is in doubt where a slice gave two results, or could not be done', () => {
    const lines = ALL.map((slice) => done(slice));
    const other = resultOf(TWO, [...lines, done('a~1', { worker: 'x', figures: { executions: 99 } })]);
    expect(other.outcome).toBe('unproved');
    expect(other.doubts).toEqual([
      expect.stringContaining('slice a~1 was done twice, with different results'),
    ]);
    // Another Node.js may well run other schedules.
    const elsewhere = done('a~1', {
      worker: 'x',
      on: { ...ON, node: '22.0.0' },
      figures: { executions: 99 },
    });
    expect(resultOf(TWO, [...lines, elsewhere]).doubts).toEqual([]);
    const refused = resultOf(TWO, [
      ...lines.slice(1),
      done('a~0', { end: 'refused', why: 'no such export' }),
    ]);
    expect(refused).toMatchObject({ outcome: 'unproved', slices: { done: 4, refused: 1 } });
    // Whoever could do it counts.
    expect(resultOf(TWO, [done('a~0', { end: 'crashed', why: 'x' }), ...lines]).outcome).toBe('passed');
  });

  test('counts a find in a slice that was stopped, and not the slice', () => {
    const stopped = done('a~0', {
      end: 'stopped',
      finds: [{ key: 'k', times: 1, first: 3 }],
      figures: { executions: 5 },
    });
    const result = resultOf(TWO, [...ALL.slice(1).map((slice) => done(slice)), stopped, find('a~0', 'k')]);
    expect(result.outcome).toBe('violation');
    expect(result.slices.done).toBe(4);
    expect(result.cells[0].executions).toBe(200);
  });

  test('is a violation even where its details were lost', () => {
    const lines = ALL.map((slice) => done(slice, { finds: [{ key: 'k', times: 1, first: 1 }] }));
    const result = resultOf(TWO, lines);
    expect(result.outcome).toBe('violation');
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0].message).toContain('a~0');
  });

  test('keeps environments apart', () => {
    const lines = ALL.map((slice, i) => done(slice, i === 0 ? { on: { ...ON, node: '22.0.0' } } : {}));
    const rows = resultOf(TWO, lines).cells.map(({ id, environment: on, executions }) => [
      id,
      on?.node,
      executions,
    ]);
    expect(rows).toEqual([
      ['a', '20.0.0', 200],
      ['a', '22.0.0', 100],
      ['b', '20.0.0', 200],
    ]);
  });

  test('is complete by shares only where every share was run to its end', () => {
    const shares = plan(exploreCell('s', { strategy: 'dpor', shares: true, slices: 3 }));
    const whole = ['s~0', 's~1', 's~2'].map((slice) =>
      done(slice, { figures: { atomicsComplete: true, exhausted: true } }),
    );
    expect(resultOf(shares, whole).cells[0].atomicsComplete).toBe(true);
    expect(resultOf(shares, whole.slice(1)).cells[0].atomicsComplete).toBe(false);
    const cut = [...whole.slice(1), done('s~0', { figures: { atomicsComplete: false } })];
    expect(resultOf(shares, cut).cells[0].atomicsComplete).toBe(false);
  });
});
