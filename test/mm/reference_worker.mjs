// One thread of reference_workers.test.ts: a machine of its own on the shared RAM, whose "allocator" counts.
import { workerData } from 'node:worker_threads';
import { Frame } from '#src/mm/frame/frame.js';
import { defineFrameMeta } from '#src/mm/frame/frame_meta.js';
import { MetaSlots } from '#src/mm/frame/meta_slots.js';
import { Segment } from '#src/mm/frame/segment.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import { byFrameNumber } from '#src/mm/frame_numbers.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Ram } from '#src/mm/ram.js';

const { handle, job, index, workers, rounds, shared } = workerData;
/** By frame: tokens for frames that are free. */
const free = new Int32Array(shared.free);
/** By frame: how often `onDrop` ran. */
const dropped = new Int32Array(shared.dropped);
/** 0: the barrier's count; 1: how often a claim succeeded; 2: references taken by address. */
const control = new Int32Array(shared.control);

const Counted = defineFrameMeta({
  name: 'Counted',
  fields: { value: 'u32' },
  onDrop(_, meta, frame) {
    if (meta.value !== 77) throw new Error(`metadata was ${meta.value} when it was dropped`);
    Atomics.add(dropped, frame.paddr / PAGE_SIZE, 1);
  },
});

const allocator = {
  alloc: () => null,
  dealloc(addr, size) {
    for (let frame = addr / PAGE_SIZE; frame < (addr + size) / PAGE_SIZE; frame++) {
      if (Atomics.add(free, frame, 1) !== 0) throw new Error(`frame ${frame} was freed twice`);
    }
  },
  addFreeMemory() {},
};

const machine = {
  ram: new Ram(handle, handle.frames * PAGE_SIZE),
  slots: new MetaSlots(handle.ram, 0, handle.frames),
  allocator,
  frameAllocator: byFrameNumber(allocator),
};

function barrier() {
  const turn = Math.floor(Atomics.add(control, 0, 1) / workers);
  for (let spins = 0; Math.floor(Atomics.load(control, 0) / workers) === turn; spins++) {
    if (spins > 1000) Atomics.wait(control, 3, 0, 0.05);
  }
}

/** Runs an operation that may meet any of the states given, and says whether it met none. */
function attempt(operation, codes) {
  try {
    return operation();
  } catch (error) {
    if (codes.includes(error.code)) return null;
    throw error;
  }
}

const jobs = {
  /** All try to take the same unused frames: one by one, so that they meet at each of them. */
  claim() {
    const value = Counted({ value: 77 });
    for (let round = 0; round < rounds; round++) {
      const frame = 10 + (round % 20);
      const make =
        round % 4 === 0
          ? () => UniqueFrame.fromUnused(machine, frame * PAGE_SIZE)
          : round % 4 === 1
            ? () => Frame.fromUnused(machine, frame * PAGE_SIZE)
            : () => Frame.fromUnused(machine, frame * PAGE_SIZE, value);
      barrier();
      const won = attempt(make, ['InUse', 'Busy', 'Unique']);
      if (won !== null) {
        Atomics.add(control, 1, 1);
        won.intoRaw();
      }
      barrier();
      // One of them cleans up; the frame's next turn is many barriers away.
      if (index === 0) machine.slots.words.fill(0, frame * 16, frame * 16 + 2);
    }
  },

  /** All hold a reference to the same frames, and drop it at the same time. */
  lastDrop() {
    for (let round = 0; round < rounds; round++) {
      const range = { start: 10 * PAGE_SIZE, end: 18 * PAGE_SIZE };
      if (index === 0) {
        const meta = round % 2 === 0 ? undefined : () => Counted({ value: 77 });
        const segment = Segment.fromUnused(machine, range, meta);
        for (let i = 1; i < workers; i++) segment.clone().intoRaw();
        segment.intoRaw();
      }
      barrier();
      if (index % 2 === 0) Segment.fromRaw(machine, range).drop();
      else
        for (let paddr = range.start; paddr < range.end; paddr += PAGE_SIZE)
          Frame.fromRaw(machine, paddr).drop();
      barrier();
      if (index === 0) {
        for (let frame = 10; frame < 18; frame++) {
          if (Atomics.exchange(free, frame, 0) !== 1) throw new Error(`frame ${frame} was not freed once`);
        }
      }
    }
  },

  /** Drops a frame whose metadata this thread does not know, and learns of it then. */
  foreign() {
    const paddr = 20 * PAGE_SIZE;
    const frame = Frame.fromRaw(machine, paddr);
    const refused = attempt(() => frame.drop(), ['MetaTypeUnknown']) === null;
    if (!refused || frame.referenceCount !== 1) throw new Error('a frame of unknown type was dropped');
    const Known = defineFrameMeta({
      name: 'KnownElsewhere',
      fields: { value: 'u32' },
      onDrop: (_, meta) => Atomics.store(control, 1, meta.value),
    });
    if (frame.as(Known).meta().value !== 123) throw new Error('the metadata is not what was written');
    frame.drop();
  },

  /** All take, share, make unique and drop the same few frames, by address. */
  churn() {
    let random = index + 1;
    for (let round = 0; round < rounds; round++) {
      random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
      const frame = 10 + ((random >> 8) % 4);
      const paddr = frame * PAGE_SIZE;
      const held = attempt(() => Frame.fromInUse(machine, paddr), ['Unused', 'Busy', 'Unique']);
      if (held === null) {
        // A token says that the frame is free: then nothing may stand in the way of taking it.
        if (Atomics.compareExchange(free, frame, 1, 0) !== 1) continue;
        const made = Frame.fromUnused(machine, paddr, random & 64 ? Counted({ value: 77 }) : undefined);
        if (random & 64) Atomics.add(control, 1, 1);
        made.drop();
        continue;
      }
      Atomics.add(control, 2, 1);
      const clone = held.clone();
      if (held.referenceCount < 2) throw new Error('two references, and the count is less');
      if (held.dynMeta().metaType.name === 'Counted' && held.meta().value !== 77)
        throw new Error('metadata not seen');
      clone.drop();
      const unique = attempt(() => UniqueFrame.tryFrom(held), ['InUse']);
      if (unique === null) {
        held.drop();
      } else if (random & 128) {
        unique.intoFrame().drop();
      } else {
        unique.drop();
      }
    }
  },
};

jobs[job]();
