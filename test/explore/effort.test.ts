import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { Effort } from '#src/explore/shrink/effort.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('the time of a search for a smaller schedule', () => {
  it('is over whoever else can end it, and whatever is collected as garbage meanwhile', async () => {
    const user = new AbortController();
    const effort = new Effort(50, user.signal);
    // What was made in this turn of the event loop is not garbage before the next.
    for (let i = 0; i < 3; i++) {
      await setImmediate();
      collectGarbage();
    }
    await vi.waitUntil(() => effort.over, { timeout: 60_000 });
    expect(user.signal.aborted).toBe(false);
    effort.end();
  });

  it('ends when the user says so, also before it began', () => {
    const user = new AbortController();
    const effort = new Effort(1_000_000, user.signal);
    expect(effort.over).toBe(false);
    user.abort();
    expect(effort.over).toBe(true);
    expect(effort.signal.aborted).toBe(true);
    effort.end();
    const late = new Effort(1_000_000, user.signal);
    expect(late.over).toBe(true);
    late.end();
  });
});
