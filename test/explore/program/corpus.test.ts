import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Session } from '#src/explore/scenario/session.js';
import { failureOf } from '#src/verdicts/failure.js';
import { CORPUS, runsHere } from './native.mjs';

// Programs whose output under plain Node.js depends on no timing print the same in every schedule, and end with the same
// exit code; or they are refused, by the name of what is not under control. Never do they silently do something else.

/** How the schedules of a program are run, and how many: new workers take long. */
const NEW = { reuse: false, schedules: Number(process.env.FRAMELAB_CORPUS_SCHEDULES ?? 1) };
const REUSED = { reuse: true, schedules: 4 };
const STEP_LIMIT = 10_000;

/** What workers that run a program again are known to do otherwise: an import is read before its declaration. */
const OTHERWISE: Readonly<Record<string, RegExp>> = {
  'modules-circle.mjs': /TypeError.*ReferenceError/s,
};

/** Programs that are refused, and by what. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'worker-env-share.mjs': /changed the environment that it shares with a Worker/,
};

/** What no corpus can show, for plain Node.js does it: programs that reach for the process, and what is said of them. */
const BEYOND: Readonly<Record<string, RegExp>> = {
  'abort.mjs': /ended its process by process\.abort\(\)/,
  'chdir.mjs': /changed the working directory/,
  'kill.mjs': /sent itself the signal SIGTERM/,
  'port_to_context.mjs': /moved a port to another context/,
  'stream.mjs': /moved a stream/,
  'umask.mjs': /changed the umask/,
};

interface Native {
  readonly exit: number;
  readonly lines: readonly string[];
}

const expected: Record<string, Native> = JSON.parse(readFileSync(join(CORPUS, 'expected.json'), 'utf8'));
const here = process.cwd();

// Of each program one thread runs at a time.
vi.setConfig({ maxConcurrency: 2 });

// Some programs name their worker by a path relative to the folder.
beforeAll(() => process.chdir(CORPUS));
afterAll(() => process.chdir(here));

/** What came of the schedules of a program: undefined, or what was said of the first that failed. */
async function explore(
  name: string,
  { reuse, schedules }: typeof NEW = NEW,
  native: Native = expected[name],
  folder = CORPUS,
): Promise<string | undefined> {
  const session = await Session.open({
    scenario: pathToFileURL(join(folder, name)).href,
    program: {
      args: [],
      exitCode: native.exit,
      check: new URL('corpus_check.mjs', import.meta.url).href,
    },
    seed: 1,
    stepLimit: STEP_LIMIT,
    spinLimit: 2,
    hangMs: 5000,
    reuse,
  });
  try {
    const outcome = await session.run({ strategy: 'random', schedules, timeouts: 'last' });
    const failure = failureOf(session, outcome);
    if (failure !== undefined) return `${failure.verdict}: ${failure.message}`;
    expect(outcome.executions).toBe(schedules);
    return undefined;
  } finally {
    await session.close();
  }
}

const names = Object.keys(expected).filter(runsHere);

test.concurrent.each(names.filter((name) => !(name in REFUSED)))(
  '%s does what it does under plain Node.js',
  async (name) => {
    expect(await explore(name)).toBeUndefined();
  },
);

test.concurrent.each(names.filter((name) => !(name in REFUSED || name in OTHERWISE)))(
  '%s does so where workers run it again',
  async (name) => {
    expect(await explore(name, REUSED)).toBeUndefined();
  },
);

test.each(Object.keys(OTHERWISE))('%s is known to differ there', async (name) => {
  expect(await explore(name, REUSED)).toMatch(OTHERWISE[name]);
});

test.each(names.filter((name) => name in REFUSED))('%s is refused', async (name) => {
  expect(await explore(name)).toMatch(/^uncontrolled: /);
  expect(await explore(name)).toMatch(REFUSED[name]);
});

test.each(Object.keys(BEYOND))('%s is refused by name', async (name) => {
  const said = await explore(name, NEW, { exit: 0, lines: [] }, join(CORPUS, '..', 'refused'));
  expect(said).toMatch(/^uncontrolled: /);
  expect(said).toMatch(BEYOND[name]);
});

test('a program that ends with another exit code is noticed', async () => {
  const name = 'main-exit-code.mjs';
  const said = await explore(name, NEW, { ...expected[name], exit: 0 });
  expect(said).toMatch(/^exit: the program ended with exit code/);
});
