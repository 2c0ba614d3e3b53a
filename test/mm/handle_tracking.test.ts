import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, expect, test } from 'vitest';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { trackHandles } from '#src/mm/frame/handle_tracking.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { fakeMachine } from './fake_machine.ts';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

afterEach(() => trackHandles(null));

test('handles that are lost while they own frames are reported with where they were made', async () => {
  const leaks: string[] = [];
  trackHandles((description) => leaks.push(description));
  const options = new FrameAllocOptions(fakeMachine());
  function sound(): void {
    options.allocFrame().drop();
    UniqueFrame.tryFrom(options.allocFrame()).drop();
    options.allocFrame().intoRaw();
    const [a, b] = options.allocSegment(3).split(4096);
    a.drop();
    for (const frame of b) frame.drop();
  }
  function leaky(): void {
    options.allocFrame();
    options.allocSegment(2);
  }
  for (let i = 0; i < 20; i++) sound();
  leaky();
  for (let i = 0; i < 50 && leaks.length < 2; i++) {
    collectGarbage();
    await sleep(10);
  }
  expect(leaks.map((leak) => leak.split(' ')[0]).sort()).toEqual(['frame', 'segment']);
  for (const leak of leaks) expect(leak).toMatch(/leaky/);
});
