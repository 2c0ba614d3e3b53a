// A CPU's thread is killed at any step of allocating and freeing; another one sees it and recovers the CPU, and those that
// are left go on; with three threads one of them all the while. `?bug=no-rebuild`: locks are broken, and what they guard is left as
// the dead CPU left it.
import { Machine } from 'framelab';
import { machineScenario, PAGE } from './small_machine.mjs';

const query = new URL(import.meta.url).searchParams;
const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };

export const threads = 2;
export const faults = { kill: 1 };
export const victims = [0];

const scenario = machineScenario(
  { allocator: query.get('allocator') ?? 'global-buddy', lock: query.get('lock') ?? 'ttas' },
  { prepare: () => ({ ended: new Int32Array(new SharedArrayBuffer(4)) }), run() {} },
);
export const { setup } = scenario;

export function attach(shared, index) {
  const machine = scenario.attach(shared, index);
  if (query.get('bug') === 'no-rebuild') Object.getPrototypeOf(machine.raw).recover = () => [];
  return machine;
}

export function thread({ prepared: { ended } }, index, machine, { died }) {
  const { allocator } = machine;
  if (index !== 1) {
    pair(allocator);
    if (index === 0) Atomics.store(ended, 0, 1);
    return;
  }
  while (Atomics.load(ended, 0) === 0) {
    if (!died(0)) continue;
    machine.markDead(0);
    machine.recover(0, { owned: 'return', standStillMs: 0 });
    break;
  }
  pair(allocator);
}

function pair(allocator) {
  const first = allocator.alloc(PAGE);
  const second = allocator.alloc(PAGE);
  if (first === null || second === null) throw new Error('there is memory, and none is given');
  allocator.dealloc(first, PAGE.size);
  allocator.dealloc(second, PAGE.size);
}

export function check({ handle, freeBytes }) {
  const { problems, freeBytes: now } = Machine.observe(handle, quiet).audit();
  if (problems.length > 0) throw new Error(problems.join('; '));
  if (now !== freeBytes) throw new Error(`${now} bytes are free at the end, ${freeBytes} were expected`);
}
