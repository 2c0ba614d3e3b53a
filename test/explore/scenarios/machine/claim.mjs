// Two threads claim the same CPU: one has it, the other is told that it is busy.
import { Machine, PAGE_SIZE } from 'framelab';

const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
export function setup() {
  const machine = Machine.boot({ memory: 32 * PAGE_SIZE, cpus: 2, allocator: 'global-buddy' }, quiet);
  machine.detach();
  return { handle: machine.handle, claims: new Int32Array(new SharedArrayBuffer(8)) };
}
export function thread({ handle, claims }) {
  try {
    const machine = Machine.attach(handle, 1, quiet);
    if (Atomics.add(claims, 0, 1) !== 0) throw new Error('two threads are CPU 1');
    Atomics.add(claims, 1, 1);
    Atomics.sub(claims, 0, 1);
    machine.detach();
  } catch (error) {
    if (error.code !== 'CpuBusy') throw error;
  }
}
export function check({ claims }) {
  if (claims[1] === 0) throw new Error('nobody got it');
}
