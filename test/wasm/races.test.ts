import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreOptions, explore, replay, ScheduleFailed, shrink } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Data races in C, and of C with JavaScript: c/races.c and mixed.mjs say in comments which lines race.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-wasm-races-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const folder = new URL('../explore/scenarios/wasm/', import.meta.url);
const lines = (file: string): string[] => readFileSync(new URL(file, folder), 'utf8').split('\n');
const C = lines('c/races.c');
const MIXED = lines('mixed.mjs');

/** The lines that race: of each kind in C, and of what kinds call (under ''). */
function kindsOfC(): Map<string, number[]> {
  const kinds = new Map<string, number[]>([['', []]]);
  let kind = '';
  C.forEach((line, i) => {
    kind = /^EXPORT void (\w+)_[01]\(/.exec(line)?.[1] ?? kind;
    const lines = kinds.get(kind) ?? [];
    kinds.set(kind, line.includes('// races') ? [...lines, i + 1] : lines);
    if (line.endsWith('}') && !line.startsWith(' ')) kind = '';
  });
  return kinds;
}

const kinds = kindsOfC();
const shared = kinds.get('') as number[];
kinds.delete('');
const racing = [...kinds].filter(([, at]) => at.length > 0);
const sound = [...kinds].filter(([, at]) => at.length === 0).map(([name]) => name);
const mixed = MIXED.flatMap((line) => {
  const name = /^ {2}'([^']+)': \[/.exec(line)?.[1];
  return name === undefined ? [] : [[name, line.includes('// races')] as const];
});

function url(file: string, kind: string): URL {
  const scenario = new URL(file, folder);
  scenario.searchParams.set('v', kind);
  return scenario;
}

async function found(scenario: URL, options: ExploreOptions = {}): Promise<ScheduleFailed> {
  const all = { races: true, seed: 1, strategy: 'dpor', directory, ...options } as const;
  const error = await explore(scenario, all).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

async function silent(scenario: URL): Promise<void> {
  const all = await explore(scenario, { races: true, seed: 3, strategy: 'dpor', timeouts: 'any' });
  expect([all.complete, all.unwatched, all.passedRaces]).toEqual([true, [], []]);
}

describe('two accesses in C that nothing orders', () => {
  it.each(racing)('%s: found, and both are named', async (kind, at) => {
    const { failure } = await found(url('races.mjs', kind));
    expect(failure.verdict).toBe('data-race');
    expect(failure.raced.map(({ stack }) => Number(/races\.c:(\d+)/.exec(stack)?.[1]))).toSatisfy(
      (both: number[]) => both.length === 2 && both.every((line) => [...at, ...shared].includes(line)),
    );
  });

  it.each(sound)('%s: ordered, so that nothing is said', (kind) => silent(url('races.mjs', kind)));
});

describe('C and JavaScript', () => {
  it.each(mixed)('%s (races: %s)', async (kind, races) => {
    if (!races) return silent(url('mixed.mjs', kind));
    const { failure } = await found(url('mixed.mjs', kind));
    expect(failure.verdict).toBe('data-race');
    const stacks = failure.raced.map(({ stack }) => stack);
    const inC = stacks.map((stack) => Number(/races\.c:(\d+)/.exec(stack)?.[1] ?? 0)).filter(Boolean);
    expect(inC.map((line) => C[line - 1])).toEqual([expect.stringContaining('// races')]);
    const inJavaScript = Number(/mixed\.mjs:(\d+)/.exec(failure.message)?.[1]);
    expect(MIXED[inJavaScript - 1]).toContain(`'${kind}'`);
    return undefined;
  });
});

describe('Rust', () => {
  it.each(['lock', 'queue'])('%s: ordered, so that nothing is said', (kind) => silent(url('rust.mjs', kind)));

  it.each([
    ['lock', 'split', 46, 46],
    ['queue', 'late', 88, 102],
  ])('%s with what is planted: found, and both lines are named', async (kind, bug, ...lines) => {
    const scenario = url('rust.mjs', kind);
    scenario.searchParams.set('bug', bug);
    const { failure } = await found(scenario);
    const named = [...failure.message.matchAll(/plain \w+ \(shared\.rs:(\d+)\)/g)].map(([, line]) =>
      Number(line),
    );
    expect([failure.verdict, named.sort((a, b) => a - b)]).toEqual(['data-race', lines]);
  });
});

describe('a race in WebAssembly', () => {
  it('is named by function and byte where the module has no lines', async () => {
    const { failure } = await found(new URL('init.mjs', folder));
    // Bytes of the module as it was given: without the export that is added for its variable.
    expect(failure.message).toMatch(
      /plain write \((init@0x55|store@0x61)\) and .* plain write \((init@0x55|store@0x61)\)/,
    );
    expect(failure.raced.map(({ stack }) => stack).join()).not.toContain('wasm://');
  });

  it('replays, and shrinks to the same two lines', async () => {
    const { failure, replayFile } = await found(url('races.mjs', 'late'), { strategy: 'random', seed: 7 });
    const again = await replay(replayFile as string);
    expect([again.failure?.verdict, again.failure?.eventHash]).toEqual(['data-race', failure.eventHash]);
    const small = await shrink(replayFile as string, { timeMs: 2000 });
    expect(small.failure.verdict).toBe('data-race');
    expect(small.failure.steps.length).toBeLessThanOrEqual(failure.steps.length);
  });

  it('may be allowed by its place', async () => {
    const line = (kinds.get('mixed') as number[])[1];
    const options = { races: true, seed: 1, strategy: 'dpor' } as const;
    const allowRaces = [{ at: `races.c:${line}`, reason: 'a hint' }];
    const result = await explore(url('races.mjs', 'mixed'), { ...options, allowRaces });
    expect(result.passedRaces.join()).toContain('intended race (a hint)');
  });

  it('is seen at work', async () => {
    const scenario = url('races.mjs', 'unlocked');
    scenario.searchParams.set('counts', '');
    const { failure } = await found(scenario, { raceEffects: true });
    expect([failure.verdict, failure.cause?.name]).toEqual(['check', 'data race']);
    expect(failure.cause?.sentence).toContain('lost update');
  });
});
