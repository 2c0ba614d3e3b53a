import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-commands-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const command = (...argv: string[]) => commandIn(directory, ...argv);
const path = (name: string): string => fileURLToPath(scenario(name));

describe('explore, replay and shrink on the command line', () => {
  it('find a bug, show it again in another process, and make it small', async () => {
    const found = await command('explore', path('lost-update.mjs'), '--seed', '3');
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/^seed 3\n/);
    const file = /Replay it with: node \S+main\.js replay (\S+)/.exec(found.out)?.[1] as string;
    expect(file).toMatch(/^\.framelab\//);

    const replayed = await command('replay', file, '--times', '3', '--allow-outside');
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain('reproduced 3 of 3 times');
    expect(replayed.out).toContain('check() failed: counted 1 of 2');

    const shrunk = await command('shrink', file, '--allow-outside');
    expect(shrunk.code).toBe(0);
    expect(shrunk.out).toMatch(
      /to {3}2 threads, 6 steps, 2 switches, 1 preemption \(minimal: no schedule with fewer preemptions fails this way\)/,
    );
    expect(shrunk.out).toMatch(/thread 0 +\| thread 1/);
    expect(shrunk.out).toMatch(/^ +\d >> /m);
    expect(
      readdirSync(join(directory, '.framelab')).filter((name) => /\.(html|min\.json)$/.test(name)).length,
    ).toBe(2);
  });

  it('show what is replayed as a page, where there is a failure to show and a file to write', async () => {
    const found = await command('explore', path('lost-update.mjs'), '--seed', '3');
    const file = /Replay it with: node \S+main\.js replay (\S+)/.exec(found.out)?.[1] as string;
    const replayed = await command('replay', file, '--allow-outside', '-q', '--html', 'page.html');
    expect([replayed.code, replayed.out]).toEqual([
      1,
      expect.stringMatching(/^reproduced 1 of 1 times, .*\nLook at it in: page\.html\n$/),
    ]);
    const page = readFileSync(join(directory, 'page.html'), 'utf8');
    expect(page).toContain('<h1>check() failed: counted 1 of 2</h1>');
    expect(page).toContain(`replay ${file}</code>`);
    expect(page).toContain(`shrink ${file}</code>`);
    for (const bad of ['-', 'nowhere/page.html']) {
      const refused = await command('replay', file, '--allow-outside', '--html', bad);
      expect([refused.code, refused.out]).toEqual([2, '']);
      expect(refused.err).toContain(`--html '${bad}': `);
    }
  });

  it('exit with 0 when nothing is found, and say whether that is complete', async () => {
    const { code, out } = await command(
      'explore',
      path('locks/ticket.mjs'),
      '--strategy',
      'dpor',
      '--seed',
      '1',
    );
    expect(code).toBe(0);
    expect(out).toContain('nothing found in 78 executions by dpor with 2 threads');
    expect(out).toContain('all orders of Atomics operations were run');
  });

  it('print JSON alone on stdout', async () => {
    const { out, err } = await command(
      'explore',
      path('locks/tas.mjs'),
      '--json',
      '--seed',
      '1',
      '--strategy',
      'dpor',
    );
    expect(JSON.parse(out)).toMatchObject({
      found: false,
      complete: false,
      atomicsComplete: true,
      executions: 126,
      seed: 1,
    });
    expect(err).toContain('seed 1');
  });

  it('exit with 4 where the scenario is not deterministic', async () => {
    const { code, err } = await command('explore', path('verdicts/nondeterminism.mjs'), '--seed', '1');
    expect([code, err.includes('Nothing is said about the code under test')]).toEqual([4, true]);
  });

  it('name the recorded operations that are gone, also where all orders of the present ones pass', async () => {
    const file = join(directory, 'counter.mjs');
    writeFileSync(file, readFileSync(path('lost-update.mjs'), 'utf8'));
    const found = await command('explore', file, '--seed', '1', '--output', 'out');
    expect(found.code).toBe(1);
    const text = readFileSync(file, 'utf8').replace(/const seen[^}]*/, 'Atomics.add(words, 0, 1);\n');
    writeFileSync(file, text);
    const replayed = await command('replay', join('out', readdirSync(join(directory, 'out'))[0]));
    expect(replayed.out).toMatch(
      /fixed: all orders of the operations that are there now were run, .*not there: load\(words\[0\]\)/s,
    );
    expect(replayed.code).toBe(0);
  });

  it('name the option, the value and what is allowed', async () => {
    const cases: [string[], RegExp][] = [
      [['explore'], /at least one FILE\|DIR is needed/],
      [['explore', 'none.mjs'], /there is no scenario none\.mjs/],
      [
        ['explore', path('lost-update.mjs'), '--threads', '999'],
        /--threads '999': must be a whole number from 1 to 128/,
      ],
      [
        ['explore', path('lost-update.mjs'), '--time', '10'],
        /--time '10': must be a time with its unit, 1ms to .*; did you mean '10s'\?/,
      ],
      [
        ['explore', path('lost-update.mjs'), '--strategy', 'luck'],
        /--strategy 'luck': must be one of portfolio, random/,
      ],
      [
        ['explore', path('lost-update.mjs'), '--param', 'depth'],
        /--param 'depth': must be NAME=N, as in depth=4/,
      ],
      [
        ['explore', path('lost-update.mjs'), '--param', 'depth=4', '--param', 'depth=5'],
        /--param depth is given twice/,
      ],
      [
        ['explore', path('lost-update.mjs'), '--strategy', 'pct', '--param', 'dept=4'],
        /the strategy pct has no parameter 'dept'; did you mean 'depth'\?/,
      ],
      [['explore', path('verdicts/shared.mjs')], /a scenario exports a function setup\(\)/],
      [['replay', path('lost-update.mjs')], /cannot be read as a replay/],
      [
        ['explore', path('lost-update.mjs'), '--nonsense'],
        /unknown option --nonsense: there are --program, .*--threads/,
      ],
    ];
    const ended = await Promise.all(cases.map(([argv]) => command(...argv)));
    ended.forEach(({ code, err, out }, i) => {
      expect(err).toMatch(cases[i][1]);
      expect(code).toBe(2);
      expect(out).toMatch(/^(seed \d+\n)?$/);
    });
  });
});

describe('the worker entry', () => {
  it('loads nothing that a scenario could reach through framelab', async () => {
    // Every module that it imports lies in the explorer's own worker side.
    const root = fileURLToPath(new URL('../../dist/', import.meta.url));
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = readFileSync(file, 'utf8');
      for (const [, specifier] of source.matchAll(/(?:from|import) '([^']+)'/g)) {
        if (specifier.startsWith('node:')) continue;
        expect(specifier).toMatch(/^\.\.?\//);
        visit(fileURLToPath(new URL(specifier, `file://${file}`)));
      }
    };
    visit(join(root, 'workers/explore.js'));
    expect(existsSync(join(root, 'workers/explore.js'))).toBe(true);
    for (const file of seen)
      expect(file).toMatch(
        /dist\/(workers\/explore|src\/(control|intercept|strategies|observe|verdicts|explore|platform)\/)/,
      );
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe('source maps', () => {
  it('lead from the compiled file back to the TypeScript that was written', async () => {
    const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
    const options = [
      '--ignoreConfig',
      '--sourceMap',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--skipLibCheck',
    ];
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    execFileSync(compiler, [
      path('mapped/counter.ts'),
      ...options,
      '--types',
      '',
      '--outDir',
      join(directory, 'built'),
    ]);
    const found = await command(
      'explore',
      join(directory, 'built/counter.js'),
      '--seed',
      '1',
      '--output',
      'mapped',
    );
    expect(found.code).toBe(1);
    const file = join('mapped', readdirSync(join(directory, 'mapped'))[0]);
    const { out } = await command('replay', file);
    expect(out).toContain('counter.ts:11');
    expect(out).not.toContain('counter.js:');
  });
});
