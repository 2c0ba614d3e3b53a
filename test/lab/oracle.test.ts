import { afterEach, describe, expect, test, vi } from 'vitest';
import { Contents, ZeroProbe } from '#src/lab/check/contents.js';
import { Oracle } from '#src/lab/check/oracle.js';
import { OwnerTable } from '#src/lab/check/owner_table.js';
import { ViolationError } from '#src/lab/check/violation_error.js';
import { FrameMap } from '#src/mm/frame_map.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import { Layout, SINGLE_FRAME } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const FRAMES = 64;

/** An allocator that gives what it is told to: addresses in turn. */
class Scripted implements GlobalFrameAllocator {
  private readonly gives: (number | null)[];

  constructor(gives: (number | null)[]) {
    this.gives = gives;
  }

  alloc(): number | null {
    return this.gives.shift() ?? null;
  }

  dealloc(): void {}

  addFreeMemory(): void {}
}

class World {
  readonly ram = new SharedArrayBuffer(FRAMES * PAGE_SIZE);
  readonly owners = OwnerTable.create(FRAMES);
  readonly expected = Contents.createExpected(FRAMES);
  readonly frameMap = new FrameMap(new SharedArrayBuffer(FRAMES), 0, FRAMES);

  oracle(cpu: number, inner: GlobalFrameAllocator, level: 'ownership' | 'full' = 'full'): Oracle {
    return new Oracle(inner, {
      cpu,
      frames: FRAMES,
      frameMap: this.frameMap,
      owners: this.owners,
      contents: level === 'full' ? new Contents(this.ram, this.expected, cpu) : new ZeroProbe(this.ram),
      clock: { begun: 5 },
    });
  }

  /** Writes into a frame behind everybody's back. */
  scribble(frame: number, byte: number): void {
    new Uint8Array(this.ram)[frame * PAGE_SIZE + byte] ^= 0xff;
  }
}

function symptomOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ViolationError) return error.breach.symptom;
    throw error;
  }
  return 'none';
}

const FOUR = Layout.fromSizeAlign(4 * PAGE_SIZE, 4 * PAGE_SIZE);

describe('the oracle', () => {
  test('lets right use pass, pieces and other CPUs included', () => {
    const world = new World();
    const one = world.oracle(0, new Scripted([8 * PAGE_SIZE, 8 * PAGE_SIZE]));
    const two = world.oracle(1, new Scripted([]));
    expect(one.alloc(FOUR)).toBe(8 * PAGE_SIZE);
    two.dealloc(9 * PAGE_SIZE, PAGE_SIZE);
    one.dealloc(10 * PAGE_SIZE, 2 * PAGE_SIZE);
    two.dealloc(8 * PAGE_SIZE, PAGE_SIZE);
    expect(one.alloc(FOUR)).toBe(8 * PAGE_SIZE);
    expect(one.framesGiven).toBe(8);
    expect(one.framesTaken + two.framesTaken).toBe(4);
    expect(two.alloc(SINGLE_FRAME)).toBe(null);
  });

  test('finds a frame that is given to two CPUs, and who had it', () => {
    const world = new World();
    const one = world.oracle(0, new Scripted([8 * PAGE_SIZE]));
    const two = world.oracle(3, new Scripted([10 * PAGE_SIZE]));
    one.alloc(FOUR);
    let breach: unknown;
    try {
      two.alloc(SINGLE_FRAME);
    } catch (error) {
      breach = (error as ViolationError).breach;
    }
    expect(breach).toMatchObject({
      symptom: 'double-allocation',
      frame: 10,
      paddr: 10 * PAGE_SIZE,
      previous: { cpu: 0, operation: 5, action: 'allocated' },
    });
  });

  test('finds a second free, and a free of what was never given', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([4 * PAGE_SIZE]));
    oracle.alloc(SINGLE_FRAME);
    oracle.dealloc(4 * PAGE_SIZE, PAGE_SIZE);
    expect(symptomOf(() => oracle.dealloc(4 * PAGE_SIZE, PAGE_SIZE))).toBe('bad-free');
    expect(symptomOf(() => oracle.dealloc(7 * PAGE_SIZE, PAGE_SIZE))).toBe('bad-free');
  });

  test('lets frames go that were allocated before it watched', () => {
    const world = new World();
    world.frameMap.adopt(2, 1, 0);
    const oracle = world.oracle(0, new Scripted([]));
    expect(symptomOf(() => oracle.dealloc(2 * PAGE_SIZE, PAGE_SIZE))).toBe('none');
    expect(symptomOf(() => oracle.dealloc(2 * PAGE_SIZE, PAGE_SIZE))).toBe('bad-free');
  });

  test('finds a free that another CPU was faster with, by a hair', () => {
    const world = new World();
    world.owners.claim(6, 1, 0, 1);
    vi.spyOn(Atomics, 'compareExchange').mockImplementationOnce(() => {
      // Between this CPU's look and its exchange.
      vi.restoreAllMocks();
      world.owners.release(6, 1, 1, 9, () => false);
      return -1 as never;
    });
    expect(symptomOf(() => world.owners.release(6, 1, 0, 2, () => false))).toBe('bad-free');
    expect(world.owners.last(6)).toMatchObject({ cpu: 1, action: 'freed' });
  });

  test('does not take a frame for adopted that the frame map says is free', () => {
    const world = new World();
    world.frameMap.add(0, FRAMES, 0);
    world.frameMap.allocate(7, 1, 0);
    const oracle = world.oracle(0, new Scripted([]));
    expect(symptomOf(() => oracle.dealloc(7 * PAGE_SIZE, PAGE_SIZE))).toBe('none');
    expect(symptomOf(() => oracle.dealloc(9 * PAGE_SIZE, PAGE_SIZE))).toBe('bad-free');
  });

  test('finds addresses that are not aligned, and blocks that leave RAM', () => {
    const world = new World();
    const alloc = (paddr: number, layout: Layout) =>
      symptomOf(() => world.oracle(0, new Scripted([paddr])).alloc(layout));
    expect(alloc(6 * PAGE_SIZE, FOUR)).toBe('misaligned');
    expect(alloc(PAGE_SIZE / 2, SINGLE_FRAME)).toBe('misaligned');
    expect(alloc((FRAMES - 2) * PAGE_SIZE, Layout.ofFrames(4))).toBe('out-of-bounds');
    expect(alloc(FRAMES * PAGE_SIZE, SINGLE_FRAME)).toBe('out-of-bounds');
    expect(alloc(-PAGE_SIZE, SINGLE_FRAME)).toBe('out-of-bounds');
  });

  test('blames the allocator for what it trips over', () => {
    const inner = new Scripted([]);
    inner.alloc = () => {
      throw new TypeError('undefined is not a chunk');
    };
    expect(symptomOf(() => new World().oracle(0, inner).alloc(SINGLE_FRAME))).toBe('corrupt-allocator');
  });
});

describe('contents', () => {
  test.each([0, 1, 2047, 4095])('a foreign write at byte %i of a frame is found when it is freed', (byte) => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([8 * PAGE_SIZE]));
    oracle.alloc(FOUR);
    world.scribble(10, byte);
    oracle.dealloc(8 * PAGE_SIZE, 2 * PAGE_SIZE);
    expect(symptomOf(() => oracle.dealloc(10 * PAGE_SIZE, PAGE_SIZE))).toBe('corrupt-contents');
    expect(symptomOf(() => oracle.dealloc(11 * PAGE_SIZE, PAGE_SIZE))).toBe('none');
  });

  test('an old owner’s stamp does not pass for the new one’s', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([PAGE_SIZE, PAGE_SIZE]));
    oracle.alloc(SINGLE_FRAME);
    const old = new Uint8Array(world.ram, PAGE_SIZE, PAGE_SIZE).slice();
    oracle.dealloc(PAGE_SIZE, PAGE_SIZE);
    oracle.alloc(SINGLE_FRAME);
    new Uint8Array(world.ram, PAGE_SIZE, PAGE_SIZE).set(old);
    expect(symptomOf(() => oracle.dealloc(PAGE_SIZE, PAGE_SIZE))).toBe('corrupt-contents');
  });

  test('zeros are checked when they are promised, and again when the frame is freed', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([PAGE_SIZE, PAGE_SIZE]));
    oracle.alloc(SINGLE_FRAME);
    // The stamp is still there: nobody zeroed it.
    expect(symptomOf(() => oracle.zeroed(PAGE_SIZE, PAGE_SIZE))).toBe('not-zeroed');
    new Uint8Array(world.ram, PAGE_SIZE, PAGE_SIZE).fill(0);
    expect(symptomOf(() => oracle.zeroed(PAGE_SIZE, PAGE_SIZE))).toBe('none');
    world.scribble(1, 1234);
    expect(symptomOf(() => oracle.dealloc(PAGE_SIZE, PAGE_SIZE))).toBe('corrupt-contents');
  });

  test('are watched in every gigabyte of RAM', () => {
    // Backed lazily: only what is touched is there.
    const frames = (5 * 2 ** 30) / PAGE_SIZE;
    const ram = new SharedArrayBuffer(frames * PAGE_SIZE);
    const contents = new Contents(ram, Contents.createExpected(frames), 1);
    const probe = new ZeroProbe(ram);
    for (const frame of [0, 2 ** 18 - 1, 2 ** 18, 2 ** 20, frames - 1]) {
      const bytes = new Uint8Array(ram, frame * PAGE_SIZE, PAGE_SIZE);
      expect(symptomOf(() => contents.zeroed(frame, 1))).toBe('none');
      expect(symptomOf(() => probe.zeroed(frame, 1))).toBe('none');
      contents.allocated(frame, 1);
      expect(bytes.some((byte) => byte !== 0)).toBe(true);
      expect(symptomOf(() => contents.freeing(frame, 1))).toBe('none');
      contents.allocated(frame, 1);
      bytes[PAGE_SIZE - 1] ^= 1;
      expect(symptomOf(() => contents.freeing(frame, 1))).toBe('corrupt-contents');
    }
  });

  test('an owner that took a writer may write', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([PAGE_SIZE]));
    oracle.alloc(SINGLE_FRAME);
    oracle.exposed(PAGE_SIZE, PAGE_SIZE);
    world.scribble(1, 0);
    expect(symptomOf(() => oracle.dealloc(PAGE_SIZE, PAGE_SIZE))).toBe('none');
  });

  test('without books, some freed frames are marked, and a mark that comes back as zeros is found', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted(Array(64).fill(PAGE_SIZE)), 'ownership');
    let found = 0;
    for (let i = 0; i < 64; i++) {
      oracle.alloc(SINGLE_FRAME);
      if (symptomOf(() => oracle.zeroed(PAGE_SIZE, PAGE_SIZE)) === 'not-zeroed') found++;
      new Uint8Array(world.ram, PAGE_SIZE, PAGE_SIZE).fill(0);
      oracle.dealloc(PAGE_SIZE, PAGE_SIZE);
    }
    expect(found).toBeGreaterThanOrEqual(2);
    expect(found).toBeLessThan(10);
  });
  test.each([0, 1, 4091, 4092, 4095])('a byte that should be zero is found wherever it is (%i)', (byte) => {
    const world = new World();
    const contents = new Contents(world.ram, world.expected, 0);
    expect(symptomOf(() => contents.zeroed(2, 3))).toBe('none');
    world.scribble(4, byte);
    expect(symptomOf(() => contents.zeroed(2, 3))).toBe('not-zeroed');
    expect(symptomOf(() => contents.freeing(2, 3))).toBe('corrupt-contents');
  });

  test('every frame of a segment is checked when it is promised as zeros', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([8 * PAGE_SIZE]));
    oracle.alloc(FOUR);
    new Uint8Array(world.ram, 8 * PAGE_SIZE, 3 * PAGE_SIZE).fill(0);
    // The last of them still has its stamp.
    expect(symptomOf(() => oracle.zeroed(8 * PAGE_SIZE, 4 * PAGE_SIZE))).toBe('not-zeroed');
  });

  test('every frame of a segment may be written once a writer was taken for all of it', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([8 * PAGE_SIZE]));
    oracle.alloc(FOUR);
    oracle.exposed(8 * PAGE_SIZE, 4 * PAGE_SIZE);
    for (let frame = 8; frame < 12; frame++) world.scribble(frame, 77);
    expect(symptomOf(() => oracle.dealloc(8 * PAGE_SIZE, 4 * PAGE_SIZE))).toBe('none');
  });

  test('nothing is known of a frame that was freed', () => {
    const world = new World();
    const contents = new Contents(world.ram, world.expected, 0);
    contents.allocated(5, 1);
    contents.freeing(5, 1);
    world.scribble(5, 9);
    // As of a frame that the early allocator gave: it was never stamped.
    expect(symptomOf(() => contents.freeing(5, 1))).toBe('none');
  });

  test('a block that is somebody else’s is told as that, not as wrong contents', () => {
    const world = new World();
    const oracle = world.oracle(0, new Scripted([8 * PAGE_SIZE]));
    oracle.alloc(FOUR);
    world.scribble(8, 0);
    world.owners.release(8, 1, 1, 3, () => false);
    expect(symptomOf(() => oracle.dealloc(8 * PAGE_SIZE, PAGE_SIZE))).toBe('bad-free');
  });

  test.each([
    ['first', 0],
    ['last', PAGE_SIZE - 4],
  ])('without books, the mark at the %s word of a freed frame is enough', (_, at) => {
    const world = new World();
    const probe = new ZeroProbe(world.ram);
    for (let i = 0; i < 16; i++) probe.freeing(3, 2);
    for (const frame of [3, 4]) {
      const bytes = new Uint8Array(world.ram, frame * PAGE_SIZE, PAGE_SIZE);
      const mark = bytes.slice(at, at + 4);
      expect(mark.some((byte) => byte !== 0)).toBe(true);
      bytes.fill(0);
      expect(symptomOf(() => probe.zeroed(frame, 1))).toBe('none');
      bytes.set(mark, at);
      expect(symptomOf(() => probe.zeroed(3, 2))).toBe('not-zeroed');
      bytes.fill(0);
    }
  });
});
