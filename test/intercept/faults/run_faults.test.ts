import { describe, expect, test } from 'vitest';
import { asRunFault, parseRunFault, type RunFault, runFaultText } from '#src/intercept/faults/run_faults.js';

describe('a fault as text', () => {
  test.each<[text: string, fault: RunFault]>([
    ['kill-worker@2s', { kind: 'kill-worker', at: { ms: 2000 } }],
    ['kill-worker:1@2s', { kind: 'kill-worker', worker: 1, at: { ms: 2000 } }],
    ['kill-worker@5000ops', { kind: 'kill-worker', at: { operations: 5000 } }],
    ['kill-worker:12@1ops', { kind: 'kill-worker', worker: 12, at: { operations: 1 } }],
    ['kill-worker@1500us', { kind: 'kill-worker', at: { ms: 1.5 } }],
    ['pause-worker:1@3s+500ms', { kind: 'pause-worker', worker: 1, at: { ms: 3000 }, forMs: 500 }],
    ['pause-worker@70ops+20ms', { kind: 'pause-worker', at: { operations: 70 }, forMs: 20 }],
    ['oom@2s+200ms', { kind: 'oom', at: { ms: 2000 }, for: { ms: 200 } }],
    ['oom:3@50ops+9ops', { kind: 'oom', worker: 3, at: { operations: 50 }, for: { operations: 9 } }],
    ['oom@2s+9ops', { kind: 'oom', at: { ms: 2000 }, for: { operations: 9 } }],
    ['kill-holder@global-pool', { kind: 'kill-holder', lock: 'global-pool' }],
    ['kill-holder:0@global-pool:40', { kind: 'kill-holder', worker: 0, lock: 'global-pool', nth: 40 }],
    ['throw-in@alloc', { kind: 'throw-in', place: 'alloc' }],
    ['throw-in:2@alloc:7', { kind: 'throw-in', worker: 2, place: 'alloc', nth: 7 }],
  ])('%s is read, and written as it was', (text, fault) => {
    expect(parseRunFault(text)).toEqual(fault);
    expect(runFaultText(fault)).toBe(text);
    // As data it means the same.
    expect(asRunFault(fault)).toEqual(fault);
    expect(asRunFault(text)).toEqual(fault);
  });

  test('in other units is written in one way', () => {
    expect(runFaultText(parseRunFault('kill-worker@2000ms'))).toBe('kill-worker@2s');
    expect(runFaultText(parseRunFault('pause-worker@1m+0.5s'))).toBe('pause-worker@60s+500ms');
  });
});

describe('what is no fault is refused, with what is allowed', () => {
  test.each<[given: unknown, message: RegExp]>([
    [
      'kil-worker@2s',
      /^fault 'kil-worker@2s': there is no fault 'kil-worker', but .*; did you mean 'kill-worker'\?$/,
    ],
    ['', /there is no fault '', but kill-worker, pause-worker, oom, kill-holder, throw-in$/],
    ['kill-worker', /it lacks @WHEN, as in kill-worker@2s or kill-worker:1@5000ops$/],
    ['kill-worker@', /'' must be a time above 0, as in 500ms or 2s, or a number of operations from 1/],
    ['kill-worker@2', /did you mean '2ops' or '2s'\?$/],
    ['kill-worker@0s', /'0s' must be a time above 0/],
    ['kill-worker@0ops', /'0ops' must be a time above 0, .* or a number of operations from 1/],
    ['kill-worker@1.5ops', /'1\.5ops' must be/],
    ['kill-worker@-2s', /'-2s' must be/],
    ['kill-worker@31d', /'31d' must be/],
    ['kill-worker@9999h', /'9999h' must be/],
    ['kill-worker:x@2s', /its worker is 'x'; it must be a worker's number/],
    ['kill-worker:1:2@2s', /its worker is '1:2'/],
    ['kill-worker:-1@2s', /its worker is '-1'/],
    ['pause-worker@2s', /after the @ must be WHEN\+TIME, as in pause-worker:1@3s\+500ms$/],
    ['pause-worker@2s+5ops', /'5ops' must be a time above 0/],
    ['pause-worker@2s+500', /did you mean '500ms'\?$/],
    ['pause-worker@2s+1s+1s', /after the @ must be WHEN\+TIME/],
    ['oom@2s', /after the @ must be WHEN\+LENGTH/],
    ['kill-holder@', /after the @ must be LOCK\[:N\]/],
    ['kill-holder@global-pool:0', /'0' must be a whole number from 1/],
    ['kill-holder@global-pool:x', /'x' must be a whole number from 1/],
    ['kill-holder@a:1:2', /after the @ must be LOCK\[:N\]/],
    ['throw-in', /it lacks @OPERATION\|LOCK\[:N\]/],
    [5, /^fault 5: must be a text, as in .*, or an object with a kind$/],
    [null, /^fault .*: must be a text/],
    [{}, /must be a text, as in .*, or an object with a kind$/],
    [{ kind: 'kill-wroker' }, /did you mean 'kill-worker'\?$/],
    [{ kind: 'kill-worker' }, /it lacks @WHEN/],
    [{ kind: 'kill-worker', at: 5 }, /did you mean '5ops' or '5s'\?$/],
    [{ kind: 'kill-worker', at: { ms: 1, operations: 1 } }, /'a time and a number' must be a time/],
    [{ kind: 'kill-worker', at: { ms: -1 } }, /'-1ms' must be a time above 0/],
    [{ kind: 'kill-worker', at: { ms: 1 }, worker: 0.5 }, /its worker is '0\.5'/],
    [{ kind: 'kill-worker', at: { ms: 1 }, wroker: 1 }, /it has no 'wroker'; did you mean 'worker'\?$/],
    [{ kind: 'kill-holder', lock: 'a', nth: 0 }, /'0' must be a whole number from 1/],
    [{ kind: 'kill-holder', place: 'a' }, /after the @ must be LOCK/],
  ])('%j', (given, message) => {
    expect(() => asRunFault(given)).toThrow(
      expect.objectContaining({ code: 'Usage', message: expect.stringMatching(message) }),
    );
  });
});
