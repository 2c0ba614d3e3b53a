// Two threads boot one machine: each step is done once, by one of them, and who was not the one waits for it.
import { Layout, Machine, PAGE_SIZE } from 'framelab';

const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
const ONE = Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE);
export function setup({ threads }) {
  const machine = Machine.powerOn(
    { memory: 32 * PAGE_SIZE, cpus: threads, allocator: 'global-buddy' },
    quiet,
  );
  machine.initEarlyAllocator();
  machine.initMetadata();
  machine.detach();
  return { handle: machine.handle, booted: new Int32Array(new SharedArrayBuffer(4)) };
}
export function thread({ handle, booted }, index) {
  const machine = Machine.attach(handle, index, quiet);
  try {
    machine.init();
    Atomics.add(booted, 0, 1);
  } catch (error) {
    if (error.code !== 'AlreadyInitialized') throw error;
    machine.awaitBoot(Number.MAX_SAFE_INTEGER);
  }
  const paddr = machine.allocator.alloc(ONE);
  if (paddr === null) throw new Error('the machine is booted, and has no memory');
  machine.allocator.dealloc(paddr, PAGE_SIZE);
}
export function check({ handle, booted }) {
  if (booted[0] !== 1) throw new Error(`booted ${booted[0]} times`);
  const { problems } = Machine.observe(handle, quiet).audit();
  if (problems.length > 0) throw new Error(problems.join('; '));
}
