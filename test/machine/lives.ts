import { PAGE_SIZE } from '#src/mm/page.js';
import type { Life, Ward } from './ward.ts';

const free = (ward: Ward, [addr, frames]: readonly [number, number]) =>
  ward.mortal.allocator.dealloc(addr, frames * PAGE_SIZE);

/** What CPU 1 does until it dies: together, all that a CPU can do with an allocator. */
export const LIVES: readonly Life[] = [
  {
    name: 'allocates and frees blocks of many sizes',
    act(ward) {
      const sizes = [1, 1, 2, 3, 4, 5, 16, 1, 33, 1, 12];
      const blocks = sizes.map((frames) => [ward.alloc(ward.mortal, frames), frames] as const);
      for (const block of blocks.reverse()) free(ward, block);
    },
  },
  {
    name: 'fills and drains its caches',
    act(ward) {
      const blocks = Array.from({ length: 21 }, () => [ward.alloc(ward.mortal, 1), 1] as const);
      for (const block of blocks) free(ward, block);
    },
  },
  {
    name: 'runs out of memory, and takes what a parked CPU holds',
    act(ward) {
      const layout = ward.kernel.Layout.ofFrames(4);
      const got: number[] = [];
      for (let i = 0; i < 2; i++) {
        for (let addr = 0; addr !== null; ) {
          addr = ward.mortal.allocator.alloc(layout) as number;
          if (addr !== null) got.push(addr);
        }
      }
      for (const addr of got.slice(0, 5)) free(ward, [addr, 4]);
    },
  },
  {
    name: 'uses handles of frames and segments',
    shared: 1,
    act({ kernel, mortal }) {
      const options = new kernel.FrameAllocOptions(mortal).zeroed(false);
      const frame = options.allocFrame();
      const other = frame.clone();
      const segment = options.allocSegment(5);
      frame.drop();
      const [head, tail] = segment.split(2 * PAGE_SIZE);
      head.drop();
      other.drop();
      tail.drop();
    },
  },
  {
    name: 'parks, leaves and comes back',
    act(ward) {
      const { kernel, mortal } = ward;
      const block = [ward.alloc(mortal, 2), 2] as const;
      free(ward, block);
      mortal.park();
      mortal.unpark();
      mortal.detach();
      const again = kernel.Machine.attach(mortal.handle, 1);
      again.allocator.dealloc(ward.alloc(again, 1), PAGE_SIZE);
    },
  },
  {
    name: 'adds memory',
    act({ mortal }) {
      const [{ start }] = mortal.hotplug;
      mortal.addFreeMemory({ start, end: start + 5 * PAGE_SIZE });
      mortal.addFreeMemory({ start: start + 8 * PAGE_SIZE, end: start + 24 * PAGE_SIZE });
    },
  },
  {
    name: 'gives others the frames that they ask for',
    prepare(ward) {
      const block = ward.alloc(ward.mortal, 6);
      for (let frame = 0; frame < 6; frame++) free(ward, [block + frame * PAGE_SIZE, 1]);
      // Fails, and leaves a request with CPU 1.
      ward.doctor.allocator.alloc(ward.kernel.Layout.ofFrames(128));
    },
    act(ward) {
      free(ward, [ward.alloc(ward.mortal, 1), 1]);
      free(ward, [ward.alloc(ward.mortal, 9), 9]);
    },
  },
  {
    name: 'frees what another CPU allocated',
    prepare(ward) {
      for (const frames of [1, 3, 40]) ward.blocks.push([ward.alloc(ward.doctor, frames), frames]);
    },
    act(ward) {
      for (const block of ward.blocks) free(ward, block);
    },
    unknown: 44,
  },
];
