import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { OWN, RIGHT, WRONG } from './programs.ts';

// The programs that are right in every order, under plain Node.js, as their users run them: what the explorer says of a
// program is worth nothing if the program itself does not work.

const HERE = fileURLToPath(new URL('.', import.meta.url));
const EXPLORE = fileURLToPath(new URL('../../explore/program/programs/', import.meta.url));

const programs = new Map<string, { readonly path: string; readonly line: RegExp }>();
for (const [name, line] of Object.entries(RIGHT)) programs.set(name, { path: HERE + name, line });
for (const [name, line] of Object.entries(OWN))
  programs.set(`${name}-mended.mjs`, { path: `${EXPLORE}${name}-mended.mjs`, line });

interface Outcome {
  readonly code: unknown;
  readonly output: string;
}

function run(path: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [path], { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? error.signal);
      resolve({ code, output: stdout + (code === 0 ? '' : stderr) });
    });
  });
}

const outcomes = new Map<string, Outcome>();

beforeAll(async () => {
  const waiting = [...programs];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      outcomes.set(next[0], await run(next[1].path));
  };
  await Promise.all([lane(), lane()]);
}, 10 * 60_000);

describe('under plain Node.js', () => {
  it.each([...programs])('%s ends with code 0 and says so', (name, { line }) => {
    const { code, output } = outcomes.get(name) as Outcome;
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(line) });
  });
});

describe('the lists', () => {
  const mains = (folder: string): string[] => readdirSync(folder).filter((name) => /\.[mc]js$/.test(name));

  it('name every program', () => {
    expect(mains(HERE).sort()).toEqual([...Object.keys(RIGHT), ...Object.keys(WRONG)].sort());
    const own = Object.keys(OWN).flatMap((name) => [`${name}.mjs`, `${name}-mended.mjs`]);
    expect(mains(EXPLORE).sort()).toEqual(own.sort());
  });

  it('are in the README', () => {
    const readme = readFileSync(`${HERE}README.md`, 'utf8');
    const names = [...Object.keys(RIGHT), ...Object.keys(WRONG), ...Object.keys(OWN)];
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});
