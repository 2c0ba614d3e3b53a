import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { exploreProgram, renderTable, replay, ScheduleFailed } from '#src/explore/index.js';
import { viewOf } from '#src/explore/picture/view.js';
import { aboutSchedule } from '#src/explore/replay/about_schedule.js';
import { explanation, stepText } from '#src/verdicts/failure.js';

/** A schedule of a program takes a while on a busy machine. */
const PATIENCE_MS = 240_000;

const directory = mkdtempSync(join(tmpdir(), 'framelab-finds-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Finds what is wrong with a program, by a seed that is known to find it soon. */
async function found(name: string, schedules: number, seed = 1): Promise<ScheduleFailed> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  try {
    await exploreProgram(program, { seed, schedules, directory });
  } catch (error) {
    if (error instanceof ScheduleFailed) return error;
    throw error;
  }
  throw new Error(`${name}: nothing was found in ${schedules} schedules`);
}

function texts({ failure }: ScheduleFailed): string[] {
  return failure.steps.map((_, i) => stepText(failure, i));
}

describe('a find in a program explains itself', () => {
  it(
    'a deadlock says who waits for whom, and whose event loop is blocked',
    async () => {
      const find = await found('programs/deadlock-by-messages.mjs', 30, 2);
      const { failure } = find;
      expect(failure.verdict).toBe('deadlock');
      expect(failure.message).toMatch(
        /^nobody can run: thread 0 waits for its Workers, threads 1 and 2, to say/,
      );
      expect(failure.message).toContain(
        "thread 1 sleeps in Atomics.wait on thread 0's buffer 0 [0], which held 0 when it went to sleep",
      );
      expect(failure.cause?.name).toBe('blocked event loop');
      expect(failure.cause?.threads).toEqual([1, 2]);
      expect(explanation(failure).join()).toMatch(
        /the message 'question' that thread 2 sent at step \d+ \(deadlock-peer\.mjs:8\)/,
      );
      const lines = texts(find);
      expect(lines).toContain('new Worker: thread 1 (deadlock-peer.mjs)');
      expect(lines).toContain("'online' of the Worker that is thread 1");
      expect(lines).toContain("postMessage to thread 1 ('ask')");
      expect(lines).toContain("message from thread 0 ('ask')");
      expect(lines).toContain("postMessage to port 1 of thread 2 ('question')");
      const { failure: again, reproduced } = await replay(find.recording);
      expect(reproduced).toBe(true);
      expect(again?.message).toBe(failure.message);
    },
    PATIENCE_MS,
  );

  it(
    'a deadlock by messages alone says who waits for a message of whom',
    async () => {
      const { failure } = await found('programs/ring-lost-drain.mjs', 60);
      expect(failure.message).toBe(
        'nobody can run: thread 0 waits for its Worker, thread 1, to say something or to end; ' +
          'thread 1 waits for a message from its parent, thread 0',
      );
      expect(failure.cause?.sentence).toBe(
        'thread 0 waits for a message of thread 1, thread 1 waits for a message of thread 0, and no message is under way',
      );
      expect(failure.thread).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'messages are drawn from sender to receiver; words keep their values',
    async () => {
      const find = await found('finds/messages.mjs', 30);
      const { failure, recording } = find;
      const view = viewOf(failure, aboutSchedule(recording, {}), recording.threads + 3);
      expect(view.threads).toHaveLength(2);
      const lines = texts(find);
      const sent = lines.indexOf("postMessage to thread 0 ('added')");
      const taken = lines.indexOf("message from thread 1 ('added')");
      expect(sent).toBeGreaterThan(0);
      expect(view.messages).toContainEqual([sent, taken]);
      const table = renderTable(failure);
      expect(table).toContain(`-> step ${taken}`);
      expect(table).toContain(`message from thread 1 ('added') <- step ${sent}`);
      expect(view.words.map(({ name, values }) => [name, values.at(-1)?.[1]])).toEqual([
        ["thread 0's buffer 0 [1]", '5'],
      ]);
      expect(view.threads[1].states.map(([, state]) => state)).toEqual(['not started', 'running', 'ended']);
    },
    PATIENCE_MS,
  );

  it(
    'an error that a Worker threw, and nobody listened for, is told of both threads',
    async () => {
      const { failure } = await found('finds/worker-throws.mjs', 5);
      expect(failure.message).toBe(
        "thread 1 threw TypeError: the Worker's own; nobody listened for 'error' of its Worker, so that it was thrown again in thread 0",
      );
      expect(failure.thread).toBe(1);
      expect(failure.thrown).toMatchObject({ line: 8 });
    },
    PATIENCE_MS,
  );

  it(
    'an exit says who called it and where, and which Worker had ended badly',
    async () => {
      const { failure } = await found('finds/exits.mjs', 5);
      expect(failure.message).toBe(
        'the program ended with exit code 3: its main thread, thread 0, called process.exit()',
      );
      expect(failure.thrown).toMatchObject({ line: 6 });
      expect(failure.details.join('\n')).toMatch(
        /thread 1 ended with exit code 2 at step \d+.*: process\.exit\(\)/,
      );
    },
    PATIENCE_MS,
  );

  it(
    'an unsettled await says what was left that could have settled it',
    async () => {
      const { failure } = await found('finds/unsettled.mjs', 5);
      expect(failure.verdict).toBe('exit');
      expect(failure.message).toContain(
        'exit code 13: a top-level await of its main thread, thread 0, was never settled',
      );
      expect(failure.message).toContain("Atomics.waitAsync on thread 0's buffer 0 [1]");
    },
    PATIENCE_MS,
  );

  it(
    'a file that was read before takes no deadlock away; an open server does',
    async () => {
      expect((await found('finds/reads-then-sleeps.mjs', 5)).failure.verdict).toBe('deadlock');
      const program = fileURLToPath(new URL('finds/serves-and-waits.mjs', import.meta.url));
      const error = await exploreProgram(program, { seed: 1, schedules: 5, directory }).catch(
        (error: unknown) => error,
      );
      expect(error).toMatchObject({ code: 'Uncontrolled' });
    },
    PATIENCE_MS,
  );
});
