// The early allocator retires while another CPU allocates from it: what it gives is either accounted for in the
// hand-over or refused, and never in the global allocator's hands as well.
import { Layout, Machine, PAGE_SIZE } from 'framelab';

const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
export function setup({ threads }) {
  const machine = Machine.powerOn(
    { memory: 32 * PAGE_SIZE, cpus: threads, allocator: 'global-buddy' },
    quiet,
  );
  machine.initEarlyAllocator();
  machine.initMetadata();
  machine.detach();
  return { handle: machine.handle, early: new Int32Array(new SharedArrayBuffer(16)) };
}
export function thread({ handle, early }, index) {
  const machine = Machine.attach(handle, index, quiet);
  if (index === 0) {
    machine.init();
    // Everything that the global allocator can give.
    for (;;) {
      const paddr = machine.allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE));
      if (paddr === null) return;
      Atomics.store(early, 2, paddr / PAGE_SIZE);
      if (Atomics.load(early, 1) === paddr / PAGE_SIZE) throw new Error('an early frame is handed out again');
    }
  }
  try {
    const paddr = machine.earlyAlloc(Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE));
    if (paddr !== null) Atomics.store(early, 1, paddr / PAGE_SIZE);
  } catch (error) {
    if (error.code !== 'EarlyAllocatorRetired') throw error;
    Atomics.store(early, 0, 1);
  }
}
export function check({ handle, early }) {
  const { problems } = Machine.observe(handle, quiet).audit();
  if (problems.length > 0) throw new Error(problems.join('; '));
  if (early[0] === 0 && early[1] === 0) throw new Error('neither given nor refused');
}
