import { defineFrameMeta, FrameAllocOptions, Layout, Machine, PAGE_SIZE, UniqueFrame } from '#src/index.js';

export const MIB = 2 ** 20;
export const Page = defineFrameMeta({ name: 'HostilePage', fields: { index: 'u32' }, untyped: true });
export const Typed = defineFrameMeta({ name: 'HostileTyped', fields: { value: 'u32' } });

/** Where a case happens: a machine of its own, and what most cases need of it. */
export class World {
  constructor(allocator) {
    this.machine = Machine.boot({ memory: 2 * MIB, cpus: 3, allocator, hotplug: 16 * PAGE_SIZE });
    this.options = new FrameAllocOptions(this.machine);
    this.undo = [];
  }

  /** A frame that was allocated by address; it is freed after the case, which must be possible. */
  get block() {
    return this.blockOf(1);
  }

  blockOf(frames) {
    const paddr = this.machine.allocator.alloc(Layout.ofFrames(frames));
    this.undo.push(() => this.machine.allocator.dealloc(paddr, frames * PAGE_SIZE));
    return paddr;
  }

  /** A frame's handle; it is dropped after the case, which must be possible. */
  get frame() {
    return this.keep(this.options.allocFrame());
  }

  get unique() {
    return this.keep(UniqueFrame.tryFrom(this.options.allocFrame()));
  }

  segmentOf(frames) {
    return this.keep(this.options.allocSegment(frames));
  }

  /** The address of a frame that is free. */
  get freeFrame() {
    const paddr = this.machine.allocator.alloc(Layout.ofFrames(1));
    this.machine.allocator.dealloc(paddr, PAGE_SIZE);
    return paddr;
  }

  keep(handle) {
    this.undo.push(() => handle[Symbol.dispose]());
    return handle;
  }

  clear() {
    while (this.undo.length > 0) this.undo.pop()();
  }
}
