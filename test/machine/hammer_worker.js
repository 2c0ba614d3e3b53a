// A CPU that allocates and frees at random and stamps every frame it holds with a mark of its own, so that a
// frame which two CPUs hold at once is seen. Posts { kept } (blocks it still holds) or { error }.
import { parentPort, workerData } from 'node:worker_threads';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Random } from '#src/platform/random.js';

const { handle, cpu, operations, seed, live, detach, keep } = workerData;
const SIZES = [1, 1, 1, 2, 3, 4, 7, 10, 16, 33];
const layouts = SIZES.map((frames) => Layout.ofFrames(frames));

try {
  const machine = Machine.attach(handle, cpu);
  machine.awaitBoot();
  const random = new Random(seed, cpu);
  const held = [];
  let refused = 0;
  for (let i = 0; i < operations; i++) {
    const pick = random.below(SIZES.length);
    const at = random.uint32();
    if (held.length < live && (at & 1) === 0) {
      const addr = machine.allocator.alloc(layouts[pick]);
      if (addr === null) {
        refused++;
        continue;
      }
      const stamp = (cpu + 1) * 0x1000000 + i;
      for (let f = 0; f < SIZES[pick]; f++) {
        const frame = machine.ram.bytes(addr + f * PAGE_SIZE, 4);
        new DataView(frame.buffer, frame.byteOffset).setInt32(0, stamp);
      }
      held.push({ addr, frames: SIZES[pick], stamp });
    } else if (held.length > 0) {
      const index = at % held.length;
      const block = held[index];
      held[index] = held[held.length - 1];
      held.pop();
      free(machine, block);
    }
  }
  while (held.length > keep) free(machine, held.pop());
  const kept = held.map(({ addr, frames }) => ({ addr, frames }));
  if (detach) machine.detach();
  parentPort.postMessage({ kept, refused });
} catch (error) {
  parentPort.postMessage({ error: `${error.code}: ${error.message}` });
}

function free(machine, { addr, frames, stamp }) {
  for (let f = 0; f < frames; f++) {
    const frame = machine.ram.bytes(addr + f * PAGE_SIZE, 4);
    const found = new DataView(frame.buffer, frame.byteOffset).getInt32(0);
    if (found !== stamp)
      throw new Error(`frame at ${addr + f * PAGE_SIZE} was changed: ${found} for ${stamp}`);
  }
  machine.allocator.dealloc(addr, frames * PAGE_SIZE);
}
