// What the scenarios of this folder are made of: a machine of a few dozen frames in which every thread of the
// scenario is a CPU. Only the exported `scenario` differs from one to the next.
import { Layout, Machine, PAGE_SIZE } from 'framelab';

const quiet = { log: { debug() {}, info() {}, warn() {}, error() {} } };
export const PAGE = Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE);

/**
 * @param boot options of `Machine.boot`; `cpus` is the number of threads
 * @param body `prepare(machine)` runs once, on CPU 0, and returns a cloneable value; `run(machine, index, prepared,
 *   take)` is a thread; `check(machine, prepared)` runs at the end and may return how many bytes are to be free
 */
export function machineScenario(boot, { prepare, run, check }) {
  return {
    setup({ threads }) {
      const machine = Machine.boot({ memory: 32 * PAGE_SIZE, ...boot, cpus: threads }, quiet);
      const prepared = prepare?.(machine) ?? {};
      const freeBytes = machine.audit().freeBytes;
      machine.detach();
      const owners = new Int32Array(new SharedArrayBuffer(4 * machine.frames));
      return { handle: machine.handle, prepared, freeBytes, owners };
    },
    attach({ handle }, index) {
      return Machine.attach(handle, index, quiet);
    },
    thread({ prepared, owners }, index, machine) {
      run(machine, index, prepared, ownership(machine, owners));
    },
    check({ handle, prepared, freeBytes }) {
      const machine = Machine.observe(handle, quiet);
      const audit = machine.audit();
      if (audit.problems.length > 0) throw new Error(audit.problems.join('; '));
      const expected = check?.(machine, prepared) ?? freeBytes;
      if (expected >= 0 && audit.freeBytes !== expected) {
        throw new Error(`${audit.freeBytes} bytes are free at the end, ${expected} were expected`);
      }
    },
  };
}

/** Allocates and frees with a mark on every frame, so that one that two own at a time is known at once. */
function ownership(machine, owners) {
  return {
    alloc(layout = PAGE) {
      const paddr = machine.allocator.alloc(layout);
      if (paddr === null) return null;
      for (let at = 0; at < layout.size; at += PAGE_SIZE) {
        const frame = (paddr + at) / PAGE_SIZE;
        if (Atomics.add(owners, frame, 1) !== 0) throw new Error(`frame ${frame} is handed out twice`);
      }
      return paddr;
    },
    free(paddr, size = PAGE_SIZE) {
      for (let at = 0; at < size; at += PAGE_SIZE) Atomics.sub(owners, (paddr + at) / PAGE_SIZE, 1);
      machine.allocator.dealloc(paddr, size);
    },
  };
}
