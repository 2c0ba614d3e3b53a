import { expect, test } from 'vitest';
import { Oracle, oracleOptions } from '#src/lab/check/oracle.js';
import { OwnerTable } from '#src/lab/check/owner_table.js';
import { Machine } from '#src/machine/machine.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { SINGLE_FRAME } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { LabError } from '#src/platform/error.js';

function watched() {
  const machine = Machine.boot({ memory: 2 ** 21, cpus: 1 });
  const owners = OwnerTable.create(machine.frames);
  const memory = { owners: owners.buffer, expected: null };
  const inner = machine.allocator;
  const oracle = new Oracle(inner, oracleOptions(memory, machine, 0, { begun: 4 }));
  return { machine, owners, inner, oracle };
}

test('a frame has no owner any more when the allocator gets it back: another CPU may have it at once', () => {
  const { owners, inner, oracle } = watched();
  const addr = oracle.alloc(SINGLE_FRAME) as number;
  expect(owners.owner(addr / PAGE_SIZE)?.cpu).toBe(0);
  const dealloc = inner.dealloc.bind(inner);
  let owner: unknown;
  inner.dealloc = (...args) => {
    owner = owners.owner(addr / PAGE_SIZE);
    dealloc(...args);
  };
  oracle.dealloc(addr, PAGE_SIZE);
  expect(owner).toBeNull();
});

test('an error of the allocator that names a frame says who had it', () => {
  const { inner, oracle } = watched();
  const addr = oracle.alloc(SINGLE_FRAME) as number;
  inner.alloc = () => {
    throw new LabError('DoubleAlloc', 'given twice', { frame: addr / PAGE_SIZE });
  };
  expect(() => oracle.alloc(SINGLE_FRAME)).toThrow(
    expect.objectContaining({
      breach: expect.objectContaining({
        symptom: 'double-allocation',
        previous: { cpu: 0, operation: 4, action: 'allocated' },
      }),
    }),
  );
});

test('whoever watches contents is told of zeroed frames, and of no others', () => {
  const { machine } = watched();
  const told: number[] = [];
  machine.contentsWatch = { zeroed: (_, size) => told.push(size / PAGE_SIZE), exposed: () => {} };
  const options = new FrameAllocOptions(machine);
  options.allocFrame();
  options.allocSegment(3);
  options.zeroed(false).allocFrame();
  expect(told).toEqual([1, 3]);
});
