import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '#src/cli/exit_codes.js';
import { allocatedFrames, closeAccounts } from '#src/lab/check/accounting.js';
import { OwnerTable } from '#src/lab/check/owner_table.js';
import { breachOf, isStop, ViolationError } from '#src/lab/check/violation_error.js';
import { Machine } from '#src/machine/machine.js';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { type ErrorCode, LabError } from '#src/platform/error.js';
import type { RunResult } from '#src/results/run_result.js';
import type { Symptom } from '#src/results/violation.js';
import { withRival } from '../rival.ts';

const adopted = () => false;

/** A machine as a run leaves it, with books that agree with it. */
function world() {
  const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
  const before = allocatedFrames(machine);
  const owners = OwnerTable.create(machine.frames);
  const close = (books: OwnerTable | null = owners) => closeAccounts(machine, before, books);
  return { machine, owners, close };
}

describe('accounts', () => {
  test('balance where everything came back, early allocations left out', () => {
    const { machine, owners, close } = world();
    const frame = new FrameAllocOptions(machine).allocFrame();
    const number = frame.paddr / PAGE_SIZE;
    owners.claim(number, 1, 0, 5);
    frame.drop();
    owners.release(number, 1, 0, 6, adopted);
    expect(close()).toEqual({
      breaches: [],
      leakedFrames: 0,
      framesOut: [],
      memoryReturned: true,
      auditProblems: [],
    });
    expect(close(null).memoryReturned).toBe(true);
  });

  test('leave out what was allocated before they began', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
    new FrameAllocOptions(machine).allocSegment(3).intoRaw();
    const before = allocatedFrames(machine);
    expect(before.filter((one) => one === 1).length).toBeGreaterThanOrEqual(3);
    const { breaches, leakedFrames } = closeAccounts(machine, before, OwnerTable.create(machine.frames));
    expect([breaches, leakedFrames]).toEqual([[], 0]);
  });

  test('show a frame that is still allocated, and who allocated it', () => {
    const { machine, owners, close } = world();
    const addr = machine.allocator.alloc(Layout.ofFrames(2)) as number;
    owners.claim(addr / PAGE_SIZE, 2, 0, 77);
    const { breaches, leakedFrames, memoryReturned } = close();
    expect([leakedFrames, memoryReturned]).toEqual([2, false]);
    expect(breaches).toEqual([
      expect.objectContaining({
        symptom: 'leak',
        frame: addr / PAGE_SIZE,
        previous: { cpu: 0, operation: 77, action: 'allocated' },
      }),
    ]);
    expect(close(null).breaches).toEqual([expect.objectContaining({ symptom: 'leak' })]);
  });

  test('show a handle that still counts for a frame which is free', () => {
    const { machine, close } = world();
    const addr = machine.allocator.alloc(Layout.ofFrames(1)) as number;
    Frame.fromUnused(machine, addr).intoRaw();
    // Callers are refused; this is what handles use, which is trusted.
    machine.frameAllocator.deallocFrames(addr / PAGE_SIZE, 1, true);
    const { breaches, leakedFrames } = close();
    expect(leakedFrames).toBe(1);
    expect(breaches[0]).toMatchObject({ symptom: 'leak', frame: addr / PAGE_SIZE });
  });

  test('show a frame that went back behind its owner’s back', () => {
    const { machine, owners, close } = world();
    const addr = machine.allocator.alloc(Layout.ofFrames(1)) as number;
    owners.claim(addr / PAGE_SIZE, 1, 0, 9);
    machine.allocator.dealloc(addr, PAGE_SIZE);
    expect(close().breaches).toEqual([
      expect.objectContaining({ symptom: 'bad-free', frame: addr / PAGE_SIZE }),
    ]);
  });

  test('show a frame that the allocator lost', () => {
    const { machine, close } = world();
    const addr = machine.allocator.alloc(Layout.ofFrames(1)) as number;
    machine.frameMap.free(addr / PAGE_SIZE, 1, 0);
    const { breaches, memoryReturned } = close();
    expect(breaches).toEqual([expect.objectContaining({ symptom: 'lost-frame', frame: addr / PAGE_SIZE })]);
    expect(memoryReturned).toBe(false);
  });

  test('show an allocator that contradicts itself', () => {
    const { machine, close } = world();
    const addr = machine.allocator.alloc(Layout.ofFrames(1)) as number;
    machine.allocator.dealloc(addr, PAGE_SIZE);
    machine.frameMap.bytes[addr / PAGE_SIZE] = 0;
    const { breaches, auditProblems } = close();
    expect(breaches).toEqual([expect.objectContaining({ symptom: 'corrupt-allocator' })]);
    expect(auditProblems).toHaveLength(1);
  });
});

describe('an error in a workload', () => {
  test.each<[ErrorCode, Symptom | null]>([
    ['BadFree', 'bad-free'],
    ['DoubleAlloc', 'double-allocation'],
    ['CorruptAllocator', 'corrupt-allocator'],
    ['MutualExclusion', 'two-lock-holders'],
    ['Relock', 'lock-misuse'],
    ['NotOwner', 'lock-misuse'],
    ['InUse', 'double-allocation'],
    ['Busy', 'double-allocation'],
    ['Unique', 'double-allocation'],
    ['Unused', 'bad-handle'],
    ['UseAfterDrop', 'bad-handle'],
    ['RefCountOverflow', 'bad-handle'],
    ['OutOfBound', 'out-of-bounds'],
    ['NotAligned', 'misaligned'],
    ['NoMemory', 'unexpected-no-memory'],
    ['Stopped', null],
    ['OwnerDied', null],
    ['LockTimeout', null],
  ])('with code %s is a violation: %s', (code, symptom) => {
    const error = new LabError(code, 'why', { frame: 3 });
    const breach = breachOf(error);
    if (symptom === null) expect(breach).toBeNull();
    else expect(breach).toMatchObject({ symptom, message: 'why', frame: 3, paddr: 3 * PAGE_SIZE, code });
    expect(isStop(error)).toBe(code === 'Stopped' || code === 'OwnerDied');
  });

  test('that is a violation already stays what it is; a crash is none', () => {
    const breach = { symptom: 'leak', message: 'x' } as const;
    expect(breachOf(new ViolationError(breach))).toBe(breach);
    expect(breachOf(new TypeError('x'))).toBeNull();
    expect(isStop(new TypeError('x'))).toBe(false);
  });
});

test.each<[RunResult['outcome'], number]>([
  ['passed', 0],
  ['violation', 1],
  ['crashed', 5],
  ['hung', 5],
  ['interrupted', 130],
])('a run that %s exits with %i', (outcome, exit) => {
  expect(exitCodeOf({ outcome })).toBe(exit);
});

describe('the owner table', () => {
  test('lets one of two claim a frame, wherever the other comes between', () => {
    const owners = OwnerTable.create(4);
    const met = withRival(
      () => owners.claim(2, 1, 1, 50),
      () => expect(() => owners.claim(1, 3, 0, 40)).toThrow(expect.objectContaining({ code: 'Violation' })),
    );
    expect(met).toBe(true);
  });

  test('knows who freed a frame last, and lets nobody free it again', () => {
    const owners = OwnerTable.create(4);
    owners.claim(0, 4, 1, 10);
    owners.release(1, 2, 2, 11, adopted);
    expect([0, 1, 2, 3].map((frame) => owners.owner(frame)?.cpu ?? null)).toEqual([1, null, null, 1]);
    expect(owners.last(1)).toEqual({ cpu: 2, operation: 11, action: 'freed' });
    expect(() => owners.release(2, 2, 1, 12, () => true)).toThrow(/frame 2 was freed already, by CPU 2/);
    owners.claim(1, 2, 0, 13);
    expect(owners.last(1)).toEqual({ cpu: 0, operation: 13, action: 'allocated' });
  });
});
