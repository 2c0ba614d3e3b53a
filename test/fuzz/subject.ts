import { Machine } from '#src/machine/machine.js';
import { Frame } from '#src/mm/frame/frame.js';
import { FrameAllocOptions } from '#src/mm/frame/frame_alloc_options.js';
import { LinkedList } from '#src/mm/frame/linked_list.js';
import { Segment } from '#src/mm/frame/segment.js';
import { UniqueFrame } from '#src/mm/frame/unique_frame.js';
import type { AllocatorParams } from '#src/mm/global_frame_allocator.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { LabError } from '#src/platform/error.js';
import type { Operation } from './operations.ts';

const FRAMES = 512;
const HOTPLUG = 32;
/** Beyond this share of memory operations that allocate free instead, so that sequences do not just fill it. */
const FULL = 0.75;

const FREE = 0;
const RAW = 1;
const OWNED = 2;

interface Block {
  readonly first: number;
  readonly frames: number;
}

interface Handle {
  readonly handle: Frame | Segment | UniqueFrame;
  readonly first: number;
  readonly frames: number;
}

/**
 * A machine with two CPUs in this thread, and beside it the simplest model: for each frame whether it is free, a raw
 * block's, or some handle's, and how many references there are. Every operation is done on both, and what they say must
 * agree.
 */
export class Subject {
  private readonly cpus: Machine[];
  private readonly options: FrameAllocOptions[];
  private readonly list: LinkedList;
  private readonly use = new Uint8Array(FRAMES);
  private readonly references = new Int32Array(FRAMES);
  private readonly managed: Uint8Array;
  private readonly blocks: Block[] = [];
  private readonly handles: Handle[] = [];
  private readonly listed: number[] = [];
  private readonly parked = [false, false];
  private added = 0;
  private free: number;
  private readonly baseBytes: number;

  constructor(allocator: string) {
    const memory = FRAMES * PAGE_SIZE;
    const params: AllocatorParams = allocator === 'buddy' ? { reclaimSpins: 0, reclaimWaitMs: 0 } : {};
    const boot = Machine.boot({ memory, cpus: 2, allocator, params, hotplug: HOTPLUG * PAGE_SIZE });
    this.cpus = [boot, Machine.attach(boot.handle, 1)];
    this.options = this.cpus.map((machine) => new FrameAllocOptions(machine).zeroed(false));
    this.list = new LinkedList(boot);
    this.managed = Uint8Array.from({ length: FRAMES }, (_, frame) =>
      boot.frameMap.use(frame) === 'free' ? 1 : 0,
    );
    this.free = this.managed.reduce((sum, managed) => sum + managed, 0);
    this.baseBytes = boot.audit().allocatedBytes;
  }

  /** Does one operation, on both. @throws `Disagreement` */
  do({ kind, cpu, a, b }: Operation) {
    switch (kind) {
      case 'alloc':
        return this.isFull() ? this.freeBlock(cpu, a) : this.alloc(cpu, a, b);
      case 'free':
        return this.freeBlock(cpu, a);
      case 'free-part':
        return this.freePart(cpu, a, b);
      case 'frame':
        return this.isFull() ? this.drop(cpu, a) : this.frame(cpu);
      case 'segment':
        return this.isFull() ? this.drop(cpu, a) : this.segment(cpu, 1 + (a % 12));
      case 'clone':
        return this.clone(a);
      case 'drop':
        return this.drop(cpu, a);
      case 'split':
        return this.split(a, b);
      case 'push':
        return this.push(a);
      case 'pop':
        return this.pop(a);
      case 'park':
        return this.park(cpu);
      case 'unpark':
        return this.unpark(cpu);
      case 'reattach':
        return this.reattach();
      case 'add':
        return this.add(cpu);
      case 'bad-free':
        return this.badFree(cpu, a, b);
      case 'bad-alloc':
        return this.badAlloc(cpu, a);
      case 'bad-handle':
        return this.badHandle(cpu, a, b);
    }
  }

  /** What the machine's audit and the model do not agree on. */
  audit() {
    const audit = this.cpus[0].audit();
    check(audit.problems.length === 0, audit.problems.join('; '));
    check(
      audit.freeBytes === this.free * PAGE_SIZE,
      `${audit.freeBytes / PAGE_SIZE} free; model ${this.free}`,
    );
    const total = this.managed.reduce((sum, managed) => sum + managed, 0);
    const allocated = (audit.allocatedBytes - this.baseBytes) / PAGE_SIZE;
    check(allocated === total - this.free, `${allocated} allocated; model ${total - this.free}`);
  }

  private alloc(cpu: number, a: number, b: number) {
    const frames = 1 + (a % (b % 8 === 0 ? 64 : 6));
    const align = b % 5 === 0 ? 2 ** (b % 4) : 1;
    const layout = Layout.fromSizeAlign(frames * PAGE_SIZE, align * PAGE_SIZE);
    if (this.parked[cpu]) return refused('CpuBusy', () => this.cpus[cpu].allocator.alloc(layout));
    const paddr = this.cpus[cpu].allocator.alloc(layout);
    if (paddr === null) return;
    const first = paddr / PAGE_SIZE;
    check(Number.isInteger(first) && first % align === 0, `${paddr} is not aligned to ${align} frames`);
    this.take(first, frames, RAW);
    this.blocks.push({ first, frames });
  }

  private freeBlock(cpu: number, a: number) {
    if (this.blocks.length === 0) return;
    const { first, frames } = this.blocks[a % this.blocks.length];
    const dealloc = () => this.cpus[cpu].allocator.dealloc(first * PAGE_SIZE, frames * PAGE_SIZE);
    if (this.parked[cpu]) return refused('CpuBusy', dealloc);
    this.blocks.splice(a % this.blocks.length, 1);
    dealloc();
    this.give(first, frames);
  }

  /** Frees the first frames of a block; the rest stays. */
  private freePart(cpu: number, a: number, b: number) {
    if (this.blocks.length === 0 || this.parked[cpu]) return;
    const index = a % this.blocks.length;
    const { first, frames } = this.blocks[index];
    const part = 1 + (b % frames);
    this.cpus[cpu].allocator.dealloc(first * PAGE_SIZE, part * PAGE_SIZE);
    this.give(first, part);
    if (part === frames) this.blocks.splice(index, 1);
    else this.blocks[index] = { first: first + part, frames: frames - part };
  }

  private frame(cpu: number) {
    if (this.parked[cpu]) return refused('CpuBusy', () => this.options[cpu].allocFrame());
    const handle = this.options[cpu].tryAllocFrame();
    if (handle !== null) this.own(handle, handle.paddr / PAGE_SIZE, 1);
  }

  private segment(cpu: number, frames: number) {
    if (this.parked[cpu]) return refused('CpuBusy', () => this.options[cpu].allocSegment(frames));
    const handle = this.options[cpu].tryAllocSegment(frames);
    if (handle !== null) this.own(handle, handle.paddr / PAGE_SIZE, frames);
  }

  private own(handle: Handle['handle'], first: number, frames: number) {
    this.take(first, frames, OWNED);
    for (let f = first; f < first + frames; f++) this.references[f] = 1;
    this.handles.push({ handle, first, frames });
  }

  private clone(a: number) {
    const found = this.handles[a % this.handles.length];
    if (found === undefined || found.handle instanceof UniqueFrame) return;
    for (let f = found.first; f < found.first + found.frames; f++) this.references[f]++;
    this.handles.push({ ...found, handle: found.handle.clone() });
  }

  private drop(_cpu: number, a: number) {
    if (this.handles.length === 0) return;
    const index = a % this.handles.length;
    const { handle, first, frames } = this.handles[index];
    const cpu = this.cpus.indexOf(handle.machine as Machine);
    const isLast = !Array.from({ length: frames }, (_, i) => this.references[first + i]).every((n) => n > 1);
    if (this.parked[cpu] && isLast) return this.dropParked(index);
    this.handles.splice(index, 1);
    handle.drop();
    this.leave(first, frames);
  }

  /** Refused at the first frame that would be given up; a segment keeps it and those after it. */
  private dropParked(index: number) {
    const { handle, first, frames } = this.handles[index];
    refused('CpuBusy', () => handle.drop());
    let left = 0;
    while (this.references[first + left] > 1) this.references[first + left++]--;
    this.handles[index] = { handle, first: first + left, frames: frames - left };
  }

  private split(a: number, b: number) {
    const index = a % this.handles.length;
    const { handle, first, frames } = this.handles[index] ?? {};
    if (!(handle instanceof Segment) || frames < 2) return;
    const at = 1 + (b % (frames - 1));
    const [left, right] = handle.split(at * PAGE_SIZE);
    this.handles[index] = { handle: left, first, frames: at };
    this.handles.push({ handle: right, first: first + at, frames: frames - at });
  }

  private push(a: number) {
    const index = a % this.handles.length;
    const { handle, first } = this.handles[index] ?? {};
    if (!(handle instanceof Frame) || handle.machine !== this.cpus[0]) return;
    if (this.references[first] > 1) return refused('InUse', () => UniqueFrame.tryFrom(handle));
    refused('InvalidArgs', () => this.list.pushBack(handle as never));
    this.handles.splice(index, 1);
    this.list.pushBack(UniqueFrame.tryFrom(handle));
    this.listed.push(first);
  }

  private pop(a: number) {
    if (this.listed.length === 0) return;
    const first = a % 2 === 0 ? this.listed.shift() : this.listed.pop();
    const unique = a % 2 === 0 ? this.list.popFront() : this.list.popBack();
    check(unique?.paddr === first! * PAGE_SIZE, `the list gives ${unique}; model ${first}`);
    this.handles.push({ handle: unique!.intoFrame(), first: first!, frames: 1 });
  }

  private park(cpu: number) {
    if (this.parked[cpu]) return refused('CpuBusy', () => this.cpus[cpu].park());
    this.cpus[cpu].park();
    this.parked[cpu] = true;
  }

  private unpark(cpu: number) {
    if (!this.parked[cpu]) return refused('CpuBusy', () => this.cpus[cpu].unpark());
    this.cpus[cpu].unpark();
    this.parked[cpu] = false;
  }

  /** CPU 1 goes and comes back, unless it has handles. */
  private reattach() {
    if (this.handles.some(({ handle }) => handle.machine === this.cpus[1])) return;
    const gone = this.cpus[1];
    gone.detach();
    refused('CpuBusy', () => gone.allocator.alloc(Layout.ofFrames(1)));
    refused('CpuBusy', () => gone.awaitBoot());
    this.cpus[1] = Machine.attach(gone.handle, 1);
    this.options[1] = new FrameAllocOptions(this.cpus[1]).zeroed(false);
    this.parked[1] = false;
  }

  private add(cpu: number) {
    const withheld = this.cpus[0].hotplug[0];
    const start = withheld.start + this.added * PAGE_SIZE;
    const add = () => this.cpus[cpu].addFreeMemory({ start, end: start + PAGE_SIZE });
    if (this.added === HOTPLUG) return refused('InvalidArgs', add);
    if (this.parked[cpu]) return refused('CpuBusy', add);
    add();
    refused('BadFree', add);
    this.added++;
    this.managed[start / PAGE_SIZE] = 1;
    this.free++;
  }

  private badFree(cpu: number, a: number, b: number) {
    if (this.parked[cpu]) return;
    const { allocator, frameAllocator } = this.cpus[cpu];
    const frame = a % FRAMES;
    const isRaw = this.use[frame] === RAW;
    const wrong: [string, unknown, unknown][] = [
      ['NotAligned', frame * PAGE_SIZE + 1 + (b % 4095), PAGE_SIZE],
      ['InvalidArgs', `${frame * PAGE_SIZE}`, PAGE_SIZE],
      ['InvalidArgs', { valueOf: () => frame * PAGE_SIZE }, PAGE_SIZE],
      ['InvalidArgs', frame * PAGE_SIZE, PAGE_SIZE * (0.5 + (b % 7))],
      ['InvalidArgs', frame * PAGE_SIZE, -PAGE_SIZE],
      ['BadFree', (FRAMES + b) * PAGE_SIZE, PAGE_SIZE],
      ['NotAligned', Number.NaN, PAGE_SIZE],
      ['InvalidArgs', frame * PAGE_SIZE, Number.NaN],
      ['BadFree', (FRAMES - 1) * PAGE_SIZE, 2 * PAGE_SIZE],
    ];
    const [code, addr, size] = wrong[b % wrong.length];
    refused(code, () => allocator.dealloc(addr as number, size as number));
    if (!isRaw) refused('BadFree', () => allocator.dealloc(frame * PAGE_SIZE, PAGE_SIZE));
    refused('InvalidArgs', () => frameAllocator.deallocFrames(frame + 0.5, 1));
    refused('InvalidArgs', () => frameAllocator.deallocFrames(frame, 0));
  }

  private badAlloc(cpu: number, a: number) {
    if (this.parked[cpu]) return;
    const wrong = [null, {}, { plainFrames: 1, frames: 1 }, 5, Object.create(Layout.prototype), 'x'];
    refused('InvalidArgs', () => this.cpus[cpu].allocator.alloc(wrong[a % wrong.length] as never));
    refused('InvalidArgs', () => this.options[cpu].allocSegment([0, -1, 1.5, Number.NaN][a % 4]));
  }

  private badHandle(cpu: number, a: number, b: number) {
    const frame = a % FRAMES;
    const { machine } = { machine: this.cpus[cpu] };
    const paddr = frame * PAGE_SIZE;
    if (this.use[frame] === FREE) refused('', () => Frame.fromUnused(machine, paddr));
    if (this.use[frame] === RAW) refused('Unused', () => Frame.fromInUse(machine, paddr));
    refused('', () => Frame.fromInUse(machine, paddr + 1 + (b % 4095)));
    refused('', () => Segment.fromUnused(machine, { start: paddr, end: paddr }));
  }

  private isFull(): boolean {
    return this.free < FRAMES * (1 - FULL);
  }

  private take(first: number, frames: number, use: number) {
    for (let f = first; f < first + frames; f++) {
      check(this.managed[f] === 1, `frame ${f} was given out, and never was the allocator's`);
      check(this.use[f] === FREE, `frame ${f} was given out twice`);
      this.use[f] = use;
    }
    this.free -= frames;
  }

  private give(first: number, frames: number) {
    this.use.fill(FREE, first, first + frames);
    this.free += frames;
  }

  private leave(first: number, frames: number) {
    for (let f = first; f < first + frames; f++) if (--this.references[f] === 0) this.give(f, 1);
  }
}

/** What the machine and the model say is not the same. */
export class Disagreement extends Error {}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Disagreement(what);
}

/** `code` is any where it is empty. */
function refused(code: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof LabError && (code === '' || error.code === code)) return;
    throw new Disagreement(`expected ${code || 'a named error'}, got ${(error as Error)?.stack ?? error}`);
  }
  throw new Disagreement(`accepted; expected ${code || 'a named error'}`);
}
