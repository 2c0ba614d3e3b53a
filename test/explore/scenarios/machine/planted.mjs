// The planted allocators of test/planted, by the query's `bug`, with two threads and a handful of operations. Where a
// plant strikes once in so many operations, its counter is set so that it strikes soon.

import { fileURLToPath } from 'node:url';
import { Frame, FrameAllocOptions, Layout, Machine, PAGE_SIZE } from 'framelab';
import { machineScenario } from './small_machine.mjs';

const bug = new URL(import.meta.url).searchParams.get('bug');
const planted = (name) => fileURLToPath(new URL(`../../../planted/${name}.js`, import.meta.url));

/** Which lock, what to set in a thread's allocator before it starts, and what the threads do. */
const single = (take) => {
  const first = take.alloc();
  const second = take.alloc();
  if (first !== null) take.free(first);
  if (second !== null) take.free(second);
};
const cases = {
  sound: {},
  handed_out_twice: { set: { singles: 498 } },
  lost_at_free: { set: { frees: 998 } },
  merges_in_use: { set: { merges: 199 } },
  wrong_free_size: { frames: 3 },
  wrong_alignment: { align: 4 },
  counter_drift: {},
  stale_head: {},
  no_lock: {},
  buddy_no_lock: {},
  never_releases: { set: { allocs: 998 } },
  releases_twice: { set: { frees: 998 } },
  hangs_holding: { set: { allocs: 1998 } },
  dies_holding: { set: { allocs: 1998 } },
  zeroing_skipped: {},
  refcount_not_atomic: {},
  sound_lock: { allocator: 'global-buddy', lock: 'sound_lock' },
};
const { allocator = bug, lock, set, frames, align } = cases[bug];

const scenario = machineScenario(
  {
    allocator: allocator === 'global-buddy' ? allocator : planted(allocator),
    lock: lock === undefined ? 'ttas' : planted(lock),
  },
  {
    run(machine, _index, prepared, take) {
      if (set !== undefined) Object.assign(machine.raw, set);
      if (bug === 'refcount_not_atomic') return references(machine, prepared);
      if (bug === 'handed_out_twice') return handles(machine);
      if (bug === 'zeroing_skipped') return zeroes(machine);
      if (frames !== undefined) return blocks(take);
      if (align !== undefined) return aligned(take);
      single(take);
    },
  },
);
export const { check } = scenario;
export function setup(options) {
  const shared = scenario.setup(options);
  if (bug !== 'refcount_not_atomic') return shared;
  // A frame of which both threads hold a reference.
  const machine = Machine.attach(shared.handle, 0, { log: silent });
  const frame = new FrameAllocOptions(machine).zeroed(false).allocFrame();
  const paddr = frame.clone().intoRaw();
  frame.intoRaw();
  machine.detach();
  return { ...shared, prepared: { paddr } };
}

/** Plants count in their own fields: every schedule needs a new allocator, so every thread attaches anew. */
export function thread(shared, index) {
  scenario.thread(shared, index, Machine.attach(shared.handle, index, { log: silent }));
}
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Two frames at a time, with metadata: the plant looks whether the one before is in use. */
function handles(machine) {
  const options = new FrameAllocOptions(machine).zeroed(false);
  const first = options.allocFrame();
  options.allocFrame().drop();
  first.drop();
}

/** Three frames, then one: what follows the three must not be freed with them. */
function blocks(take) {
  const size = frames * PAGE_SIZE;
  const three = take.alloc(Layout.fromSizeAlign(size, PAGE_SIZE));
  const one = take.alloc();
  if (three !== null) take.free(three, size);
  const again = take.alloc();
  for (const paddr of [one, again]) if (paddr !== null) take.free(paddr);
}

function aligned(take) {
  const paddr = take.alloc(Layout.fromSizeAlign(PAGE_SIZE, align * PAGE_SIZE));
  if (paddr === null) return;
  if (paddr % (align * PAGE_SIZE) !== 0) throw new Error(`frame ${paddr / PAGE_SIZE} is not aligned`);
  take.free(paddr);
}

/** Each thread dirties a frame, frees it, and looks whether what it is given next is zero. */
function zeroes(machine) {
  const options = new FrameAllocOptions(machine);
  const first = options.zeroed(true).allocFrame();
  // The plant strikes once in 500 requests: this was the first, and the next but one is to be the 500th.
  for (let requests = 2; requests < 499; requests++) machine.ram.zero(first.paddr, PAGE_SIZE);
  first.drop();
  for (let i = 0; i < 2; i++) {
    const frame = options.zeroed(true).allocFrame();
    if (new Uint8Array(machine.handle.ram, frame.paddr, PAGE_SIZE).some((byte) => byte !== 0))
      throw new Error('not zeroed');
    new Uint8Array(machine.handle.ram, frame.paddr, PAGE_SIZE).fill(1);
    frame.drop();
  }
}

function references(machine, { paddr }) {
  const frame = Frame.fromRaw(machine, paddr);
  frame.clone().drop();
  frame.drop();
}
