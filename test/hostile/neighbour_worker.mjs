// CPU 1 of whatever machine it is sent: allocates and frees until it is told to stop, and says how often.
import { parentPort, workerData } from 'node:worker_threads';
import { Layout, Machine, PAGE_SIZE } from '#src/index.js';

const control = new Int32Array(workerData.control);
const [ROUNDS, STOP, STATE] = [0, 1, 2];
const [RUNNING, DONE, FAILED] = [1, 2, 3];
const layouts = [1, 2, 5, 16].map((frames) => Layout.ofFrames(frames));

// Each subject has a port of its own: one that hangs is ended, and its port with it.
parentPort.on('message', (port) => port.on('message', serve));

function serve(handle) {
  let state = DONE;
  try {
    const machine = Machine.attach(handle, 1);
    Atomics.store(control, STATE, RUNNING);
    Atomics.notify(control, STATE);
    while (Atomics.load(control, STOP) === 0) work(machine.allocator);
    machine.detach();
  } catch (error) {
    parentPort.postMessage(`${error?.stack}`);
    state = FAILED;
  }
  Atomics.store(control, STATE, state);
  Atomics.notify(control, STATE);
}

function work(allocator) {
  for (const layout of layouts) {
    const paddr = allocator.alloc(layout);
    if (paddr !== null) allocator.dealloc(paddr, layout.frames * PAGE_SIZE);
  }
  Atomics.add(control, ROUNDS, 1);
  Atomics.notify(control, ROUNDS);
}
